import type { Clock } from '../../shared/clock.ts';

/** One call of an engine, as it is accounted for: what the meter around each engine tells. */
export interface EngineUse {
  readonly purpose: string;
  readonly engine: string;
  readonly model: string;
  readonly local: boolean;
  readonly units: Readonly<Record<string, number>>;
  readonly startedAt: Date;
  readonly ms: number;
  readonly firstMs?: number;
  readonly status: string;
  readonly label: { readonly hospitalId: string; readonly use: string; readonly requestId: string };
}

/**
 * Holds what engines used until the room that asked writes it down, in the unit of work of the fact it served. What nobody
 * fetches (the caller left, the room failed) is swept into the store after a while, so that nothing goes unaccounted.
 */
export interface UsageLedger {
  record(use: EngineUse): void;
  /** What was used for this request so far; it is the taker's to keep. */
  take(requestId: string): readonly EngineUse[];
  /** What has lain for so long that nobody will fetch it. */
  sweep(olderThanMs: number): readonly EngineUse[];
}

export function makeUsageLedger(clock: Clock): UsageLedger {
  const open = new Map<string, { uses: EngineUse[]; sinceMs: number }>();
  return {
    record(use) {
      const { requestId } = use.label;
      const entry = open.get(requestId) ?? { uses: [], sinceMs: clock.elapsedMs() };
      entry.uses.push(use);
      open.set(requestId, entry);
    },
    take(requestId) {
      const uses = open.get(requestId)?.uses ?? [];
      open.delete(requestId);
      return uses;
    },
    sweep(olderThanMs) {
      const old = [...open].filter(([, { sinceMs }]) => clock.elapsedMs() - sinceMs >= olderThanMs);
      for (const [requestId] of old) open.delete(requestId);
      return old.flatMap(([, { uses }]) => uses);
    },
  };
}
