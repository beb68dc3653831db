import { describe, expect, test } from 'vitest';
import type { SpokenPart, TextToSpeech } from '../../../../src/engines/text-to-speech.ts';
import { cacheSpeech } from '../../../../src/engines/wrap/cache.ts';
import { callFor, collect } from './setting.ts';

/** Speaks 10 ms a letter, in one frame a sentence, and remembers what it was asked to speak. */
function speaker(): TextToSpeech & { readonly spoken: string[] } {
  const spoken: string[] = [];
  return {
    id: 'speaker',
    voices: [{ id: 'v', language: 'en' }],
    spoken,
    async *speak(sentences): AsyncGenerator<SpokenPart> {
      let atMs = 0;
      let characters = 0;
      for await (const text of sentences) {
        spoken.push(text);
        characters += text.length;
        yield { type: 'speech-mark', text, atMs };
        yield { type: 'speech-audio', frame: { samples: new Int16Array(text.length * 160).fill(text.length), sampleRate: 16000, atMs } };
        atMs += text.length * 10;
      }
      yield { type: 'speak-end', usage: { characters } };
    },
  };
}

async function* stream(...sentences: string[]) {
  yield* sentences;
}

const isFixed = (sentence: string) => sentence.startsWith('Please');

describe('the speech cache', () => {
  test('gives the same sound and marks as without it, at the first time and from memory', async () => {
    const sentences = ['Please wait.', 'Asha is here.', 'So is Ravi.', 'Please come in.', 'Goodbye.'];
    const plain = await collect(speaker().speak(stream(...sentences), { voice: 'v' }, callFor()));
    const inner = speaker();
    const cached = cacheSpeech(inner, { isFixed, maxBytes: 1e6 });
    for (const round of [1, 2]) {
      const parts = await collect(cached.speak(stream(...sentences), { voice: 'v' }, callFor()));
      expect(parts.slice(0, -1), `round ${round}`).toEqual(plain.slice(0, -1));
    }
    expect(inner.spoken.filter(isFixed)).toEqual(['Please wait.', 'Please come in.']);
    expect(inner.spoken).toHaveLength(8);
  });

  test('counts what was spoken and what came from memory', async () => {
    const cached = cacheSpeech(speaker(), { isFixed, maxBytes: 1e6 });
    expect((await collect(cached.speak(stream('Please wait.', 'Hi.'), { voice: 'v' }, callFor()))).at(-1)).toEqual({
      type: 'speak-end',
      usage: { characters: 15 },
    });
    expect((await collect(cached.speak(stream('Please wait.', 'Hi.'), { voice: 'v' }, callFor()))).at(-1)).toEqual({
      type: 'speak-end',
      usage: { characters: 3, cachedCharacters: 12 },
    });
  });

  test('keeps voices apart, and nothing that is not a phrase of the house', async () => {
    const inner = speaker();
    const cached = cacheSpeech(inner, { isFixed, maxBytes: 1e6 });
    for (const voice of ['v', 'w', 'v']) await collect(cached.speak(stream('Please wait.', 'Asha is here.'), { voice }, callFor()));
    expect(inner.spoken).toEqual(['Please wait.', 'Asha is here.', 'Please wait.', 'Asha is here.', 'Asha is here.']);
  });

  test('stays within its bytes: the phrase unused for longest goes', async () => {
    const inner = speaker();
    const bytes = (text: string) => text.length * 320;
    const cached = cacheSpeech(inner, { isFixed, maxBytes: bytes('Please 1') * 2 });
    for (const text of ['Please 1', 'Please 2', 'Please 1', 'Please 3', 'Please 1', 'Please 2'])
      await collect(cached.speak(stream(text), { voice: 'v' }, callFor()));
    expect(inner.spoken).toEqual(['Please 1', 'Please 2', 'Please 3', 'Please 2']);
  });

  test('does not keep a phrase whose speaking was broken off', async () => {
    const inner = speaker();
    const cached = cacheSpeech(inner, { isFixed, maxBytes: 1e6 });
    for await (const _ of cached.speak(stream('Please wait.'), { voice: 'v' }, callFor())) break;
    await collect(cached.speak(stream('Please wait.'), { voice: 'v' }, callFor()));
    expect(inner.spoken).toEqual(['Please wait.', 'Please wait.']);
  });

  test('does not wait for the next sentence before it speaks this one', async () => {
    const cached = cacheSpeech(speaker(), { isFixed, maxBytes: 1e6 });
    async function* never() {
      yield 'Asha is here.';
      await new Promise(() => {});
    }
    const iterator = cached.speak(never(), { voice: 'v' }, callFor())[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toMatchObject({ type: 'speech-mark', text: 'Asha is here.' });
    expect((await iterator.next()).value).toMatchObject({ type: 'speech-audio' });
  });
});
