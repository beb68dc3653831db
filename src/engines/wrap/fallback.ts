import { wrapEngine } from './around.ts';
import { passes } from './retry.ts';

/**
 * Asks the next engine when one cannot answer: only before the first part was yielded, since after that the listener has heard
 * something already. The result calls itself what `inner` calls itself; engines whose answers do not mix (embedders) have no fallback.
 */
export function fallback<E extends object>(inner: E, others: readonly E[], tell: (error: unknown, next: E) => void): E {
  return wrapEngine(inner, async function* (invocation) {
    const engines = [inner, ...others];
    for (const [index, engine] of engines.entries()) {
      let answered = false;
      try {
        for await (const part of invocation.run(engine)) {
          if (!answered) invocation.commit();
          answered = true;
          yield part;
        }
        return;
      } catch (error) {
        const next = engines[index + 1];
        if (!next || answered || invocation.call.signal.aborted || !invocation.repeatable() || !passes(error)) throw error;
        tell(error, next);
      }
    }
  });
}
