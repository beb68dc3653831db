import { createContext, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react';
import { makeStaffSession, type Person, type StaffSession } from './staff-session.ts';

const SessionContext = createContext<StaffSession | undefined>(undefined);

export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const session = useMemo(() => makeStaffSession(sessionStorage), []);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): { session: StaffSession; person: Person | undefined } {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of SessionProvider');
  return { session, person: useSyncExternalStore(session.subscribe, session.person) };
}
