import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Call, Use } from '../../../../src/engines/call.ts';
import type { GenerationPart, Prompt } from '../../../../src/engines/language-model.ts';
import { gate, makeGate } from '../../../../src/engines/wrap/gate.ts';
import { callFor, collect, handClock, modelThat, says, settle } from './setting.ts';

const uses: readonly Use[] = ['voice', 'consultation', 'scheduling', 'notes', 'knowledge'];

describe('the gate', () => {
  test('lets as many in as there are slots, and the others in the order of their urgency', async () => {
    const door = makeGate({ slots: 1, line: 10, clock: handClock() });
    const leave = await door.enter(callFor('knowledge'));
    const entered: Use[] = [];
    const inside: (() => void)[] = [];
    for (const use of [...uses].reverse().flatMap((use) => [use, use]))
      void door.enter(callFor(use)).then((leaveLater) => {
        entered.push(use);
        inside.push(leaveLater);
      });
    await settle();
    expect(door.waiting).toBe(10);
    leave();
    for (let i = 0; i < 10; i++) {
      await settle();
      inside[i]?.();
    }
    await settle();
    expect(entered).toEqual(uses.flatMap((use) => [use, use]));
    expect(door.busy).toBe(0);
  });

  test('says at once that it is overloaded when the line is full, with a time to come back', async () => {
    const clock = handClock();
    const door = makeGate({ slots: 1, line: 1, clock });
    await door.enter(callFor());
    void door.enter(callFor());
    await expect(door.enter(callFor())).rejects.toMatchObject({ code: 'overloaded', details: { reason: 'OVERLOADED' } });
    const refusal = await door.enter(callFor()).catch((error: unknown) => error);
    expect(refusal).toHaveProperty('details.retryAfterMs', expect.any(Number));
    expect(String((refusal as Error).message)).not.toContain('{');
  });

  test('turns the least urgent away rather than a patient who is talking', async () => {
    const door = makeGate({ slots: 1, line: 2, clock: handClock() });
    const leave = await door.enter(callFor('notes'));
    const notes = door.enter(callFor('notes'));
    const knowledge = door.enter(callFor('knowledge'));
    const voice = door.enter(callFor('voice'));
    await expect(knowledge).rejects.toMatchObject({ code: 'overloaded' });
    await expect(door.enter(callFor('knowledge'))).rejects.toMatchObject({ code: 'overloaded' });
    leave();
    (await voice)();
    (await notes)();
    expect(door.busy).toBe(0);
  });

  test('forgets who stops waiting', async () => {
    const door = makeGate({ slots: 1, line: 2, clock: handClock() });
    const leave = await door.enter(callFor());
    const stop = new AbortController();
    const waiting = door.enter(callFor('voice', stop.signal));
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(door.waiting).toBe(0);
    leave();
    expect(door.busy).toBe(0);
    await expect(door.enter(callFor('voice', stop.signal))).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('gives a slot back once, however often it is left', async () => {
    const door = makeGate({ slots: 2, line: 0, clock: handClock() });
    const leave = await door.enter(callFor());
    await door.enter(callFor());
    leave();
    leave();
    expect(door.busy).toBe(1);
  });

  test('never admits more than its slots and loses nobody, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.record({ use: fc.constantFrom(...uses), act: fc.constantFrom('enter', 'leave', 'abort') }), { maxLength: 40 }),
        async (slots, line, steps) => {
          const door = makeGate({ slots, line, clock: handClock() });
          const inside: (() => void)[] = [];
          const stops: AbortController[] = [];
          let settled = 0;
          let asked = 0;
          for (const { use, act } of steps) {
            if (act === 'enter') {
              const stop = new AbortController();
              stops.push(stop);
              asked++;
              void door.enter(callFor(use, stop.signal)).then(
                (leave) => {
                  settled++;
                  inside.push(leave);
                },
                () => {
                  settled++;
                },
              );
            } else if (act === 'leave') inside.pop()?.();
            else stops.shift()?.abort();
            await settle();
            if (door.busy > slots || door.waiting > line) throw new Error(`${door.busy} inside, ${door.waiting} waiting`);
            if (settled + door.waiting !== asked) throw new Error('somebody was lost');
          }
          while (inside.length > 0) {
            inside.pop()?.();
            await settle();
          }
          return settled === asked && door.busy === 0 && door.waiting === 0;
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a gated engine', () => {
  test('holds its slot until the last part was read, and gives it back when the reader walks away', async () => {
    const door = makeGate({ slots: 1, line: 1, clock: handClock() });
    const model = gate(
      modelThat(() => says('hello')),
      door,
    );
    for await (const part of model.generate({ messages: [] }, callFor())) {
      expect(part.type).toBe('text-delta');
      expect(door.busy).toBe(1);
      break;
    }
    expect(door.busy).toBe(0);
    expect(await collect(model.generate({ messages: [] }, callFor()))).toHaveLength(2);
    expect(door.busy).toBe(0);
  });

  test('gives its slot back when the engine fails', async () => {
    const door = makeGate({ slots: 1, line: 1, clock: handClock() });
    const failing = gate(
      modelThat(async function* (): AsyncGenerator<GenerationPart> {
        yield { type: 'text-delta', text: 'a' };
        throw new Error('broken');
      }),
      door,
    );
    await expect(collect(failing.generate({ messages: [] }, callFor()))).rejects.toThrow('broken');
    expect(door.busy).toBe(0);
  });

  test('keeps the shape of what it wraps, for answers in parts and for answers in one piece', async () => {
    const door = makeGate({ slots: 1, line: 1, clock: handClock() });
    const embedder = gate(
      {
        id: 'e',
        dimensions: 2,
        embed: async (texts: readonly string[], _call: Call) => ({ vectors: texts.map(() => new Float32Array(2)), usage: {} }),
      },
      door,
    );
    expect(embedder.id).toBe('e');
    expect(embedder.dimensions).toBe(2);
    expect((await embedder.embed(['a', 'b'], callFor())).vectors).toHaveLength(2);
  });

  test('does not make a courtesy wait: reading ahead is left out when no slot is free', async () => {
    const door = makeGate({ slots: 1, line: 1, clock: handClock() });
    let prepared = 0;
    const model = gate({ ...modelThat(() => says('x')), prepare: async (_prompt: Prompt, _call: Call) => void prepared++ }, door);
    await model.prepare({ messages: [] }, callFor());
    expect(prepared).toBe(1);
    const leave = await door.enter(callFor());
    await model.prepare({ messages: [] }, callFor());
    expect(prepared).toBe(1);
    leave();
  });
});
