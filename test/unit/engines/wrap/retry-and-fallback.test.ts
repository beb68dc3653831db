import { describe, expect, test } from 'vitest';
import type { Call } from '../../../../src/engines/call.ts';
import type { GenerationPart } from '../../../../src/engines/language-model.ts';
import type { HeardPart } from '../../../../src/engines/speech-to-text.ts';
import { fallback } from '../../../../src/engines/wrap/fallback.ts';
import { retry } from '../../../../src/engines/wrap/retry.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { callFor, collect, handClock, modelThat, says } from './setting.ts';

const down = () => new AppError('unavailable', 'The engine is down.');
const patience = (clock = handClock()) => ({ attempts: 3, pauseMs: 100, longestPauseMs: 5000, clock });

// biome-ignore lint/correctness/useYield: it fails before its first part
async function* fails(error: unknown): AsyncGenerator<GenerationPart> {
  throw error;
}
async function* failsLate(error: unknown): AsyncGenerator<GenerationPart> {
  yield { type: 'text-delta', text: 'half' };
  throw error;
}

describe('retry', () => {
  test('tries again after a pause that doubles, until it works', async () => {
    const clock = handClock();
    const model = modelThat(
      () => fails(down()),
      () => fails(down()),
      () => says('hello'),
    );
    expect(await collect(retry(model, patience(clock)).generate({ messages: [] }, callFor()))).toHaveLength(2);
    expect(model.calls).toBe(3);
    expect(clock.slept).toEqual([100, 200]);
  });

  test('waits as long as the provider asks, and not at all when that is too long', async () => {
    const clock = handClock();
    const busy = (retryAfterMs: number) => new AppError('rate-limited', 'Slow down.', { retryAfterMs });
    const model = modelThat(
      () => fails(busy(700)),
      () => says('hello'),
    );
    await collect(retry(model, patience(clock)).generate({ messages: [] }, callFor()));
    expect(clock.slept).toEqual([700]);
    const long = modelThat(() => fails(busy(60_000)));
    await expect(collect(retry(long, patience()).generate({ messages: [] }, callFor()))).rejects.toMatchObject({ code: 'rate-limited' });
    expect(long.calls).toBe(1);
  });

  test('gives up after its attempts, and at once on errors that will not pass', async () => {
    const model = modelThat(() => fails(down()));
    await expect(collect(retry(model, patience()).generate({ messages: [] }, callFor()))).rejects.toMatchObject({ code: 'unavailable' });
    expect(model.calls).toBe(3);
    for (const error of [
      new AppError('invalid', 'No.'),
      new AppError('refused', 'No.'),
      new AppError('cancelled', 'No.'),
      new TypeError('bug'),
    ]) {
      const wrong = modelThat(() => fails(error));
      await expect(collect(retry(wrong, patience()).generate({ messages: [] }, callFor()))).rejects.toBe(error);
      expect(wrong.calls).toBe(1);
    }
  });

  test('never repeats what was heard already', async () => {
    const model = modelThat(() => failsLate(down()));
    await expect(collect(retry(model, patience()).generate({ messages: [] }, callFor()))).rejects.toMatchObject({ code: 'unavailable' });
    expect(model.calls).toBe(1);
  });

  test('does not go on for someone who has left', async () => {
    const stop = new AbortController();
    const model = modelThat(() => {
      stop.abort();
      return fails(down());
    });
    await expect(collect(retry(model, patience()).generate({ messages: [] }, callFor('voice', stop.signal)))).rejects.toThrow();
    expect(model.calls).toBe(1);
  });

  test('repeats an answer in one piece', async () => {
    let calls = 0;
    const embedder = {
      embed: async (texts: readonly string[], _call: Call) => {
        if (++calls < 2) throw down();
        return texts.length;
      },
    };
    expect(await retry(embedder, patience()).embed(['a'], callFor())).toBe(1);
    expect(calls).toBe(2);
  });

  test('plays the sound that went by to the second attempt, from its beginning', async () => {
    const heard: number[][] = [];
    const listener = {
      id: 'l',
      async *listen(frames: AsyncIterable<number>, _call: Call): AsyncGenerator<HeardPart> {
        const mine: number[] = [];
        heard.push(mine);
        for await (const frame of frames) {
          mine.push(frame);
          if (heard.length === 1 && mine.length === 3) throw down();
        }
        yield { type: 'listen-end', usage: {} };
      },
    };
    let closed = false;
    async function* frames() {
      try {
        for (let i = 1; i <= 6; i++) yield i;
      } finally {
        closed = true;
      }
    }
    await collect(retry(listener, patience()).listen(frames(), callFor()));
    expect(heard).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4, 5, 6],
    ]);
    expect(closed).toBe(true);
  });

  test('does not try again with half of the sound', async () => {
    let attempts = 0;
    const listener = {
      // biome-ignore lint/correctness/useYield: it fails before its first part
      async *listen(frames: AsyncIterable<number>, _call: Call): AsyncGenerator<HeardPart> {
        attempts++;
        for await (const _ of frames);
        throw down();
      },
    };
    async function* hours() {
      for (let i = 0; i < 5000; i++) yield i;
    }
    await expect(collect(retry(listener, patience()).listen(hours(), callFor()))).rejects.toMatchObject({ code: 'unavailable' });
    expect(attempts).toBe(1);
  });
});

describe('fallback', () => {
  test('asks the next engine, and says so', async () => {
    const told: string[] = [];
    const local = modelThat(() => fails(down()));
    const spare = { ...modelThat(() => says('from the spare')), id: 'spare' };
    const model = fallback(local, [spare], (_, next) => told.push(next.id));
    expect(await collect(model.generate({ messages: [] }, callFor()))).toMatchObject([{ text: 'from the spare' }, {}]);
    expect(told).toEqual(['spare']);
    expect(model.id).toBe('scripted');
  });

  test('tells the failure when something was heard already, and when there is nobody left', async () => {
    const spare = modelThat(() => fails(down()));
    const late = fallback(
      modelThat(() => failsLate(down())),
      [spare],
      () => {},
    );
    await expect(collect(late.generate({ messages: [] }, callFor()))).rejects.toMatchObject({ code: 'unavailable' });
    expect(spare.calls).toBe(0);
    const nobody = fallback(
      modelThat(() => fails(down())),
      [spare],
      () => {},
    );
    await expect(collect(nobody.generate({ messages: [] }, callFor()))).rejects.toMatchObject({ code: 'unavailable' });
    expect(spare.calls).toBe(1);
  });

  test('does not hide a wrong request behind another engine', async () => {
    const spare = modelThat(() => says('x'));
    const model = fallback(
      modelThat(() => fails(new AppError('invalid', 'No.'))),
      [spare],
      () => {},
    );
    await expect(collect(model.generate({ messages: [] }, callFor()))).rejects.toMatchObject({ code: 'invalid' });
    expect(spare.calls).toBe(0);
  });
});
