import type { AudioFrame } from '../../engines/audio.ts';
import { type SoundFormat, soundTypes } from '../../engines/audio-decoder.ts';
import type { Machines } from '../../engines/machines.ts';
import type { Transcript } from '../../engines/speech-to-text.ts';
import { checkScript } from '../../shared/language/script-check.ts';
import type { Caller } from '../access/caller.ts';
import type { Storage } from '../storage.ts';
import type { UsageLedger } from '../usage/usage-ledger.ts';
import { verbalise } from './verbalise.ts';

/** Recordings into words, and answers into sound. It keeps what was made for a message, because people play it again. */
export interface Sound {
  /** What a recording says; an empty text where nobody speaks in it. */
  hear(caller: Caller, recording: Uint8Array, language: string): Promise<{ transcript: Transcript; demonstration: boolean }>;
  /** A text as a file of sound, the same bytes each time. */
  speak(
    caller: Caller,
    text: string,
    language: string,
    wanted: { voice?: string | undefined; format: SoundFormat },
  ): Promise<{ bytes: Uint8Array; type: string }>;
}

const HEARING_RATE = 16_000;
const KEPT_BYTES = 32 * 2 ** 20;

export function makeSound({ machines, storage, ledger }: { machines: Machines; storage: Storage; ledger: UsageLedger }): Sound {
  const kept = new Map<string, Uint8Array>();
  let keptBytes = 0;

  function keep(key: string, bytes: Uint8Array): void {
    kept.set(key, bytes);
    keptBytes += bytes.length;
    for (const [oldest, old] of kept) {
      if (keptBytes <= KEPT_BYTES) break;
      kept.delete(oldest);
      keptBytes -= old.length;
    }
  }

  return {
    async hear(caller, recording, language) {
      const { engine, demonstration } = machines.hear(language);
      const frames: AudioFrame[] = [];
      for await (const frame of machines.sound.decode(recording, HEARING_RATE, caller.signal)) frames.push(frame);
      const terms = await doctorNames(storage, caller.hospitalId);
      const call = {
        signal: caller.signal,
        label: { hospitalId: caller.hospitalId, use: 'consultation', requestId: caller.requestId },
      } as const;
      const { transcript } = await engine.transcribe(frames, { language, terms }, call);
      // Words in a script that nobody writes this language in were not heard right: they are asked for again, and never guessed at.
      const heard = checkScript(transcript.text, language).fits ? transcript : { ...transcript, text: '', segments: [] };
      return { transcript: { ...heard, text: heard.text.trim(), language: transcript.language ?? language }, demonstration };
    },

    async speak(caller, text, language, { voice, format }) {
      const chosen = machines.speak(language, voice);
      const key = JSON.stringify([chosen.engine.id, chosen.voice, format, language, text]);
      const before = kept.get(key);
      if (before) return { bytes: before, type: soundTypes[format] };
      const call = {
        signal: caller.signal,
        label: { hospitalId: caller.hospitalId, use: 'consultation', requestId: caller.requestId },
      } as const;
      const first: { rate?: number } = {};
      const country = await storage.read(
        caller.hospitalId,
        async (stores) => (await stores.access.hospital(caller.hospitalId))?.settings.defaultCountry,
      );
      const spoken = verbalise(text, language, country === undefined ? {} : { country });
      const frames = framesOf(chosen.engine.speak(one(spoken), { voice: chosen.voice }, call), first);
      const ready = await peek(frames);
      const pieces: Uint8Array[] = [];
      for await (const piece of machines.sound.encode(ready, first.rate ?? HEARING_RATE, format, caller.signal)) pieces.push(piece);
      const uses = ledger.take(caller.requestId);
      await storage.transact(caller.hospitalId, (stores) =>
        stores.usage.insert(uses, { sessionId: null, doctorId: null, patientId: null }),
      );
      const bytes = Buffer.concat(pieces);
      keep(key, bytes);
      return { bytes, type: soundTypes[format] };
    },
  };
}

async function doctorNames(storage: Storage, hospitalId: string): Promise<string[]> {
  const doctors = await storage.read(hospitalId, (stores) => stores.practice.doctors({ limit: 100 }));
  return doctors.map(({ name }) => name.replace(/^dr\.?\s+/i, ''));
}

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}

async function* framesOf(parts: AsyncIterable<{ type: string; frame?: AudioFrame }>, first: { rate?: number }): AsyncGenerator<AudioFrame> {
  for await (const part of parts) {
    if (!part.frame) continue;
    first.rate ??= part.frame.sampleRate;
    yield part.frame;
  }
}

/** Waits for the first frame, because the encoder must know the rate before it begins. */
async function peek<T>(items: AsyncGenerator<T>): Promise<AsyncIterable<T>> {
  const first = await items.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* items;
  })();
}
