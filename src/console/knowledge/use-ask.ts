import { useMemo } from 'react';
import { ApiError, failureOf, requestAs } from '../session/api.ts';
import { useSession } from '../session/use-session.tsx';
import { useWords } from '../words/use-words.tsx';

/** Asks the box as whoever is signed in. A sign-in that is over leads to the sign-in page. */
export function useAsk() {
  const { session } = useSession();
  const { say } = useWords();
  return useMemo(
    () => ({
      bearer: session,
      async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
        try {
          return await requestAs<T>(session, method, path, body);
        } catch (error) {
          if (error instanceof ApiError && error.status === 401) session.putAway();
          throw error;
        }
      },
      /** What to tell about something that failed. */
      why: (error: unknown): string => failureOf(error)?.message ?? say('app.unreachable'),
    }),
    [session, say],
  );
}
