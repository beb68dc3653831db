import { z } from 'zod';
import { modes } from '../../domain/consultation/encounter.ts';
import { errorBody, id, language } from './common.ts';
import { metrics, redFlag, source } from './consultations.ts';

/** Messages of the voice socket, one by one: the door checks what comes in by them, and clients read from them what comes out. */
const sampleRate = z.number().int().min(8_000).max(48_000);

const initSession = z
  .object({
    type: z.literal('init-session'),
    consultation_id: id.nullish(),
    session_id: id.nullish().meta({ description: 'resumes this session' }),
    language: z.union([language, z.literal('auto')]).nullish(),
    mode: z.enum(modes).nullish(),
    input: z
      .object({
        encoding: z.enum(['pcm16', 'mulaw', 'webm', 'ogg', 'wav']).default('pcm16'),
        sample_rate: sampleRate.default(16_000),
      })
      .nullish()
      .meta({ description: 'null = typed turns only; with webm, ogg or wav each binary message is one whole utterance' }),
    output: z
      .object({
        encoding: z.enum(['pcm16', 'mulaw']).default('pcm16'),
        sample_rate: sampleRate.default(24_000),
        binary: z.boolean().default(false),
      })
      .nullish(),
    voice: z.string().max(100).nullish(),
    speech_rate: z.number().min(0.7).max(1.2).nullish(),
    turn_detection: z
      .object({
        type: z.enum(['vad', 'none']).default('vad'),
        silence_ms: z.number().int().min(200).max(5_000).nullish(),
        max_ms: z.number().int().min(1_000).max(300_000).nullish(),
      })
      .nullish(),
  })
  .loose();

export const clientMessages = {
  'init-session': initSession,
  audio: z.object({ type: z.literal('audio'), data: z.base64() }),
  text: z.object({ type: z.literal('text'), text: z.string().trim().min(1).max(5_000) }),
  commit: z.object({ type: z.literal('commit') }),
  interrupt: z.object({ type: z.literal('interrupt') }),
  playback: z.object({ type: z.literal('playback'), played_ms: z.number().min(0).max(86_400_000) }),
  'end-session': z.object({ type: z.literal('end-session') }),
};
export const clientMessage = z.discriminatedUnion('type', [
  clientMessages['init-session'],
  clientMessages.audio,
  clientMessages.text,
  clientMessages.commit,
  clientMessages.interrupt,
  clientMessages.playback,
  clientMessages['end-session'],
]);
export type ClientMessage = z.output<typeof clientMessage>;
export type InitSession = z.output<typeof initSession>;

const encoding = z.enum(['pcm16', 'mulaw']);
const viseme = z.object({ at_ms: z.number().meta({ description: "from the beginning of this reply's sound" }), id: z.string() });
const message_id = z.string();

export const serverMessages = {
  'session-ready': z.object({
    type: z.literal('session-ready'),
    session_id: z.string(),
    consultation_id: z.string(),
    language: z.string(),
    engines: z.object({ stt: z.string().nullable(), llm: z.string().nullable(), tts: z.string().nullable() }),
    languages: z.array(z.string()).meta({ description: 'that this box can hear' }),
    voice: z.string().nullable(),
    voices: z.array(z.string()).meta({ description: 'that speak this language' }),
    offline: z.boolean(),
  }),
  'speech-started': z.object({ type: z.literal('speech-started'), at_ms: z.number() }),
  'speech-stopped': z.object({ type: z.literal('speech-stopped'), at_ms: z.number() }),
  transcript: z.object({
    type: z.literal('transcript'),
    text: z.string(),
    is_final: z.boolean(),
    language: z.string(),
    utterance_id: z.string(),
    demonstration: z.boolean(),
  }),
  red_flag: redFlag.extend({ type: z.literal('red_flag') }),
  sources: z.object({ type: z.literal('sources'), sources: z.array(source) }),
  tool_call: z.object({ type: z.literal('tool_call'), name: z.string(), arguments: z.unknown(), result: z.unknown() }),
  ai_response: z.object({
    type: z.literal('ai_response'),
    text: z.string(),
    is_final: z.boolean(),
    message_id,
    answered_by: z.enum(['rules', 'sources', 'model', 'person']).optional(),
    abstained: z.boolean().optional(),
    demonstration: z.boolean().optional(),
  }),
  'audio-start': z.object({
    type: z.literal('audio-start'),
    message_id,
    stream_id: z.number().int(),
    sample_rate: z.number().int(),
    encoding,
  }),
  audio_chunk: z.object({
    type: z.literal('audio_chunk'),
    message_id,
    data: z.string().meta({ description: 'base64' }),
    sequence: z.number().int(),
    sample_rate: z.number().int(),
    encoding,
    text: z.string().optional(),
    visemes: z.array(viseme).optional(),
  }),
  'audio-end': z.object({ type: z.literal('audio-end'), message_id, duration_ms: z.number() }),
  interrupted: z.object({ type: z.literal('interrupted'), message_id, heard_text: z.string() }),
  handover: z.object({ type: z.literal('handover'), reason: z.string(), state: z.enum(['requested', 'accepted']) }),
  metrics: metrics.extend({
    type: z.literal('metrics'),
    endpoint_ms: z.number().nullable(),
    voice_to_voice_ms: z.number().nullable(),
  }),
  error: z.object({ type: z.literal('error'), payload: errorBody }),
  'session-ended': z.object({ type: z.literal('session-ended'), reason: z.string() }),
};
export type ServerMessage = { [K in keyof typeof serverMessages]: z.output<(typeof serverMessages)[K]> }[keyof typeof serverMessages];
