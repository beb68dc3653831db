import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { failureOf } from '../session/api.ts';
import { SignInForm } from '../session/sign-in-page.tsx';
import { useSession } from '../session/use-session.tsx';
import { mayInvite } from '../talk/role.ts';
import { useWords } from '../words/use-words.tsx';
import { writeKiosk } from './kiosk-record.ts';
import { isPin, noTries, seal } from './pin-lock.ts';
import { PREPARED, prepareLinks } from './prepare.ts';

/** Turns this browser over to patients: opens conversations ahead, closes the staff sign-in behind the PIN, and locks. */
export function KioskStart({ onBegun }: { readonly onBegun: () => void }) {
  const { say } = useWords();
  const { session, person } = useSession();
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [done, setDone] = useState<number>();
  const [fault, setFault] = useState<string>();

  if (!person) return <SignInForm reason={say('kiosk.why')} />;

  async function begin(event: FormEvent) {
    event.preventDefault();
    if (!person) return;
    if (!isPin(pin)) return setFault(say('kiosk.pin-short'));
    if (pin !== again) return setFault(say('kiosk.pin-differs'));
    setFault(undefined);
    setDone(0);
    // A press may fill the screen; a browser that refuses is no reason to stop.
    await document.documentElement.requestFullscreen?.().catch(() => {});
    try {
      const links = await prepareLinks(session, person.role, PREPARED, setDone);
      await session.token(true);
      const secret = session.renewal();
      if (secret === undefined) throw new Error('no sign-in');
      writeKiosk(localStorage, { links, sealed: await seal(secret, pin), tries: noTries });
      session.putAway();
      onBegun();
    } catch (error) {
      setDone(undefined);
      setFault(failureOf(error)?.message ?? say('app.unreachable'));
    }
  }

  return (
    <form className="sign-in" onSubmit={begin}>
      <h1>{say('kiosk.title')}</h1>
      <p className="quiet">{say('kiosk.why')}</p>
      {!mayInvite(person.role) ? (
        <p className="notice look">{say('kiosk.not-allowed')}</p>
      ) : !window.isSecureContext ? (
        <p className="notice look">{say('kiosk.insecure')}</p>
      ) : (
        <>
          <PinField id="pin" label={say('kiosk.pin')} value={pin} onChange={setPin} />
          <PinField id="pin-again" label={say('kiosk.pin-again')} value={again} onChange={setAgain} />
          <p className="fault" role="alert">
            {fault}
          </p>
          <Button type="submit" className="button primary" isPending={done !== undefined}>
            {done === undefined ? say('kiosk.begin') : say('kiosk.preparing', { done, total: PREPARED })}
          </Button>
        </>
      )}
      <a className="link" href="/">
        {say('app.cancel')}
      </a>
    </form>
  );
}

export function PinField({
  id,
  label,
  value,
  onChange,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        required
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </>
  );
}
