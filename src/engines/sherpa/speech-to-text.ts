import type { EngineProcess } from '../engine-process.ts';
import { clipMs } from '../pcm.ts';
import { nextTurn, resampleClip } from '../resample.ts';
import type { SpeechToText } from '../speech-to-text.ts';
import { hearingRate } from './detector.ts';
import type { ListenParams, TranscribedSegment } from './worker.ts';

/**
 * Recognition of finished clips behind the wall. `languages` are those the model is fit for; with one, that is the language of every
 * transcript. Where no speech is detected, the transcript is empty.
 */
export function sherpaSpeechToText(id: string, engine: EngineProcess, languages: readonly string[]): SpeechToText {
  return {
    id,
    async transcribe(clip, hints, call) {
      const audioMs = Math.round(clipMs(clip));
      const samples = await resampleClip(clip, hearingRate);
      const params: ListenParams = { language: languages.length === 1 ? languages[0] : hints.language, terms: hints.terms ?? [] };
      const segments: TranscribedSegment[] = [];
      // On a slow box a piece of a clip may take several times as long as it is, and a detector goes through all of it before the first.
      const options = { signal: call.signal, allowanceMs: 30_000 + audioMs * 4 };
      for await (const segment of engine.stream<TranscribedSegment>('transcribe', params, inPieces(samples), options))
        segments.push(segment);
      const first = clip[0]?.atMs ?? 0;
      const spoken = segments.map((segment) => ({ ...segment, startMs: first + segment.startMs, endMs: first + segment.endMs }));
      const language = segments.find((segment) => segment.language)?.language ?? params.language;
      const known = spoken.flatMap(({ confidence }) => (confidence === undefined ? [] : [confidence]));
      return {
        transcript: {
          text: spoken.map(({ text }) => text).join(' '),
          ...(language ? { language } : {}),
          ...(known.length > 0 ? { confidence: known.reduce((sum, value) => sum + value, 0) / known.length } : {}),
          startMs: first,
          endMs: first + audioMs,
          segments: spoken.map(({ startMs, endMs, text, confidence }) => ({
            startMs,
            endMs,
            text,
            ...(confidence === undefined ? {} : { confidence }),
          })),
        },
        usage: { audioMs },
      };
    },
  };
}

/** An hour's recording in one message would hold the event loop while it is copied. */
async function* inPieces(samples: Int16Array): AsyncGenerator<Int16Array> {
  for (let at = 0; at < samples.length; at += pieceSamples) {
    if (at > 0) await nextTurn();
    yield samples.slice(at, at + pieceSamples);
  }
}

const pieceSamples = 10 * hearingRate;
