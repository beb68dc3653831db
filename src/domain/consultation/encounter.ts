import type { Transcript } from '../../engines/speech-to-text.ts';
import type { Source } from '../knowledge/source.ts';
import type { TurnMetrics } from '../usage/turn-metrics.ts';
import type { ToolUse } from './reception/tools.ts';

/** A contact between a patient and the clinic, the sittings it takes, and what was said in them. */
export const modes = ['consultation', 'reception', 'training', 'roleplay', 'transcribe'] as const;
export type Mode = (typeof modes)[number];
export const consultationTypes = ['text', 'voice', 'video'] as const;
export type ConsultationType = (typeof consultationTypes)[number];

export interface Consultation {
  readonly id: string;
  readonly patientId: string | null;
  readonly doctorId: string | null;
  /** Whose words the sessions take. */
  readonly ownerId: string;
  readonly specialty: string | null;
  readonly type: ConsultationType;
  readonly mode: Mode;
  readonly language: string;
  readonly scenario: string | null;
  readonly sensitivity: 'normal' | 'restricted';
  readonly status: 'active' | 'ended';
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export interface ConsultationSession {
  readonly id: string;
  readonly consultationId: string;
  readonly type: ConsultationType;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly totalTokens: number;
  readonly totalCalls: number;
}

export interface FlagRaised {
  readonly code: string;
  readonly severity: 'emergency' | 'urgent';
  readonly language: string;
  readonly matched: string;
  readonly advice: string;
}

export type AnsweredBy = 'rules' | 'sources' | 'model' | 'person';

/** What was said, by whom, and for an answer: by what right. */
export interface Message {
  readonly id: string;
  readonly consultationId: string;
  readonly sessionId: string;
  readonly sender: 'patient' | 'assistant' | 'staff';
  readonly senderId: string;
  readonly text: string;
  readonly language: string;
  readonly answeredBy: AnsweredBy | null;
  readonly abstained: boolean;
  readonly trivial: boolean;
  /** Heard or written by the project's own tiny weights: shown as such everywhere. */
  readonly demonstration: boolean;
  /** The caller left before it was said to its end. */
  readonly interrupted: boolean;
  readonly sources: readonly Source[];
  readonly redFlag: FlagRaised | null;
  readonly transcript: Transcript | null;
  readonly metrics: TurnMetrics | null;
  readonly processingMs: number;
  readonly createdAt: number;
  /** What the reception asked of the house for this answer, and what came of it. */
  readonly toolCalls?: readonly ToolUse[];
}

export interface InaccuracyReport {
  readonly id: string;
  readonly messageId: string;
  readonly reason: string;
  readonly correction: string | null;
  readonly status: 'open' | 'accepted' | 'rejected';
  readonly createdBy: string;
  readonly createdAt: number;
}
