import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeLineReader, makeLineWriter } from '../../../src/domain/voice/sound-format.ts';
import { splitFrames } from '../../../src/engines/pcm.ts';

const tone = (ms: number, rate: number) =>
  Int16Array.from({ length: (ms * rate) / 1_000 }, (_, i) => 9_000 * Math.sin((2 * Math.PI * 440 * i) / rate));

describe('sound on the line', () => {
  test('16-bit samples are read the same however they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(60), { maxLength: 20 }), (bytes, cuts) => {
        const whole = makeLineReader({ encoding: 'pcm16', sampleRate: 16_000 })(bytes);
        const read = makeLineReader({ encoding: 'pcm16', sampleRate: 16_000 });
        const pieces: number[] = [];
        let at = 0;
        for (const cut of [...cuts, bytes.length]) {
          pieces.push(...read(bytes.subarray(at, at + cut)));
          at = Math.min(bytes.length, at + cut);
        }
        pieces.push(...read(bytes.subarray(at)));
        expect(pieces).toEqual([...whole]);
      }),
    );
  });

  test('µ-law comes back within its own steps', () => {
    const samples = tone(100, 8_000);
    const writer = makeLineWriter({ encoding: 'mulaw', sampleRate: 8_000 });
    const bytes: number[] = [];
    for (const frame of splitFrames(samples, 8_000)) {
      const chunk = writer.push({ type: 'sound', messageId: 'm', frame, visemes: [] });
      if (chunk) bytes.push(...chunk.bytes);
    }
    bytes.push(...(writer.end()?.bytes ?? []));
    const back = makeLineReader({ encoding: 'mulaw', sampleRate: 8_000 })(Uint8Array.from(bytes));
    expect(back.length).toBe(samples.length);
    for (const [i, sample] of back.entries()) expect(Math.abs(sample - (samples[i] as number))).toBeLessThan(300);
  });

  test('a voice at another rate keeps its length, and what was sent is what is told', () => {
    for (const [from, to] of [
      [22_050, 24_000],
      [16_000, 24_000],
      [22_050, 8_000],
    ] as const) {
      const writer = makeLineWriter({ encoding: 'pcm16', sampleRate: to });
      let bytes = 0;
      for (const frame of splitFrames(tone(1_000, from), from))
        bytes += writer.push({ type: 'sound', messageId: 'm', frame, visemes: [] })?.bytes.length ?? 0;
      bytes += writer.end()?.bytes.length ?? 0;
      expect(Math.abs(bytes / 2 / to - 1)).toBeLessThan(0.01);
      expect(writer.durationMs()).toBe(Math.round((bytes * 500) / to));
    }
  });

  test('the first piece leaves early, with its words and its mouth', () => {
    const writer = makeLineWriter({ encoding: 'pcm16', sampleRate: 16_000 });
    const frames = splitFrames(tone(400, 16_000), 16_000);
    const chunks = frames.map((frame, i) =>
      writer.push({
        type: 'sound',
        messageId: 'm',
        frame,
        visemes: [{ atMs: i * 20, id: 'open' }],
        ...(i === 0 ? { text: 'Hello.' } : {}),
      }),
    );
    expect(chunks.findIndex(Boolean)).toBe(1);
    expect(chunks[1]).toMatchObject({ text: 'Hello.', visemes: [{ atMs: 0 }, { atMs: 20 }] });
    expect(chunks.filter(Boolean)).toHaveLength(3);
  });
});
