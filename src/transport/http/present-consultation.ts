import type { Opened, Whole } from '../../domain/consultation/consultations.ts';
import type { Consultation, ConsultationSession, InaccuracyReport, Message } from '../../domain/consultation/encounter.ts';
import type { ToolUse } from '../../domain/consultation/reception/tools.ts';
import { metricsOf } from '../../domain/usage/turn-metrics.ts';
import type { Transcript } from '../../engines/speech-to-text.ts';
import { iso, toWire } from '../wire.ts';

export { presentPage } from './present.ts';

type Wire = Record<string, unknown>;

export const audioUrl = (messageId: string) => `/api/v1/conversation/audio?message_id=${encodeURIComponent(messageId)}`;

export function presentOpened({ consultation, session }: Opened): Wire {
  return {
    consultation_id: consultation.id,
    session_id: session.id,
    status: consultation.status,
    language: consultation.language,
    mode: consultation.mode,
    created_at: iso(consultation.createdAt),
  };
}

export function presentConsultation(consultation: Consultation): Wire {
  return {
    consultation_id: consultation.id,
    patient_id: consultation.patientId,
    doctor_id: consultation.doctorId,
    specialty: consultation.specialty,
    consultation_type: consultation.type,
    mode: consultation.mode,
    language: consultation.language,
    sensitivity: consultation.sensitivity,
    status: consultation.status,
    created_at: iso(consultation.createdAt),
    ended_at: consultation.endedAt === null ? null : iso(consultation.endedAt),
  };
}

export function presentWhole({ consultation, sessions, messages, flags, withdrawn }: Whole): Wire {
  return {
    ...presentConsultation(consultation),
    sessions: sessions.map((session) => ({
      session_id: session.id,
      session_type: session.type,
      session_start: iso(session.startedAt),
      session_end: session.endedAt === null ? null : iso(session.endedAt),
      ...totals(session),
    })),
    messages: messages.map((message) => ({
      message_id: message.id,
      session_id: message.sessionId,
      sender_type: message.sender,
      message_text: message.text,
      answered_by: message.answeredBy,
      abstained: message.abstained,
      demonstration: message.demonstration,
      interrupted: message.interrupted,
      sources: toWire(message.sources),
      ...(message.sender === 'assistant' ? { audio_url: audioUrl(message.id) } : {}),
      processing_time_ms: message.processingMs,
      created_at: iso(message.createdAt),
    })),
    red_flags: flags.map(({ id, messageId, createdAt, ...flag }) => ({
      red_flag_id: id,
      message_id: messageId,
      ...flag,
      created_at: iso(createdAt),
    })),
    consents_withdrawn: withdrawn.map((consent) => ({
      consent_id: consent.id,
      purposes: consent.purposes,
      withdrawn_at: iso(consent.withdrawnAt ?? 0),
    })),
    totals: {
      total_tokens_used: sessions.reduce((sum, session) => sum + session.totalTokens, 0),
      total_api_calls: sessions.reduce((sum, session) => sum + session.totalCalls, 0),
      messages: messages.length,
    },
  };
}

export function presentAnswer({ message, session }: { message: Message; session: ConsultationSession }): Wire {
  return {
    message_id: message.id,
    session_id: message.sessionId,
    response: message.text,
    language: message.language,
    answered_by: message.answeredBy,
    abstained: message.abstained,
    demonstration: message.demonstration,
    sources: toWire(message.sources),
    red_flag: message.redFlag,
    tool_calls: (message.toolCalls ?? []).map(presentToolUse),
    trivial: message.trivial,
    metrics: toWire(message.metrics),
    session: totals(session),
  };
}

/** A tool call in the contract's spelling: a slot is what was requested, a row the details of the appointment. */
export function presentToolUse({ call, result }: ToolUse): Wire {
  if (!result.success) return { name: call.name, arguments: call.arguments, result: toWire(result) };
  const { slot, row, ...rest } = result;
  return {
    name: call.name,
    arguments: call.arguments,
    result: {
      ...(toWire(rest) as Wire),
      ...(slot ? { requested_slot: toWire(slot) } : {}),
      ...(row ? { appointment_details: toWire(row) } : {}),
    },
  };
}

/** A recording in which nobody speaks: asked to say it again, kept nowhere. */
export function presentSilence(session: ConsultationSession, language: string, sentence: string): Wire {
  return {
    message_id: session.id,
    session_id: session.id,
    response: sentence,
    language,
    answered_by: 'rules',
    abstained: false,
    demonstration: false,
    sources: [],
    red_flag: null,
    tool_calls: [],
    trivial: false,
    metrics: toWire(metricsOf([], 0)),
    session: totals(session),
  };
}

export function presentTranscript(
  { text, segments = [], startMs, endMs, language: heard }: Transcript,
  language: string,
  demonstration: boolean,
): Wire {
  const pieces = segments.length > 0 || text === '' ? segments : [{ startMs, endMs, text }];
  return {
    text,
    language: heard ?? language,
    demonstration,
    segments: pieces.map((piece) => ({
      start_ms: Math.round(piece.startMs),
      end_ms: Math.round(piece.endMs),
      text: piece.text,
      ...('confidence' in piece && piece.confidence !== undefined ? { confidence: piece.confidence } : {}),
    })),
  };
}

export function presentReport({ id, messageId, reason, correction, status, createdBy, createdAt }: InaccuracyReport): Wire {
  return { report_id: id, message_id: messageId, reason, correction, status, created_by: createdBy, created_at: iso(createdAt) };
}

function totals(session: ConsultationSession): Wire {
  return { total_tokens_used: session.totalTokens, total_api_calls: session.totalCalls };
}
