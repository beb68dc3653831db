import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import type { Caller } from '../access/caller.ts';
import { transactOnce } from '../access/once.ts';
import { authorize, noSuch, notFound, requireHospital, requireReason } from '../access/policies.ts';
import type { TokenSigner } from '../access/secrets.ts';
import type { TrustedTime } from '../access/trusted-time.ts';
import { appendAudit } from '../audit/audit-log.ts';
import { type Consent, withdrawnSince } from '../patients/consent.ts';
import { requireConsent } from '../patients/consents.ts';
import { beginCall, endCall } from '../scheduling/calls.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Consultation, ConsultationSession, ConsultationType, FlagRaised, InaccuracyReport, Message, Mode } from './encounter.ts';
import type { LiveWord, LiveWords } from './live-words.ts';
import { mayOpen, readingGrant, speaksAs } from './policy.ts';
import { feedback, scenarioOf } from './roleplay.ts';

/** Consultations as things: opened, read, ended, shared with a guest, and reported on. What is said in them is `consult`'s matter. */
export interface Consultations {
  open(caller: Caller, input: OpenInput): Promise<Opened>;
  list(caller: Caller, page: PageRequest): Promise<Page<Consultation>>;
  read(caller: Caller, id: string): Promise<Whole>;
  /** The same, and then every word as it is said, until the consultation ends: one look in the access log, however long it lasts. */
  follow(caller: Caller, id: string): AsyncIterable<{ type: 'whole'; whole: Whole } | LiveWord>;
  end(caller: Caller, id: string): Promise<Ended>;
  /** A link for this one consultation: whoever holds it speaks and reads there, and nowhere else, until it ends. */
  invite(caller: Caller, id: string): Promise<{ token: string; expiresInMs: number }>;
  /** A spoken or written answer, with its consultation, for one who may read it. */
  message(caller: Caller, id: string): Promise<{ message: Message; consultation: Consultation }>;
  /** The consultation that a session belongs to, for one who may speak in it. Throws as `say` does. */
  sessionFor(caller: Caller, sessionId: string): Promise<{ consultation: Consultation; session: ConsultationSession } | undefined>;
  /** The language that is spoken in it: the hospital's own while `auto` is not settled. */
  languageOf(caller: Caller, consultation: Consultation): Promise<string>;
  /** The sitting of a live conversation: a known one again, a new one in a known consultation, or in a new one. Throws 404, 403 or 409. */
  sit(caller: Caller, wish: SittingWish): Promise<Opened>;
  /** Throws what `sit` would, and changes nothing. */
  mayJoin(caller: Caller, wish: SittingWish): Promise<void>;
  /** Ends one sitting; its consultation stays open. */
  leave(caller: Caller, sessionId: string): Promise<void>;
  report(caller: Caller, input: { messageId: string; reason: string; correction?: string | undefined }): Promise<InaccuracyReport>;
  reports(caller: Caller, page: PageRequest): Promise<Page<InaccuracyReport>>;
  settleReport(caller: Caller, id: string, status: InaccuracyReport['status']): Promise<InaccuracyReport>;
}

export interface OpenInput {
  readonly patientId?: string | null | undefined;
  readonly doctorId?: string | null | undefined;
  readonly specialty?: string | null | undefined;
  readonly type: ConsultationType;
  readonly language?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly scenario?: string | null | undefined;
  readonly sensitivity?: Consultation['sensitivity'] | undefined;
  /** The number that somebody calls from (E.164). */
  readonly callerPhone?: string | undefined;
}

export interface SittingWish {
  readonly sessionId?: string | undefined;
  readonly consultationId?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly language?: string | undefined;
}

export interface Opened {
  readonly consultation: Consultation;
  readonly session: ConsultationSession;
}

export interface Whole {
  readonly consultation: Consultation;
  readonly sessions: readonly ConsultationSession[];
  readonly messages: readonly Message[];
  readonly flags: readonly (FlagRaised & { readonly id: string; readonly messageId: string; readonly createdAt: number })[];
  /** Consents that were good while it was made, and have been withdrawn since. */
  readonly withdrawn: readonly Consent[];
}

export interface Ended {
  readonly consultation: Consultation;
  /** For a role play: what was asked of the scenario's checklist, and what was not. */
  readonly feedback: { readonly asked: readonly string[]; readonly missed: readonly string[] } | null;
}

const GUEST_LIFE_MS = 24 * 3_600_000;

export const guestId = (consultationId: string) => `guest:${consultationId}`;

export interface ConsultationsParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly time: Pick<TrustedTime, 'lifeMs' | 'require'>;
  readonly signer: TokenSigner;
  /** Told when a consultation has ended, for those who are talking in it. */
  readonly ended?: (consultationId: string) => void;
  readonly words: LiveWords;
}

export function makeConsultations({ storage, clock, time, signer, ended, words }: ConsultationsParts): Consultations {
  const now = () => clock.now().getTime();

  async function found(stores: Stores, id: string): Promise<Consultation> {
    const consultation = await stores.encounters.find(id);
    if (!consultation) throw notFound();
    return consultation;
  }

  /** The consultation, for one who may read its words; the reading itself is the caller's to write down. */
  async function readable(stores: Stores, caller: Caller, id: string): Promise<Consultation> {
    const consultation = await stores.encounters.find(id);
    const grant = consultation && readingGrant(caller, consultation);
    const administrator = caller.role === 'hospital_admin' || caller.role === 'platform_admin';
    // An administrator without a reason does not even learn whether there is such a thing.
    if (grant === 'break-glass' || (grant === undefined && administrator)) requireReason(caller);
    if (!consultation || grant === undefined) throw notFound();
    return consultation;
  }

  /** A conversation that the caller may go on with. */
  async function joinable(stores: Stores, caller: Caller, sessionId: string | undefined, consultationId: string | undefined) {
    const known = sessionId === undefined ? undefined : await stores.encounters.session(sessionId);
    if (sessionId !== undefined && !known) throw notFound();
    const consultation = await found(stores, known?.consultationId ?? consultationId ?? '');
    if (!speaksAs(caller, consultation)) throw new AppError('forbidden', 'This conversation belongs to somebody else.');
    if (consultation.status === 'ended' || known?.endedAt != null)
      throw new AppError('conflict', 'This conversation has ended. Please start a new one.', {
        reason: 'SESSION_ERROR',
        context: { reason: 'ended' },
      });
    await requireRecordable(stores, caller.hospitalId, consultation);
    return { consultation, known };
  }

  /** What was made of it, with what its patient has thought better of since. */
  async function whole(stores: Stores, consultation: Consultation): Promise<Whole> {
    const { id, patientId, createdAt, endedAt } = consultation;
    const consents = patientId === null ? [] : await stores.consents.ofPatient(patientId);
    return {
      consultation,
      sessions: await stores.encounters.sessions(id),
      messages: await stores.encounters.messages(id),
      flags: await stores.encounters.flags(id),
      withdrawn: withdrawnSince(consents, { fromMs: createdAt, toMs: endedAt }),
    };
  }

  async function atReception(
    stores: Stores,
    { id, mode, patientId, language }: Consultation,
    session: ConsultationSession,
    callerPhone?: string,
  ): Promise<void> {
    if (mode === 'reception')
      await beginCall(stores, { sessionId: session.id, consultationId: id, patientId, language, callerPhone }, session.startedAt);
  }

  const rooms: Consultations = {
    async open(caller, input) {
      authorize(caller, caller.via === 'telephony' ? 'calls.take' : 'consultations.open');
      requireHospital(caller);
      const mode = input.mode ?? 'consultation';
      if (!mayOpen(caller, mode))
        throw new AppError('forbidden', 'You are not allowed to do this. Ask an administrator of your hospital if you need to.');
      return transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
        const hospital = await stores.access.hospital(caller.hospitalId);
        if (!hospital) throw notFound();
        if (!hospital.settings.emergencyNumbers.general && (mode === 'consultation' || mode === 'reception'))
          throw new AppError(
            'conflict',
            'This hospital has not named its emergency number yet, so no conversation with patients can begin. An administrator can name it in the settings.',
            {
              reason: 'CONFLICT',
              context: { field: 'settings.emergency_numbers.general' },
            },
          );
        // A patient speaks for themselves, whoever they name.
        const patientId = caller.role === 'patient' ? (caller.patientId ?? null) : (input.patientId ?? null);
        if (patientId !== null && !(await stores.patients.find(patientId))) throw noSuch('patient_id');
        if (input.doctorId && !(await stores.practice.doctor(input.doctorId))) throw noSuch('doctor_id');
        if (mode === 'transcribe') await requireConsent(stores, hospital, patientId, 'record');
        const at = now();
        const consultation: Consultation = {
          id: newId(at),
          patientId,
          doctorId: input.doctorId ?? caller.doctorId ?? null,
          ownerId: caller.userId,
          specialty: input.specialty ?? null,
          type: input.type,
          mode,
          language: input.language ?? hospital.settings.defaultLanguage,
          scenario: mode === 'roleplay' ? scenarioOf(input.scenario ?? null).id : null,
          sensitivity: input.sensitivity ?? 'normal',
          status: 'active',
          createdAt: at,
          endedAt: null,
        };
        const session: ConsultationSession = {
          id: newId(at),
          consultationId: consultation.id,
          type: input.type,
          startedAt: at,
          endedAt: null,
          totalTokens: 0,
          totalCalls: 0,
        };
        await stores.encounters.insert(consultation);
        await stores.encounters.insertSession(session);
        await atReception(stores, consultation, session, input.callerPhone);
        await appendAudit(stores, caller, at, {
          eventType: 'consultation.opened',
          action: 'C',
          entityType: 'consultation',
          entityId: consultation.id,
          patientId,
          payload: { new: { mode, type: input.type, language: consultation.language } },
        });
        return { consultation, session };
      });
    },

    async list(caller, page) {
      authorize(caller, 'consultations.read');
      const { role } = caller;
      const administrator = role === 'hospital_admin' || role === 'platform_admin';
      if (administrator) requireReason(caller);
      const own = role === 'patient' ? { ownerId: caller.userId, patientId: caller.patientId } : { ownerId: caller.userId };
      const filter = role === 'doctor' || role === 'nurse' || administrator ? {} : role === 'receptionist' ? { mode: 'reception' } : own;
      return storage.transact(caller.hospitalId, async (stores) => {
        if (caller.consultationId !== undefined) return { items: [await found(stores, caller.consultationId)], next: null };
        // Restricted ones are left out of a page, not of the count of what was read: a page may be short.
        const rows = await stores.encounters.list(filter, { ...page, limit: page.limit + 1 });
        await appendAudit(stores, caller, now(), { eventType: 'consultations.listed', action: 'R', entityType: 'consultation' });
        const { items, next } = pageOf(rows, page.limit, (consultation) => consultation.id);
        return { items: items.filter((consultation) => readingGrant(caller, consultation) !== undefined), next };
      });
    },

    async read(caller, id) {
      authorize(caller, 'consultations.read');
      return storage.transact(caller.hospitalId, async (stores) => {
        const consultation = await readable(stores, caller, id);
        await appendAudit(stores, caller, now(), {
          eventType: 'consultation.read',
          action: 'R',
          entityType: 'consultation',
          entityId: id,
          patientId: consultation.patientId,
        });
        return whole(stores, consultation);
      });
    },

    async *follow(caller, id) {
      // Listening begins before the reading, so that nothing is said in between unheard.
      const leaving = new AbortController();
      const live = words.follow(id, AbortSignal.any([caller.signal, leaving.signal]));
      try {
        const whole = await rooms.read(caller, id);
        yield { type: 'whole', whole };
        if (whole.consultation.status === 'ended') return;
        yield* live;
      } finally {
        leaving.abort();
      }
    },

    async end(caller, id) {
      authorize(caller, 'consultations.speak');
      const done = await storage.transact(caller.hospitalId, async (stores): Promise<Ended> => {
        const consultation = await found(stores, id);
        const clinician = (caller.role === 'doctor' || caller.role === 'nurse') && readingGrant(caller, consultation) === 'yes';
        if (!clinician && !speaksAs(caller, consultation)) throw notFound();
        const at = consultation.endedAt ?? now();
        if (consultation.status === 'active') {
          await stores.encounters.end(id, at);
          for (const call of await stores.calls.openOf(id)) await endCall(stores, call, 'completed', at);
          await stores.access.revokeSessionsOf(guestId(id), at);
          await appendAudit(stores, caller, at, {
            eventType: 'consultation.ended',
            action: 'U',
            entityType: 'consultation',
            entityId: id,
            patientId: consultation.patientId,
          });
        }
        const report =
          consultation.mode === 'roleplay' ? feedback(scenarioOf(consultation.scenario), await stores.encounters.messages(id)) : null;
        return { consultation: { ...consultation, status: 'ended', endedAt: at }, feedback: report };
      });
      words.tell(id, { type: 'ended' });
      ended?.(id);
      return done;
    },

    async sit(caller, { sessionId, consultationId, mode, language }) {
      authorize(caller, 'consultations.speak');
      // A guest has no consultation but the one of the link.
      const wanted = consultationId ?? (sessionId === undefined ? caller.consultationId : undefined);
      if (sessionId === undefined && wanted === undefined) return rooms.open(caller, { type: 'voice', mode, language });
      return storage.transact(caller.hospitalId, async (stores) => {
        const { consultation, known } = await joinable(stores, caller, sessionId, wanted);
        if (language !== undefined && language !== consultation.language) await stores.encounters.setLanguage(consultation.id, language);
        const at = now();
        const session = known ?? {
          id: newId(at),
          consultationId: consultation.id,
          type: 'voice',
          startedAt: at,
          endedAt: null,
          totalTokens: 0,
          totalCalls: 0,
        };
        if (!known) {
          await stores.encounters.insertSession(session);
          await atReception(stores, consultation, session);
        }
        await appendAudit(stores, caller, at, {
          eventType: known ? 'session.resumed' : 'session.opened',
          action: known ? 'E' : 'C',
          entityType: 'consultation',
          entityId: consultation.id,
          patientId: consultation.patientId,
        });
        return { consultation: { ...consultation, language: language ?? consultation.language }, session };
      });
    },

    async mayJoin(caller, { sessionId, consultationId }) {
      authorize(caller, 'consultations.speak');
      const wanted = consultationId ?? (sessionId === undefined ? caller.consultationId : undefined);
      if (sessionId !== undefined || wanted !== undefined)
        await storage.read(caller.hospitalId, (stores) => joinable(stores, caller, sessionId, wanted));
    },

    async leave(caller, sessionId) {
      await storage.transact(caller.hospitalId, async (stores) => {
        const at = now();
        await stores.encounters.endSession(sessionId, at);
        const call = await stores.calls.ofSession(sessionId);
        if (!call) return;
        // Whoever hangs up before anything came of it was cut off, or gave up.
        const spoke = call.outcome !== null || (await stores.encounters.lastMessages(sessionId, 3)).length > 2;
        await endCall(stores, call, spoke ? 'completed' : 'dropped', at);
      });
    },

    async invite(caller, id) {
      authorize(caller, 'guests.invite');
      await time.require();
      const at = now();
      const lifeMs = time.lifeMs();
      const session = await storage.transact(caller.hospitalId, async (stores) => {
        const consultation = await found(stores, id);
        // The desk hands out links for what it may not read, but not for what is restricted: who holds a link reads along.
        const handsOut = caller.role === 'receptionist' && consultation.sensitivity !== 'restricted';
        if (!handsOut && readingGrant(caller, consultation) !== 'yes') throw notFound();
        if (consultation.status === 'ended')
          throw new AppError('conflict', 'This conversation has ended. Please start a new one.', {
            reason: 'SESSION_ERROR',
            context: { reason: 'ended' },
          });
        const opened = {
          id: newId(at),
          hospitalId: caller.hospitalId,
          userId: guestId(id),
          createdAt: at,
          expiresAt: lifeMs + GUEST_LIFE_MS,
          revokedAt: null,
        };
        await stores.access.insertSession(opened);
        await appendAudit(stores, caller, at, {
          eventType: 'guest.invited',
          action: 'C',
          entityType: 'consultation',
          entityId: id,
          patientId: consultation.patientId,
        });
        return opened;
      });
      const token = await signer.sign(
        { userId: session.userId, sessionId: session.id, hospitalId: caller.hospitalId, consultationId: id },
        lifeMs,
        session.expiresAt,
      );
      return { token, expiresInMs: GUEST_LIFE_MS };
    },

    async message(caller, id) {
      authorize(caller, 'consultations.read');
      return storage.transact(caller.hospitalId, async (stores) => {
        const message = await stores.encounters.message(id);
        const consultation = await readable(stores, caller, message?.consultationId ?? '');
        if (!message) throw notFound();
        await appendAudit(stores, caller, now(), {
          eventType: 'message.read',
          action: 'R',
          entityType: 'message',
          entityId: id,
          patientId: consultation.patientId,
        });
        return { message, consultation };
      });
    },

    async sessionFor(caller, sessionId) {
      return storage.read(caller.hospitalId, async (stores) => {
        const session = await stores.encounters.session(sessionId);
        const consultation = session && (await stores.encounters.find(session.consultationId));
        if (!session || !consultation) return undefined;
        // Before anything listens to a recording, and not only before what it says is kept.
        if (speaksAs(caller, consultation)) await requireRecordable(stores, caller.hospitalId, consultation);
        return { consultation, session };
      });
    },

    async languageOf(caller, { language }) {
      if (language !== 'auto') return language;
      const hospital = await storage.read(caller.hospitalId, (stores) => stores.access.hospital(caller.hospitalId));
      return hospital?.settings.defaultLanguage ?? 'en';
    },

    async report(caller, { messageId, reason, correction }) {
      authorize(caller, 'reports.write');
      return transactOnce(storage, caller, caller.hospitalId, now(), async (stores) => {
        const message = await stores.encounters.message(messageId);
        const consultation = message && (await stores.encounters.find(message.consultationId));
        if (!consultation || readingGrant(caller, consultation) !== 'yes') throw noSuch('message_id');
        const report: InaccuracyReport = {
          id: newId(now()),
          messageId,
          reason,
          correction: correction ?? null,
          status: 'open',
          createdBy: caller.userId,
          createdAt: now(),
        };
        await stores.encounters.insertReport(report);
        await appendAudit(stores, caller, now(), {
          eventType: 'inaccuracy.reported',
          action: 'C',
          entityType: 'message',
          entityId: messageId,
          patientId: consultation.patientId,
        });
        return report;
      });
    },

    async reports(caller, page) {
      authorize(caller, 'reports.read');
      const rows = await storage.read(caller.hospitalId, (stores) => stores.encounters.reports({ ...page, limit: page.limit + 1 }));
      return pageOf(rows, page.limit, (report) => report.id);
    },

    async settleReport(caller, id, status) {
      authorize(caller, 'reports.read');
      return storage.transact(caller.hospitalId, async (stores) => {
        const report = await stores.encounters.report(id);
        if (!report) throw notFound();
        await stores.encounters.setReportStatus(id, status);
        await appendAudit(stores, caller, now(), {
          eventType: 'inaccuracy.settled',
          action: 'U',
          entityType: 'report',
          entityId: id,
          payload: { old: { status: report.status }, new: { status } },
        });
        return { ...report, status };
      });
    },
  };
  return rooms;
}

/**
 * A visit that is written down as it is spoken (`transcribe`) is a recording: it goes on only while its patient agrees. What somebody
 * says to the box itself, they say to be answered.
 */
export async function requireRecordable(stores: Stores, hospitalId: string, { mode, patientId }: Consultation): Promise<void> {
  if (mode !== 'transcribe') return;
  const hospital = await stores.access.hospital(hospitalId);
  if (hospital) await requireConsent(stores, hospital, patientId, 'record');
}
