import type { Call } from '../call.ts';

/**
 * What a wrapper sees of one call of an engine. A method that answers with a promise is a stream of one part here,
 * so that a wrapper is written once for every contract.
 */
export interface Invocation<E> {
  readonly method: string;
  readonly call: Call;
  /** Calls the method on this engine. The input can be read again by another `run`, until `commit`. */
  run(engine: E, call?: Call): AsyncIterable<unknown>;
  /** The input will not be read again: what was kept of it for another `run` is let go. */
  commit(): void;
  /** False once more input went by than is kept: another `run` would hear only the end of it. */
  repeatable(): boolean;
}

/** The contract methods that answer with parts; all others answer with one promise. */
const streaming: ReadonlySet<string> = new Set(['generate', 'listen', 'speak']);

/**
 * Gives an engine with the same contract, each call of which goes through `around`.
 * A call is a method whose last argument is a `Call`; everything else is handed through untouched.
 */
export function wrapEngine<E extends object>(inner: E, around: (invocation: Invocation<E>) => AsyncIterable<unknown>): E {
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...args: unknown[]) => {
        const call = args.at(-1);
        if (!isCall(call)) return Reflect.apply(value, target, args);
        const parts = around(invocationOf<E>(name, args.slice(0, -1), call));
        return streaming.has(name) ? parts : only(parts);
      };
    },
  });
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'label' in value && 'signal' in value;
}

function invocationOf<E>(method: string, input: readonly unknown[], call: Call): Invocation<E> {
  const replays = input.map((argument) => (isStream(argument) ? replayable(argument) : undefined));
  return {
    method,
    call,
    async *run(engine, ownCall = call) {
      const args = input.map((argument, index) => replays[index]?.read() ?? argument);
      const member = (engine as Record<string, unknown>)[method];
      if (typeof member !== 'function') return;
      const answer: unknown = Reflect.apply(member, engine, [...args, ownCall]);
      if (isStream(answer)) yield* answer;
      else yield await answer;
    },
    commit: () => {
      for (const replay of replays) replay?.commit();
    },
    repeatable: () => replays.every((replay) => replay?.whole() ?? true),
  };
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function only(parts: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown;
  for await (const part of parts) last = part;
  return last;
}

/** Forty seconds of sound in frames of 20 ms: who has heard nothing by then will not hear more the second time. */
const keptItems = 2000;

/** Lets an iterable be read again from its beginning, as long as nothing was committed and not too much went by. */
function replayable<T>(source: AsyncIterable<T>) {
  const kept: T[] = [];
  let first = 0;
  let keeping = true;
  let iterator: AsyncIterator<T> | undefined;
  let pending: Promise<IteratorResult<T>> | undefined;
  let reader = 0;

  async function pull(): Promise<void> {
    iterator ??= source[Symbol.asyncIterator]();
    pending ??= iterator.next();
    const mine = pending;
    const result = await mine;
    if (pending !== mine) return;
    if (result.done) return; // `pending` stays: every later reader sees the end as well
    pending = undefined;
    kept.push(result.value);
    if (kept.length > keptItems && keeping) {
      kept.shift();
      first++;
    }
  }

  async function* read(): AsyncGenerator<T> {
    const me = ++reader;
    let at = first;
    try {
      for (;;) {
        while (at - first >= kept.length) {
          const before = first + kept.length;
          await pull();
          if (first + kept.length === before) return;
        }
        const item = kept[at - first] as T;
        at++;
        if (!keeping && me === reader) {
          kept.splice(0, at - first);
          first = at;
        }
        yield item;
      }
    } finally {
      if (!keeping && me === reader) await iterator?.return?.();
    }
  }

  return {
    read,
    commit: () => {
      keeping = false;
    },
    whole: () => first === 0,
  };
}
