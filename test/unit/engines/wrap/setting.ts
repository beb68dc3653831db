import type { Call, Use } from '../../../../src/engines/call.ts';
import type { GenerationPart, LanguageModel } from '../../../../src/engines/language-model.ts';
import type { Clock } from '../../../../src/shared/clock.ts';

export function callFor(use: Use = 'voice', signal: AbortSignal = new AbortController().signal): Call {
  return { signal, label: { hospitalId: 'h1', use, requestId: 'r1' } };
}

/** A clock that moves when told to, and through every sleep at once. */
export function handClock(): Clock & { advance(ms: number): void; readonly slept: readonly number[] } {
  let elapsed = 0;
  const slept: number[] = [];
  return {
    now: () => new Date(1_700_000_000_000 + elapsed),
    elapsedMs: () => elapsed,
    sleep: async (ms, signal) => {
      if (signal?.aborted) throw signal.reason;
      slept.push(ms);
      elapsed += ms;
    },
    advance: (ms) => {
      elapsed += ms;
    },
    slept,
  };
}

/** A language model that does, at each call, what the next of these functions does. */
export function modelThat(...turns: ((call: Call) => AsyncIterable<GenerationPart>)[]): LanguageModel & { calls: number } {
  const model = {
    id: 'scripted',
    contextTokens: 1000,
    calls: 0,
    generate(_prompt: unknown, call: Call) {
      const turn = turns[Math.min(model.calls, turns.length - 1)];
      model.calls++;
      if (!turn) throw new Error('no turn was written');
      return turn(call);
    },
  };
  return model;
}

export async function* says(text: string, outputTokens = 1): AsyncGenerator<GenerationPart> {
  yield { type: 'text-delta', text };
  yield { type: 'generation-end', reason: 'stop', usage: { inputTokens: 3, outputTokens } };
}

export async function collect<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

/** Lets everything that can go on without a timer go on. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
