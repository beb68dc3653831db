import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { hasOpen } from '../talk/open-conversation.ts';
import { useWords } from '../words/use-words.tsx';
import { ApiError, request } from './api.ts';
import { useSession } from './use-session.tsx';

/** Name and password, and the second step where the box asks for one. */
export function SignInForm({ reason, onSignedIn }: { readonly reason?: string; readonly onSignedIn?: () => void }) {
  const { say, locale } = useWords();
  const { session } = useSession();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const [needsSetUp, setNeedsSetUp] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);

  useEffect(() => {
    request<{ needed: boolean }>('GET', '/api/v1/setup', { locale }).then(
      ({ needed }) => setNeedsSetUp(needed),
      () => {}, // whoever signs in is told
    );
  }, [locale]);
  useEffect(() => {
    if (asksCode) codeField.current?.focus();
  }, [asksCode]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      await session.signIn(login, password, asksCode ? code : undefined);
      setBusy(false);
      onSignedIn?.();
    } catch (error) {
      setBusy(false);
      if (error instanceof ApiError && error.failure.error_code === 'SECOND_FACTOR_REQUIRED' && !asksCode) setAsksCode(true);
      else setFault(error instanceof ApiError ? error.failure.message : say('app.unreachable'));
    }
  }

  return (
    <form className="sign-in" onSubmit={submit}>
      <h1>{say('sign-in.title')}</h1>
      <p className="quiet">{reason ?? (needsSetUp ? say('sign-in.set-up') : say('sign-in.why'))}</p>
      <label htmlFor="login">{say('sign-in.login')}</label>
      <input id="login" autoComplete="username" autoCapitalize="none" required value={login} onChange={(e) => setLogin(e.target.value)} />
      <label htmlFor="password">{say('sign-in.password')}</label>
      <input
        id="password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(e) => setPassword(e.target.value)}
      />
      {asksCode && (
        <>
          <label htmlFor="code">{say('sign-in.code')}</label>
          <input
            id="code"
            ref={codeField}
            autoComplete="one-time-code"
            required
            aria-describedby="code-why"
            value={code}
            onChange={(e) => setCode(e.target.value)}
          />
          <p id="code-why" className="quiet">
            {say('sign-in.code-why')}
          </p>
        </>
      )}
      <p className="fault" role="alert">
        {fault}
      </p>
      <Button type="submit" className="button primary" isPending={busy}>
        {busy ? say('sign-in.working') : say('sign-in.submit')}
      </Button>
    </form>
  );
}

export default function SignInPage() {
  const { say } = useWords();
  return (
    <main id="content" className="narrow">
      <SignInForm {...(hasOpen(sessionStorage) ? { reason: say('sign-in.again') } : {})} />
    </main>
  );
}
