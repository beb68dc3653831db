import { abortable, cancelled, throwIfAborted } from '../../shared/abort.ts';

/** One place for a conversation: what was read of it stays, so that the next turn reads only what is new. */
export interface Slot<S> {
  readonly sequence: S;
  conversation: string | undefined;
  /** Somebody works with it. `yields` is set by work that gives way when its own conversation goes on. */
  busy: { readonly done: Promise<void>; readonly yields?: () => void } | undefined;
  usedAt: number;
}

export interface Lease<S> {
  readonly sequence: S;
  leave(): void;
}

/** Who gets which of a fixed number of sequences. */
export interface Sequences<S> {
  /**
   * The sequence of this conversation, or else the one that already holds most of what is to be read, or else the one of the
   * conversation that has been quiet for longest. Waits while all are in use.
   */
  take(options: { conversation: string | undefined; shared: (sequence: S) => number; signal: AbortSignal }): Promise<Lease<S>>;
  /** The same for reading ahead: nothing is waited for and nobody's conversation is forgotten; `yields` is called when the turn itself begins. */
  tryTake(options: { conversation: string; shared: (sequence: S) => number; yields: () => void }): Lease<S> | undefined;
}

export function shareSequences<S>(sequences: readonly S[]): Sequences<S> {
  const slots: Slot<S>[] = sequences.map((sequence) => ({ sequence, conversation: undefined, busy: undefined, usedAt: 0 }));
  const freed: (() => void)[] = [];
  let uses = 0;

  function lease(slot: Slot<S>, conversation: string | undefined, yields?: () => void): Lease<S> {
    const done = Promise.withResolvers<void>();
    slot.busy = { done: done.promise, ...(yields ? { yields } : {}) };
    slot.conversation = conversation;
    slot.usedAt = ++uses;
    return {
      sequence: slot.sequence,
      leave() {
        if (slot.busy?.done !== done.promise) return;
        slot.busy = undefined;
        slot.usedAt = ++uses;
        done.resolve();
        freed.shift()?.();
      },
    };
  }

  function idle(shared: (sequence: S) => number): { unclaimed: Slot<S> | undefined; quietest: Slot<S> | undefined } {
    const free = slots.filter((slot) => !slot.busy);
    const unclaimed = free.filter((slot) => slot.conversation === undefined);
    return {
      unclaimed: best(unclaimed, (slot) => shared(slot.sequence) - slot.usedAt / (uses + 1)),
      quietest: best(free, (slot) => -slot.usedAt),
    };
  }

  return {
    async take({ conversation, shared, signal }) {
      for (;;) {
        throwIfAborted(signal);
        const own = conversation === undefined ? undefined : slots.find((slot) => slot.conversation === conversation);
        if (own?.busy) {
          own.busy.yields?.();
          await abortable(own.busy.done, signal);
          continue;
        }
        const { unclaimed, quietest } = idle(shared);
        const slot = own ?? unclaimed ?? quietest;
        if (slot) return lease(slot, conversation);
        await new Promise<void>((resolve, reject) => {
          const wake = () => {
            signal.removeEventListener('abort', stop);
            resolve();
          };
          const stop = () => {
            freed.splice(freed.indexOf(wake), 1);
            reject(cancelled(signal));
          };
          signal.addEventListener('abort', stop, { once: true });
          freed.push(wake);
        });
      }
    },
    tryTake({ conversation, shared, yields }) {
      const own = slots.find((slot) => slot.conversation === conversation);
      if (own?.busy) return undefined;
      const slot = own ?? idle(shared).unclaimed;
      return slot && lease(slot, conversation, yields);
    },
  };
}

function best<T>(items: readonly T[], worth: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>((winner, item) => (winner === undefined || worth(item) > worth(winner) ? item : winner), undefined);
}
