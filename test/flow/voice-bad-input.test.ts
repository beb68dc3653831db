import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Talk, talk } from '../kit/talk.ts';
import { startVoiceHouse, stubEngines, type VoiceHouse } from '../kit/voice-house.ts';

const long = process.env.BEDSIDE_TEST_LONG === '1';

/** Whatever a client sends: a clear error, no fault of the box, and the next sensible message is served. */
describe('the voice socket, sent nonsense', () => {
  let house: VoiceHouse;
  beforeAll(async () => {
    house = await startVoiceHouse({ stubs: stubEngines() });
  });
  afterAll(() => house.stop());

  const types = ['init-session', 'audio', 'text', 'commit', 'interrupt', 'playback', 'tool_call', 'session-ready', '__proto__'];
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: 'binary' }), fc.double(), fc.constant(null));
  const message = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constantFrom(...types), text: anything, data: anything, played_ms: anything, language: anything }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constantFrom(...types),
        input: anything,
        output: anything,
        turn_detection: anything,
        session_id: anything,
      }),
    },
    { weight: 1, arbitrary: anything },
  );
  const text = fc.oneof(
    message.map((value) => JSON.stringify(value) ?? 'undefined'),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  const frame = fc.oneof(
    { weight: 3, arbitrary: text },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)) },
  );

  const alive = async (line: Talk) => {
    const from = line.told.length;
    line.send({ type: 'text', text: 'ok' });
    await line.seen((m) => m.type === 'ai_response' && m.is_final, 'an answer after all that', { from });
  };

  it('in a session: it goes on', async () => {
    const line = await talk(house.house.base, house.hospital.tokens.nurse as string);
    const frames = fc.sample(frame, { numRuns: long ? 5_000 : 600, seed: 41 });
    for (const [i, one] of frames.entries()) {
      line.socket.send(typeof one === 'string' ? one : one);
      if (i % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await alive(line);
    expect(line.closed()).toBeUndefined();
    expect(line.told.filter((m) => m.type === 'error').length).toBeGreaterThan(frames.length / 10);
    expect(line.told.filter((m) => m.payload?.error_code === 'INTERNAL_ERROR')).toEqual([]);
    await line.end();
  }, 60_000);

  it('before a session: nothing is done, and nothing breaks', async () => {
    for (const one of fc.sample(frame, { numRuns: long ? 300 : 40, seed: 43 })) {
      const line = await talk(house.house.base, house.hospital.tokens.nurse as string, null);
      line.socket.send(typeof one === 'string' ? one : one);
      await line.seen((m) => m.type === 'error' || m.type === 'session-ready', 'an answer');
      expect(line.told.filter((m) => m.payload?.error_code === 'INTERNAL_ERROR')).toEqual([]);
      line.socket.terminate();
    }
    const line = await talk(house.house.base, house.hospital.tokens.nurse as string);
    await alive(line);
    await line.end();
    expect(house.house.log()).not.toContain('"level":"error"');
  }, 120_000);
});
