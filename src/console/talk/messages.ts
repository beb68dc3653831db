import type { z } from 'zod';
import type { metrics, redFlag } from '../../transport/schema/consultations.ts';

export type RedFlag = z.infer<typeof redFlag>;
export type Metrics = z.infer<typeof metrics> & { readonly voice_to_voice_ms?: number | null };

export interface Source {
  readonly id: string;
  readonly document_id: string;
  readonly title: string;
  readonly page?: number;
  readonly excerpt: string;
  readonly quote?: string;
}

export interface Failure {
  readonly message: string;
  readonly error_code: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

export interface Viseme {
  readonly at_ms: number;
  readonly id: string;
}

/** What the voice socket says. Fields that this page does not read are not named. */
export type ServerMessage =
  | {
      readonly type: 'session-ready';
      readonly session_id: string;
      readonly consultation_id: string;
      readonly language: string;
      readonly engines?: { readonly tts?: string | null };
      readonly offline?: boolean;
    }
  | { readonly type: 'speech-started' | 'speech-stopped'; readonly at_ms: number }
  | {
      readonly type: 'transcript';
      readonly text: string;
      readonly is_final: boolean;
      readonly language: string;
      readonly utterance_id: string;
      readonly demonstration?: boolean;
    }
  | ({ readonly type: 'red_flag' } & RedFlag)
  | { readonly type: 'sources'; readonly sources: readonly Source[] }
  | { readonly type: 'tool_call'; readonly name: string }
  | {
      readonly type: 'ai_response';
      readonly text: string;
      readonly is_final: boolean;
      readonly message_id: string;
      readonly demonstration?: boolean;
    }
  | { readonly type: 'audio-start'; readonly message_id: string; readonly sample_rate: number }
  | {
      readonly type: 'audio_chunk';
      readonly message_id: string;
      readonly data: string;
      readonly sequence: number;
      readonly sample_rate: number;
      readonly visemes?: readonly Viseme[];
    }
  | { readonly type: 'audio-end'; readonly message_id: string; readonly duration_ms: number }
  | { readonly type: 'interrupted'; readonly message_id: string; readonly heard_text: string }
  | { readonly type: 'handover'; readonly reason: string; readonly state: 'requested' | 'accepted' }
  | ({ readonly type: 'metrics' } & Metrics)
  | { readonly type: 'error'; readonly payload: Failure }
  | { readonly type: 'session-ended'; readonly reason: string };

/** Undefined for what is no message of ours: a page must outlive a box that is newer than itself. */
export function readMessage(text: string): ServerMessage | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null && typeof (message as { type?: unknown }).type === 'string'
      ? (message as ServerMessage)
      : undefined;
  } catch {
    return undefined;
  }
}
