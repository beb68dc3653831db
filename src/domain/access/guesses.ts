import { AppError } from '../../shared/errors.ts';
import { makeLanes } from '../../shared/lanes.ts';
import type { Storage } from '../storage.ts';
import { PLATFORM } from './caller.ts';
import { afterWrongGuess, waitLeftMs } from './lock-out.ts';
import type { TrustedTime } from './trusted-time.ts';

/** What somebody who is signed in proves again (their password, a code): judged one at a time, and after wrong guesses they wait. */
export interface Guesses {
  /** Carries out `judge` for this subject (`kind:userId`) and counts it where it gives false. Throws `rate-limited` while one must wait. */
  judged(subject: string, judge: () => Promise<boolean>): Promise<boolean>;
}

const LANE_LENGTH = 20;

export function makeGuesses({ storage, time }: { storage: Storage; time: Pick<TrustedTime, 'lifeMs'> }): Guesses {
  // A wait ends when its time has passed, whatever the clock on the wall was set to meanwhile.
  const life = () => time.lifeMs();
  const lanes = makeLanes();
  return {
    async judged(subject, judge) {
      if (lanes.length(subject) >= LANE_LENGTH) throw mustWait(1_000);
      return lanes.run(subject, async () => {
        const left = await storage.read(PLATFORM, async (stores) => waitLeftMs(await stores.access.loginWait(subject), life()));
        if (left > 0) throw mustWait(left);
        const right = await judge();
        await storage.transact(PLATFORM, async (stores) => {
          if (right) await stores.access.deleteLoginWait(subject);
          else await stores.access.putLoginWait(subject, afterWrongGuess(await stores.access.loginWait(subject), 'account', life()));
        });
        return right;
      });
    },
  };
}

export function mustWait(ms: number): AppError {
  return new AppError('rate-limited', 'Too many wrong passwords. Please wait {seconds} seconds and try again.', {
    retryAfterMs: ms,
    values: { seconds: Math.ceil(ms / 1000) },
  });
}
