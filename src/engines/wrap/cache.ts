import type { AudioFrame } from '../audio.ts';
import type { Call, Usage } from '../call.ts';
import type { Manner, SpokenPart, TextToSpeech } from '../text-to-speech.ts';

export interface SpeechCacheOptions {
  /** Which sentences are kept: phrases of the house, never what was made up for a patient. */
  readonly isFixed: (sentence: string) => boolean;
  readonly maxBytes: number;
}

/** Keeps the sound of fixed phrases ("One moment, please."), the least recently used going first. */
export function cacheSpeech(inner: TextToSpeech, options: SpeechCacheOptions): TextToSpeech {
  const kept = new Map<string, readonly SpokenPart[]>();
  let bytes = 0;

  function find(key: string): readonly SpokenPart[] | undefined {
    const parts = kept.get(key);
    if (!parts) return undefined;
    kept.delete(key);
    kept.set(key, parts); // a Map keeps the order of insertion: the first is the one unused for longest
    return parts;
  }

  function keep(key: string, parts: readonly SpokenPart[]): void {
    const size = sizeOf(parts);
    if (size === 0 || size > options.maxBytes || kept.has(key)) return;
    kept.set(key, parts);
    bytes += size;
    for (const [oldest, oldParts] of kept) {
      if (bytes <= options.maxBytes) break;
      kept.delete(oldest);
      bytes -= sizeOf(oldParts);
    }
  }

  async function* speak(sentences: AsyncIterable<string>, manner: Manner, call: Call): AsyncGenerator<SpokenPart> {
    const reader = lookAhead(sentences);
    let offsetMs = 0;
    let usage: Usage = {};

    /** Hands on one stretch of speech, moved to where the ones before it ended. */
    async function* placed(parts: AsyncIterable<SpokenPart> | Iterable<SpokenPart>): AsyncGenerator<SpokenPart> {
      const startMs = offsetMs;
      for await (const part of parts) {
        if (part.type === 'speak-end') usage = sum(usage, part.usage);
        else if (part.type === 'speech-mark') yield { ...part, atMs: startMs + part.atMs };
        else {
          offsetMs = Math.max(offsetMs, startMs + endOf(part.frame));
          yield { ...part, frame: { ...part.frame, atMs: startMs + part.frame.atMs } };
        }
      }
    }

    async function* recorded(key: string, sentence: string): AsyncGenerator<SpokenPart> {
      const parts: SpokenPart[] = [];
      for await (const part of inner.speak(one(sentence), manner, call)) {
        if (part.type !== 'speak-end') parts.push(part);
        yield part;
      }
      keep(key, parts);
    }

    try {
      for (let next = await reader.peek(); next !== undefined; next = await reader.peek()) {
        if (options.isFixed(next)) {
          reader.take();
          const key = JSON.stringify([inner.id, manner.voice, manner.rate ?? 1, next]);
          const parts = find(key);
          if (parts) usage = sum(usage, { cachedCharacters: next.length });
          yield* placed(parts ?? recorded(key, next));
        } else {
          const until = reader.takeWhile((sentence) => !options.isFixed(sentence));
          yield* placed(inner.speak(until, manner, call));
        }
      }
    } finally {
      await reader.close();
    }
    yield { type: 'speak-end', usage };
  }

  return { id: inner.id, voices: inner.voices, speak };
}

function sizeOf(parts: readonly SpokenPart[]): number {
  return parts.reduce((sum, part) => sum + (part.type === 'speech-audio' ? part.frame.samples.byteLength : 0), 0);
}

function endOf(frame: AudioFrame): number {
  return frame.atMs + (frame.samples.length / frame.sampleRate) * 1000;
}

function sum(a: Usage, b: Usage): Usage {
  const total: Record<string, number> = { ...a };
  for (const [unit, amount] of Object.entries(b)) total[unit] = (total[unit] ?? 0) + amount;
  return total;
}

async function* one(sentence: string): AsyncGenerator<string> {
  yield sentence;
}

/** Reads an iterable with one item in hand. */
function lookAhead<T>(source: AsyncIterable<T>) {
  const iterator = source[Symbol.asyncIterator]();
  let ahead: Promise<IteratorResult<T>> | undefined;
  const peek = async (): Promise<T | undefined> => {
    ahead ??= iterator.next();
    const result = await ahead;
    return result.done ? undefined : result.value;
  };
  const take = () => {
    ahead = undefined;
  };
  async function* takeWhile(wanted: (item: T) => boolean): AsyncGenerator<T> {
    for (let item = await peek(); item !== undefined && wanted(item); item = await peek()) {
      take();
      yield item;
    }
  }
  return {
    peek,
    take,
    takeWhile,
    close: async () => {
      await iterator.return?.();
    },
  };
}
