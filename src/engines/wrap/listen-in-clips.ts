import { channel } from '../../shared/channel.ts';
import { newId } from '../../shared/ids.ts';
import type { AudioFrame } from '../audio.ts';
import type { Call } from '../call.ts';
import { durationMs } from '../pcm.ts';
import { type EdgePolicy, edgePolicy, noSpeech, stepEdges } from '../speech-edges.ts';
import type { HeardPart, LiveSpeechToText, SpeechToText, Transcript } from '../speech-to-text.ts';
import type { VoiceActivity } from '../voice-activity.ts';

export interface ListenInClipsPolicy {
  readonly edges: EdgePolicy;
  /** Sound kept from before speech is noticed. */
  readonly beforeMs: number;
  /** A partial is made after so much new speech, if the last one is done; 0 makes none. */
  readonly partialEveryMs: number;
  /** A longer utterance is cut here: each partial hears it all again. */
  readonly longestMs: number;
  /** So much sound may wait while a clip is recognised; what is older goes. */
  readonly waitingMs: number;
}

export const listenInClipsPolicy: ListenInClipsPolicy = {
  edges: edgePolicy,
  beforeMs: 400,
  partialEveryMs: 800,
  longestMs: 25_000,
  waitingMs: 60_000,
};

/**
 * Lifts a recogniser of finished clips to a live one: the detector finds where speech starts and ends, what lies between is a clip, and
 * while the clip grows it is recognised again and again for partials. Parts come in the order of the speech; sound that arrives while a
 * final is being made waits.
 */
export function listenInClips(stt: SpeechToText, vad: VoiceActivity, policy: ListenInClipsPolicy = listenInClipsPolicy): LiveSpeechToText {
  return {
    id: stt.id,
    async *listen(frames, hints, call) {
      const leaving = new AbortController();
      const inner: Call = { ...call, signal: AbortSignal.any([call.signal, leaving.signal]) };
      const scored = readAhead(vad.score(frames, inner.signal), policy.waitingMs)[Symbol.asyncIterator]();
      const before: AudioFrame[] = [];
      let edges = noSpeech;
      let audioMs = 0;
      let nowMs = 0;
      let utterance: Utterance | undefined;
      let awaited: Promise<IteratorResult<{ frame: AudioFrame; speech: number }>> | undefined;

      const recognise = (clip: readonly AudioFrame[], signal: AbortSignal) => stt.transcribe(clip, hints, { ...call, signal });

      /** Hears the growing clip in between. A partial that fails is only one that nobody sees. */
      function guess(current: Utterance): void {
        const stop = new AbortController();
        const text = recognise([...current.clip], AbortSignal.any([inner.signal, stop.signal])).then(
          ({ transcript }) => transcript.text,
          () => undefined,
        );
        current.guess = { stop, text };
        current.guessedMs = current.speechMs;
      }

      async function* end(atMs: number): AsyncGenerator<HeardPart> {
        if (!utterance) return;
        const { id, startMs, clip, guess } = utterance;
        utterance = undefined;
        guess?.stop.abort();
        const { transcript } = await recognise(clip, inner.signal);
        if (transcript.text) yield { type: 'transcript-final', utteranceId: id, transcript: within(transcript, startMs, atMs) };
        yield { type: 'speech-end', atMs };
      }

      try {
        for (;;) {
          awaited ??= scored.next();
          const guessing = utterance?.guess;
          const first = await Promise.race([
            awaited.then((next) => ({ next })),
            ...(guessing ? [guessing.text.then((text) => ({ text }))] : []),
          ]);
          if ('text' in first) {
            if (utterance) utterance.guess = undefined;
            if (utterance && first.text && first.text !== utterance.partial) {
              utterance.partial = first.text;
              yield { type: 'transcript-partial', utteranceId: utterance.id, text: first.text };
            }
            continue;
          }
          awaited = undefined;
          if (first.next.done) break;
          const { frame, speech } = first.next.value;
          nowMs = frame.atMs + durationMs(frame);
          audioMs += durationMs(frame);
          const [next, edge] = stepEdges(edges, speech, frame.atMs, nowMs, policy.edges);
          edges = next;
          if (!utterance) {
            before.push(frame);
            while (nowMs - (before[0]?.atMs ?? nowMs) > policy.beforeMs + policy.edges.startMs) before.shift();
          } else {
            utterance.clip.push(frame);
            utterance.speechMs += durationMs(frame);
          }
          if (edge?.type === 'speech-start') {
            utterance = open(edge.atMs, before.splice(0));
            yield { type: 'speech-start', atMs: edge.atMs };
          } else if (edge?.type === 'speech-end') yield* end(edge.atMs);
          else if (edge) yield { type: edge.type, atMs: edge.atMs };
          else if (utterance && utterance.speechMs > policy.longestMs) {
            yield* end(nowMs);
            utterance = open(nowMs, []);
            yield { type: 'speech-start', atMs: nowMs };
          }
          if (
            utterance &&
            !utterance.guess &&
            policy.partialEveryMs > 0 &&
            utterance.speechMs - utterance.guessedMs >= policy.partialEveryMs
          )
            guess(utterance);
        }
        yield* end(edges.turningAtMs ?? nowMs);
        yield { type: 'listen-end', usage: { audioMs: Math.round(audioMs) } };
      } finally {
        leaving.abort();
      }
    },
  };
}

interface Utterance {
  readonly id: string;
  readonly startMs: number;
  readonly clip: AudioFrame[];
  speechMs: number;
  guessedMs: number;
  guess: { readonly stop: AbortController; readonly text: Promise<string | undefined> } | undefined;
  partial: string;
}

function open(startMs: number, clip: AudioFrame[]): Utterance {
  return { id: newId(), startMs, clip, speechMs: 0, guessedMs: 0, guess: undefined, partial: '' };
}

/** The clip holds silence around the words; the transcript is about the words. */
function within(transcript: Transcript, startMs: number, endMs: number): Transcript {
  return { ...transcript, startMs, endMs };
}

/** Reads on while the reader is busy, up to so many milliseconds of sound. */
function readAhead<T extends { readonly frame: AudioFrame }>(source: AsyncIterable<T>, waitingMs: number): AsyncIterable<T> {
  const waiting = channel<T>(waitingMs, { weigh: ({ frame }) => durationMs(frame) });
  void (async () => {
    try {
      for await (const item of source) waiting.push(item);
      waiting.end();
    } catch (error) {
      waiting.fail(error);
    }
  })();
  return waiting;
}
