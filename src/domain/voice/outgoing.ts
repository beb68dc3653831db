import type { AudioFrame } from '../../engines/audio.ts';
import { durationMs } from '../../engines/pcm.ts';
import type { AppError } from '../../shared/errors.ts';
import type { FlagRaised, Message } from '../consultation/encounter.ts';
import type { ToolUse } from '../consultation/reception/tools.ts';
import type { Source } from '../knowledge/source.ts';
import type { TurnMetrics } from '../usage/turn-metrics.ts';
import type { Viseme } from './visemes.ts';

/** What a live conversation tells its door. */
export type VoicePart =
  | { readonly type: 'speech-started' | 'speech-stopped'; readonly atMs: number }
  | {
      readonly type: 'transcript';
      readonly text: string;
      readonly isFinal: boolean;
      readonly language: string;
      readonly utteranceId: string;
      readonly demonstration: boolean;
    }
  | { readonly type: 'red-flag'; readonly flag: FlagRaised }
  | { readonly type: 'sources'; readonly sources: readonly Source[] }
  | { readonly type: 'tool-call'; readonly use: ToolUse }
  /** A piece of an answer, or, with `message` or `isFinal`, the whole of it. */
  | { readonly type: 'answer'; readonly messageId: string; readonly text: string; readonly isFinal: boolean; readonly message?: Message }
  | { readonly type: 'sound-start'; readonly messageId: string }
  | {
      readonly type: 'sound';
      readonly messageId: string;
      readonly frame: AudioFrame;
      /** What is said from here on. */
      readonly text?: string;
      readonly visemes: readonly Viseme[];
    }
  | { readonly type: 'sound-end'; readonly messageId: string }
  | { readonly type: 'interrupted'; readonly messageId: string; readonly heardText: string }
  | { readonly type: 'handover'; readonly reason: string; readonly state: 'requested' | 'accepted' }
  | { readonly type: 'metrics'; readonly metrics: VoiceMetrics }
  | { readonly type: 'error'; readonly error: AppError }
  | { readonly type: 'ended'; readonly reason: EndReason };

export type EndReason = 'ended' | 'consultation_ended' | 'taken_over' | 'timed_out' | 'signed_out' | 'shutting_down';

/** Beside the times of the turn: the wait after speech, and from the end of speech to the first sound; null for typed turns. */
export interface VoiceMetrics extends TurnMetrics {
  readonly endpointMs: number | null;
  readonly voiceToVoiceMs: number | null;
}

/**
 * The way out, in three lanes: sound and text of a reply are dropped when it is interrupted, the rest keeps its order, and what is
 * urgent overtakes. Whoever makes sound waits for room, so that at most about a second of it lies here.
 */
export interface Outgoing extends AsyncIterable<VoicePart> {
  push(part: VoicePart): void;
  urgent(part: VoicePart): void;
  /** Nothing of this reply leaves any more. */
  drop(messageId: string): void;
  /** Resolves when there is room for more sound. */
  room(): Promise<void>;
  /** The last part: what is queued still leaves. */
  end(part?: VoicePart): void;
}

const ROOM_MS = 1_000;

export function makeOutgoing(): Outgoing {
  let parts: VoicePart[] = [];
  let soundMs = 0;
  let ended = false;
  let wakeReader: (() => void) | undefined;
  const waiting: (() => void)[] = [];

  const weigh = (part: VoicePart) => (part.type === 'sound' ? durationMs(part.frame) : 0);
  const changed = () => {
    wakeReader?.();
    wakeReader = undefined;
    if (soundMs < ROOM_MS || ended) for (const wake of waiting.splice(0)) wake();
  };
  const add = (part: VoicePart, first: boolean) => {
    if (ended) return;
    if (first) parts.unshift(part);
    else parts.push(part);
    soundMs += weigh(part);
    changed();
  };

  async function* read(): AsyncGenerator<VoicePart> {
    for (;;) {
      const part = parts.shift();
      if (part) {
        soundMs -= weigh(part);
        changed();
        yield part;
      } else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
    }
  }

  return {
    push: (part) => add(part, false),
    urgent: (part) => add(part, true),
    drop(messageId) {
      parts = parts.filter((part) => !('messageId' in part && part.messageId === messageId));
      soundMs = parts.reduce((sum, part) => sum + weigh(part), 0);
      changed();
    },
    room: () => (soundMs < ROOM_MS || ended ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
    end(part) {
      if (part) add(part, false);
      ended = true;
      changed();
    },
    [Symbol.asyncIterator]: () => read(),
  };
}
