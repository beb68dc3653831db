import { AppError } from '../../shared/errors.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Caller } from './caller.ts';

const KEPT_MS = 24 * 3_600_000;

/**
 * A unit of work that is done once: the same key with the same question gives the same result again, with another question
 * it is a conflict. `work` must resolve to plain JSON, which is what is kept.
 */
export async function transactOnce<T>(
  storage: Storage,
  caller: Caller,
  hospitalId: string,
  nowMs: number,
  work: (stores: Stores) => Promise<T>,
): Promise<T> {
  return storage.transact(hospitalId, async (stores) => {
    const { once } = caller;
    if (!once) return work(stores);
    const before = await stores.once.find(caller.userId, once.key);
    if (before && before.fingerprint !== once.fingerprint)
      throw new AppError('conflict', 'This Idempotency-Key was used before for something else. Use a new key.', {
        reason: 'IDEMPOTENCY_CONFLICT',
      });
    if (before) return JSON.parse(before.result) as T;
    const result = await work(stores);
    await stores.once.forget({ beforeMs: nowMs - KEPT_MS });
    await stores.once.put(caller.userId, once.key, once.fingerprint, JSON.stringify(result), nowMs);
    return result;
  });
}
