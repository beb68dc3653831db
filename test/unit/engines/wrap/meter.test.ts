import { describe, expect, test } from 'vitest';
import type { Call } from '../../../../src/engines/call.ts';
import type { GenerationPart } from '../../../../src/engines/language-model.ts';
import { type MeteredEngine, meter, type UsageRow } from '../../../../src/engines/wrap/meter.ts';
import { AppError } from '../../../../src/shared/errors.ts';
import { callFor, collect, handClock, modelThat, says } from './setting.ts';

const about: MeteredEngine = { purpose: 'language-model', engine: 'llama', model: 'tiny', local: true };

describe('the meter', () => {
  test('writes one row for a call: who asked, what was used, how long it took and when the first part came', async () => {
    const clock = handClock();
    const rows: UsageRow[] = [];
    const slow = modelThat(async function* (): AsyncGenerator<GenerationPart> {
      clock.advance(30);
      yield { type: 'text-delta', text: 'a' };
      clock.advance(12);
      yield { type: 'generation-end', reason: 'stop', usage: { inputTokens: 3, outputTokens: 7 } };
    });
    await collect(meter(slow, about, (row) => rows.push(row), clock).generate({ messages: [] }, callFor('scheduling')));
    expect(rows).toEqual([
      {
        ...about,
        units: { inputTokens: 3, outputTokens: 7 },
        startedAt: new Date(1_700_000_000_000),
        ms: 42,
        firstMs: 30,
        status: 'ok',
        label: { hospitalId: 'h1', use: 'scheduling', requestId: 'r1' },
      },
    ]);
  });

  test('counts an answer in one piece the same way', async () => {
    const rows: UsageRow[] = [];
    const embedder = { embed: async (texts: readonly string[], _call: Call) => ({ vectors: [], usage: { texts: texts.length } }) };
    await meter(embedder, { ...about, purpose: 'embedder' }, (row) => rows.push(row), handClock()).embed(['a', 'b'], callFor());
    expect(rows).toMatchObject([{ purpose: 'embedder', units: { texts: 2 }, status: 'ok' }]);
  });

  test.each([
    [new AppError('unavailable', 'The engine is down.'), 'unavailable'],
    [new AppError('cancelled', 'Stopped.'), 'cancelled'],
    [new DOMException('Aborted', 'AbortError'), 'cancelled'],
    [new TypeError('a bug'), 'internal'],
  ])('names the end of a call that failed with %s', async (error, status) => {
    const rows: UsageRow[] = [];
    const failing = modelThat(async function* (): AsyncGenerator<GenerationPart> {
      yield { type: 'text-delta', text: 'a' };
      throw error;
    });
    const metered = meter(failing, about, (row) => rows.push(row), handClock());
    await expect(collect(metered.generate({ messages: [] }, callFor()))).rejects.toBe(error);
    expect(rows).toMatchObject([{ status, units: {} }]);
  });

  test('knows what was used by a call that was stopped half way, when the adapter tells', async () => {
    const rows: UsageRow[] = [];
    const stopped = modelThat(async function* (): AsyncGenerator<GenerationPart> {
      yield { type: 'text-delta', text: 'a' };
      throw new AppError('cancelled', 'Stopped.', { context: { usage: { outputTokens: 5 } } });
    });
    await collect(meter(stopped, about, (row) => rows.push(row), handClock()).generate({ messages: [] }, callFor())).catch(() => {});
    expect(rows).toMatchObject([{ status: 'cancelled', units: { outputTokens: 5 } }]);
  });

  test('writes the row of a reader who walks away', async () => {
    const rows: UsageRow[] = [];
    for await (const _ of meter(
      modelThat(() => says('hello')),
      about,
      (row) => rows.push(row),
      handClock(),
    ).generate({ messages: [] }, callFor()))
      break;
    expect(rows).toMatchObject([{ status: 'cancelled' }]);
  });
});
