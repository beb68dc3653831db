import { Component, lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useAddress } from './address.ts';
import { isKioskChange, readKiosk } from './kiosk/kiosk-record.ts';
import { useSession } from './session/use-session.tsx';
import { Shell } from './shell.tsx';
import { useWords } from './words/use-words.tsx';

const SignInPage = lazy(() => import('./session/sign-in-page.tsx'));
const TalkPage = lazy(() => import('./talk/talk-page.tsx'));
const KnowledgePage = lazy(() => import('./knowledge/knowledge-page.tsx'));
const KioskPage = lazy(() => import('./kiosk/kiosk-page.tsx'));
const CaptionsPage = lazy(() => import('./captions/captions-page.tsx'));

/** Which page this is. In kiosk mode there is only one, whatever the address says. */
export function App() {
  const { session, person } = useSession();
  const path = useAddress().split('?')[0];
  const [locked, setLocked] = useState(() => readKiosk(localStorage) !== undefined);

  useEffect(() => {
    // Kiosk mode is the whole browser's: a tab that was signed in before turns into it as well.
    const look = (event: StorageEvent) => {
      if (isKioskChange(event)) setLocked(readKiosk(localStorage) !== undefined);
    };
    addEventListener('storage', look);
    return () => removeEventListener('storage', look);
  }, []);
  useEffect(() => {
    if (!locked) return;
    if (session.person()) session.putAway();
    if (location.pathname !== '/kiosk') history.replaceState(null, '', '/kiosk');
  }, [locked, session]);

  const turn = (next: boolean) => {
    if (!next) history.replaceState(null, '', '/');
    setLocked(next);
  };

  return (
    <Fence>
      <Suspense fallback={<Opening />}>
        {locked || path === '/kiosk' ? (
          <KioskPage locked={locked} onLocked={turn} />
        ) : path === '/captions' ? (
          <CaptionsPage />
        ) : (
          <Shell>
            {!person ? (
              <SignInPage />
            ) : path === '/knowledge' ? (
              <KnowledgePage key={person.user_id} person={person} />
            ) : (
              <TalkPage person={person} />
            )}
          </Shell>
        )}
      </Suspense>
    </Fence>
  );
}

function Opening() {
  const { say } = useWords();
  return (
    <p className="opening" role="status">
      {say('app.loading')}
    </p>
  );
}

/** A page that breaks says so, and what to do. */
class Fence extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };
  static getDerivedStateFromError() {
    return { broken: true };
  }
  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { say } = useWords();
  return (
    <main id="content" className="narrow">
      <p role="alert">{say('app.broken')}</p>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        {say('app.reload')}
      </button>
    </main>
  );
}
