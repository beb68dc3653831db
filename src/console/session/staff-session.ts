import { ApiError, type Bearer, request, UnreachableError } from './api.ts';

/** Somebody who signed in at this browser. The tokens live as long as the tab: a shared desk forgets with it. */
export interface SignedIn {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly user: Person;
}

export interface Person {
  readonly user_id: string;
  readonly role: string;
  readonly email: string | null;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly hospital_name: string | null;
  readonly language: string;
}

export interface StaffSession extends Bearer {
  /** Who is signed in now. */
  person(): Person | undefined;
  subscribe(changed: () => void): () => void;
  signIn(login: string, password: string, code: string | undefined): Promise<void>;
  /** Takes over a sign-in that was made elsewhere: on the first-run page, or kept behind a PIN. */
  resume(refreshToken: string): Promise<void>;
  /** What would renew the sign-in later: a kiosk keeps it behind its PIN. */
  renewal(): string | undefined;
  /** Forgets the sign-in here without ending it. */
  putAway(): void;
  signOut(): Promise<void>;
}

/** The first-run page writes the same name. */
export const SESSION_KEY = 'bedside.session';
/** Renewed this long before it runs out. */
const EARLY_MS = 60_000;

interface Kept extends SignedIn {
  readonly untilMs: number;
}

export function makeStaffSession(storage: Storage, nowMs: () => number = Date.now): StaffSession {
  let kept = readKept(storage);
  let renewing: Promise<void> | undefined;
  const listeners = new Set<() => void>();

  function keep(next: SignedIn | undefined): void {
    kept = next && { ...next, untilMs: nowMs() + next.expires_in * 1000 };
    if (kept) storage.setItem(SESSION_KEY, JSON.stringify(kept));
    else storage.removeItem(SESSION_KEY);
    for (const changed of listeners) changed();
  }

  async function renewWith(refreshToken: string): Promise<void> {
    try {
      keep(await request<SignedIn>('POST', '/api/v1/auth/refresh', { body: { refresh_token: refreshToken } }));
    } catch (error) {
      // Whoever is not there may come back; whoever says no means it.
      if (!(error instanceof UnreachableError)) keep(undefined);
      throw error;
    }
  }

  return {
    person: () => kept?.user,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    async token(fresh) {
      if (!kept) throw new ApiError(401, { message: '', error_code: 'AUTHENTICATION_ERROR' });
      if (fresh || kept.untilMs - EARLY_MS < nowMs()) {
        renewing ??= renewWith(kept.refresh_token).finally(() => {
          renewing = undefined;
        });
        await renewing;
      }
      return kept.access_token;
    },
    async signIn(login, password, code) {
      keep(await request<SignedIn>('POST', '/api/v1/auth/login', { body: { login, password, ...(code ? { code } : {}) } }));
    },
    resume: renewWith,
    renewal: () => kept?.refresh_token,
    putAway: () => keep(undefined),
    async signOut() {
      const last = kept;
      keep(undefined);
      if (last)
        await request('POST', '/api/v1/auth/logout', { token: last.access_token, body: { refresh_token: last.refresh_token } }).catch(
          () => {}, // it runs out by itself
        );
    },
  };
}

function readKept(storage: Storage): Kept | undefined {
  try {
    const kept = JSON.parse(storage.getItem(SESSION_KEY) ?? 'null') as Partial<Kept> | null;
    if (!kept?.refresh_token || !kept.access_token || !kept.user) return undefined;
    return { ...(kept as Kept), untilMs: kept.untilMs ?? 0 };
  } catch {
    return undefined;
  }
}
