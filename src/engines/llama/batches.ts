import type { BatchItem, CustomBatchingPrioritizationStrategy } from 'node-llama-cpp';

/**
 * Decides what goes into the next batch. Left to itself, the library takes what is queued at that moment: of two conversations that are
 * being answered, one is queued while the other's token is computed, and so they take turns for ever and never share a batch. Sharing one
 * is worth it on most machines (a token for each of four conversations costs little more than one token), but not on all: with some
 * kinds of weights, on some processors, two tokens together take longer than one after the other. So both are timed, and what is faster
 * is done; the other is tried again from time to time, because a box gets busier and quieter.
 */
export interface Batches {
  readonly strategy: CustomBatchingPrioritizationStrategy;
  /** Somebody begins to write; call what comes back when it ends. */
  writes(): () => void;
}

/** So often the library asks again, without a pause in between, before a batch goes without those who did not come. */
const patience = 200;
/** While somebody is being answered, prompts are read in bites of this many tokens: a pause of a tenth of a second, not of half a second. */
const biteTokens = 16;
/** Timings kept for each number of writers, and needed before they are believed. */
const kept = 9;
const believed = 5;
/** After so many batches, this many are made the other way. */
const retryAfter = 256;
const retryFor = 4;

export function shareBatches(elapsedMs: () => number): Batches {
  const durations = new Map<number, number[]>();
  let writing = 0;
  let asked = 0;
  let batches = 0;
  let last: { readonly writers: number; readonly atMs: number } | undefined;

  /** From the beginning of a batch to the beginning of the next one, if both are of the same kind and nothing else was in them. */
  function time(writers: number, alone: boolean): void {
    const atMs = elapsedMs();
    if (last && last.writers === writers && alone && atMs - last.atMs < 5_000)
      durations.set(writers, [...(durations.get(writers) ?? []), atMs - last.atMs].slice(-kept));
    last = alone ? { writers, atMs } : undefined;
  }

  function isWorthSharing(writers: number): boolean {
    const together = durations.get(writers) ?? [];
    const single = durations.get(1) ?? [];
    if (together.length < believed) return true;
    if (single.length < believed) return false;
    const better = median(together) / writers < median(single);
    return batches % retryAfter < retryFor ? !better : better;
  }

  return {
    writes() {
      writing++;
      let ended = false;
      return () => {
        if (!ended) writing--;
        ended = true;
      };
    },
    strategy({ items, size }) {
      const writers = items.filter(({ tokens }) => tokens.length === 1).sort(byPriority);
      const readers = items.filter(({ tokens }) => tokens.length > 1).sort(byPriority);
      const shared = writing < 2 || isWorthSharing(writing);
      if (shared && writers.length < writing && asked++ < patience) return [];
      asked = 0;
      const chosen = shared ? writers : writers.slice(0, 1);
      if (writing > 1) batches++;
      time(chosen.length, readers.length === 0 && chosen.length > 0);
      const most = chosen.length > 0 ? biteTokens : size;
      return [...chosen, ...readers].map((item) => ({ item, processAmount: Math.min(item.tokens.length, most) }));
    },
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.POSITIVE_INFINITY;
}

function byPriority(a: BatchItem, b: BatchItem): number {
  return b.evaluationPriority - a.evaluationPriority;
}
