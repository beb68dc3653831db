import { z } from 'zod';
import { consultationTypes, modes } from '../../domain/consultation/encounter.ts';
import { id, language, line, pageOf, time } from './common.ts';

export const source = z.object({
  id,
  document_id: id,
  title: z.string(),
  page: z.number().int().optional(),
  excerpt: z.string(),
  score: z.number(),
  quote: z.string().optional(),
  gloss: z.string().optional(),
});
export const redFlag = z.object({
  code: z.string(),
  severity: z.enum(['emergency', 'urgent']),
  language: z.string(),
  matched: z.string(),
  advice: z.string(),
});
const ms = z.number().nullable();
export const metrics = z.object({
  stt_ms: ms,
  retrieval_ms: ms,
  llm_first_token_ms: ms,
  llm_ms: ms,
  tts_first_audio_ms: ms,
  tts_ms: ms,
  total_ms: z.number(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  tokens_per_second: ms,
  engine: z.object({ stt: z.string().nullable(), llm: z.string().nullable(), tts: z.string().nullable() }),
});

/** Older clients send columns of their own beside these; they are not looked at. */
export const consultationInput = z.object({
  patient_id: id.nullish(),
  doctor_id: id.nullish(),
  specialty: line().nullish(),
  consultation_type: z.enum(consultationTypes),
  language: z.union([language, z.literal('auto')]).optional(),
  mode: z.enum(modes).optional(),
  scenario: line(100).nullish(),
  sensitivity: z.enum(['normal', 'restricted']).optional(),
});
export const consultationOpened = z.object({
  consultation_id: id,
  session_id: id,
  status: z.string(),
  language: z.string(),
  mode: z.enum(modes),
  created_at: time,
});
const consultation = z.object({
  consultation_id: id,
  patient_id: id.nullable(),
  doctor_id: id.nullable(),
  specialty: z.string().nullable(),
  consultation_type: z.enum(consultationTypes),
  mode: z.enum(modes),
  language: z.string(),
  sensitivity: z.string(),
  status: z.string(),
  created_at: time,
  ended_at: time.nullable(),
});
export const consultationPage = pageOf(consultation);
export const consultationWhole = consultation.extend({
  sessions: z.array(
    z.object({
      session_id: id,
      session_type: z.string(),
      session_start: time,
      session_end: time.nullable(),
      total_tokens_used: z.number().int(),
      total_api_calls: z.number().int(),
    }),
  ),
  messages: z.array(
    z.object({
      message_id: id,
      session_id: id,
      sender_type: z.enum(['patient', 'assistant', 'staff']),
      message_text: z.string(),
      answered_by: z.string().nullable(),
      abstained: z.boolean(),
      demonstration: z.boolean(),
      interrupted: z.boolean(),
      sources: z.array(source),
      audio_url: z.string().optional(),
      processing_time_ms: z.number(),
      created_at: time,
    }),
  ),
  red_flags: z.array(redFlag.extend({ red_flag_id: id, message_id: id, created_at: time })),
  consents_withdrawn: z
    .array(z.object({ consent_id: id, purposes: z.array(z.string()), withdrawn_at: time }))
    .meta({ description: 'consents that were good while this was made, and have been withdrawn since' }),
  totals: z.object({ total_tokens_used: z.number().int(), total_api_calls: z.number().int(), messages: z.number().int() }),
});
export const consultationEnded = consultation.extend({
  feedback: z.object({ asked: z.array(z.string()), missed: z.array(z.string()) }).nullable(),
});

export const messageInput = z.object({
  session_id: id,
  text: z.string().trim().min(1).max(5_000),
  language: language.optional(),
  stream: z.boolean().optional(),
});
export const answer = z.object({
  message_id: id,
  session_id: id,
  response: z.string(),
  language: z.string(),
  answered_by: z.enum(['rules', 'sources', 'model', 'person']),
  abstained: z.boolean(),
  demonstration: z.boolean(),
  sources: z.array(source),
  red_flag: redFlag.nullable(),
  tool_calls: z.array(z.unknown()),
  trivial: z.boolean(),
  metrics,
  session: z.object({ total_tokens_used: z.number().int(), total_api_calls: z.number().int() }),
});
const truth = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
export const recordingInput = z.object({ session_id: id, language: language.optional(), speak: truth.optional() });
export const heardAnswer = answer.extend({
  transcript: z.object({
    text: z.string(),
    language: z.string(),
    demonstration: z.boolean(),
    segments: z.array(z.object({ start_ms: z.number(), end_ms: z.number(), text: z.string(), confidence: z.number().optional() })),
  }),
  audio_url: z.string().optional(),
});
export const soundQuery = {
  message_id: id.optional(),
  text: z.string().trim().min(1).max(2_000).optional(),
  language: language.optional(),
  voice: line(100).optional(),
  format: z.enum(['wav', 'mp3', 'opus']).default('wav'),
};

export const chatInput = z.object({
  message: z.string().trim().min(1).max(5_000),
  mode: z.enum(['training', 'roleplay']),
  session_id: id.nullish(),
  conversation_history: z.array(z.unknown()).max(500).optional(),
});
export const chatAnswer = z.object({ response: z.string(), session_id: id, message_id: id, sources: z.array(source), timestamp: time });

export const reportInput = z.strictObject({ message_id: id, reason: line(2_000), correction: line(5_000).optional() });
export const reportChange = z.strictObject({ status: z.enum(['open', 'accepted', 'rejected']) });
export const report = z.object({
  report_id: id,
  message_id: id,
  reason: z.string(),
  correction: z.string().nullable(),
  status: z.string(),
  created_by: id,
  created_at: time,
});
export const reportPage = pageOf(report);

export const guestLink = z.object({
  url: z.string(),
  qr: z.string().meta({ description: 'SVG' }),
  token: z.string(),
  expires_in: z.number().int(),
});
export const avatarInput = z.object({ provider: z.enum(['local', 'heygen']).default('local') });
export const avatarSession = z.object({
  provider: z.string(),
  session_token: z.string(),
  expires_in: z.number().int(),
  visemes: z.array(z.string()),
});
