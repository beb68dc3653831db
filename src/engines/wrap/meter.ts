import type { Clock } from '../../shared/clock.ts';
import { AppError, isCancelled } from '../../shared/errors.ts';
import type { Call, Purpose, Usage } from '../call.ts';
import { wrapEngine } from './around.ts';

/** One call of an engine, as it is accounted for. */
export interface UsageRow {
  readonly purpose: Purpose;
  readonly engine: string;
  readonly model: string;
  readonly local: boolean;
  readonly units: Usage;
  readonly startedAt: Date;
  readonly ms: number;
  /** The first answer: first token, first sound, first words. Absent when there was none. */
  readonly firstMs?: number;
  /** `ok`, `cancelled`, or the code of the error. */
  readonly status: string;
  readonly label: Call['label'];
}

export interface MeteredEngine {
  readonly purpose: Purpose;
  /** The maker: `llama`, `whisper`, `deepgram`. */
  readonly engine: string;
  readonly model: string;
  readonly local: boolean;
}

/**
 * Tells `record` of every call, once, however it ends. A call that failed or was cancelled may still have used something:
 * an adapter says so in the error's context, under `usage`.
 */
export function meter<E extends object>(inner: E, about: MeteredEngine, record: (row: UsageRow) => void, clock: Clock): E {
  return wrapEngine(inner, async function* ({ call, run }) {
    const startedAt = clock.now();
    const startMs = clock.elapsedMs();
    let firstMs: number | undefined;
    let units: Usage = {};
    let status = 'cancelled'; // what remains when the reader walks away
    try {
      for await (const part of run(inner)) {
        firstMs ??= clock.elapsedMs() - startMs;
        units = usageOf(part) ?? units;
        yield part;
      }
      status = 'ok';
    } catch (error) {
      status = isCancelled(error) ? 'cancelled' : error instanceof AppError ? error.code : 'internal';
      if (error instanceof AppError) units = usageOf(error.details.context) ?? units;
      throw error;
    } finally {
      const ms = clock.elapsedMs() - startMs;
      record({ ...about, units, startedAt, ms, ...(firstMs === undefined ? {} : { firstMs }), status, label: call.label });
    }
  });
}

function usageOf(part: unknown): Usage | undefined {
  if (typeof part !== 'object' || part === null || !('usage' in part)) return undefined;
  return part.usage as Usage;
}
