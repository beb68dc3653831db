import type { PageRequest } from '../../shared/page.ts';
import type { TurnMetrics } from '../usage/turn-metrics.ts';
import type { Consultation, ConsultationSession, FlagRaised, InaccuracyReport, Message } from './encounter.ts';

/** Which consultations a list may hold. */
export interface ConsultationFilter {
  readonly ownerId?: string | undefined;
  readonly patientId?: string | undefined;
  readonly mode?: string | undefined;
}

export interface EncounterStore {
  insert(consultation: Consultation): Promise<void>;
  find(id: string): Promise<Consultation | undefined>;
  /** Newest first; owner and patient are alternatives. */
  list(filter: ConsultationFilter, page: PageRequest): Promise<readonly Consultation[]>;
  end(id: string, at: number): Promise<void>;
  setLanguage(id: string, language: string): Promise<void>;
  /** When a conversation with or about this patient last began, before that instant. */
  lastWith(patientId: string, beforeMs: number): Promise<number | undefined>;
  /** What was one patient's is another's. */
  reassign(fromPatientId: string, toPatientId: string): Promise<void>;

  insertSession(session: ConsultationSession): Promise<void>;
  session(id: string): Promise<ConsultationSession | undefined>;
  sessions(consultationId: string): Promise<readonly ConsultationSession[]>;
  addToTotals(sessionId: string, tokens: number, calls: number): Promise<void>;
  endSession(id: string, at: number): Promise<void>;
  /** What the reception knows in the middle of a conversation, as JSON; gone when the session ends. */
  receptionState(sessionId: string): Promise<string | undefined>;
  setReceptionState(sessionId: string, state: string): Promise<void>;

  insertMessage(message: Message): Promise<void>;
  message(id: string): Promise<Message | undefined>;
  /** How a message was spoken; `heardText` replaces the text of one that was cut short. */
  setSpoken(id: string, heardText: string | undefined, metrics: TurnMetrics): Promise<void>;
  messages(consultationId: string): Promise<readonly Message[]>;
  /** The last of a session, oldest first. */
  lastMessages(sessionId: string, limit: number): Promise<readonly Message[]>;

  insertFlag(
    flag: FlagRaised & { readonly id: string; readonly consultationId: string; readonly messageId: string; readonly createdAt: number },
  ): Promise<void>;
  flags(
    consultationId: string,
  ): Promise<readonly (FlagRaised & { readonly id: string; readonly messageId: string; readonly createdAt: number })[]>;

  insertReport(report: InaccuracyReport): Promise<void>;
  report(id: string): Promise<InaccuracyReport | undefined>;
  reports(page: PageRequest): Promise<readonly InaccuracyReport[]>;
  setReportStatus(id: string, status: InaccuracyReport['status']): Promise<void>;
}
