import type { Kysely } from 'kysely';
import type { Consultation, ConsultationSession, FlagRaised, InaccuracyReport, Message } from '../../domain/consultation/encounter.ts';
import type { EncounterStore } from '../../domain/consultation/encounter-store.ts';
import type { Tables } from '../schema.ts';

export function makeEncounterStore(db: Kysely<Tables>, hospitalId: string): EncounterStore {
  const consultations = () => db.selectFrom('consultations').selectAll().where('hospitalId', '=', hospitalId);
  const sessions = () => db.selectFrom('consultationSessions').selectAll().where('hospitalId', '=', hospitalId);
  const messages = () => db.selectFrom('messages').selectAll().where('hospitalId', '=', hospitalId);
  const reports = () => db.selectFrom('inaccuracyReports').selectAll().where('hospitalId', '=', hospitalId);

  return {
    async insert(consultation) {
      await db
        .insertInto('consultations')
        .values({ ...consultation, hospitalId })
        .execute();
    },
    async find(id) {
      const row = await consultations().where('id', '=', id).executeTakeFirst();
      return row && toConsultation(row);
    },
    async list({ ownerId, patientId, mode }, { after, limit }) {
      let query = consultations().orderBy('id', 'desc').limit(limit);
      if (after !== undefined) query = query.where('id', '<', after);
      if (mode !== undefined) query = query.where('mode', '=', mode);
      if (ownerId !== undefined && patientId !== undefined)
        query = query.where((eb) => eb.or([eb('ownerId', '=', ownerId), eb('patientId', '=', patientId)]));
      else if (ownerId !== undefined) query = query.where('ownerId', '=', ownerId);
      return (await query.execute()).map(toConsultation);
    },
    async setLanguage(id, language) {
      await db.updateTable('consultations').set({ language }).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
    async end(id, at) {
      await db
        .updateTable('consultations')
        .set({ status: 'ended', endedAt: at })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', id)
        .execute();
      await db
        .updateTable('consultationSessions')
        .set({ endedAt: at, receptionState: null })
        .where('hospitalId', '=', hospitalId)
        .where('consultationId', '=', id)
        .where('endedAt', 'is', null)
        .execute();
    },

    async insertSession(session) {
      await db
        .insertInto('consultationSessions')
        .values({ ...session, hospitalId, receptionState: null })
        .execute();
    },
    async session(id) {
      const row = await sessions().where('id', '=', id).executeTakeFirst();
      return row && toSession(row);
    },
    async sessions(consultationId) {
      return (await sessions().where('consultationId', '=', consultationId).orderBy('id').execute()).map(toSession);
    },
    async addToTotals(sessionId, tokens, calls) {
      await db
        .updateTable('consultationSessions')
        .set((eb) => ({ totalTokens: eb('totalTokens', '+', tokens), totalCalls: eb('totalCalls', '+', calls) }))
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', sessionId)
        .execute();
    },

    async receptionState(sessionId) {
      const row = await sessions().where('id', '=', sessionId).executeTakeFirst();
      return row?.receptionState ?? undefined;
    },
    async setReceptionState(sessionId, state) {
      await db
        .updateTable('consultationSessions')
        .set({ receptionState: state })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', sessionId)
        .execute();
    },
    async endSession(id, at) {
      await db
        .updateTable('consultationSessions')
        .set({ endedAt: at, receptionState: null })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', id)
        .where('endedAt', 'is', null)
        .execute();
    },

    async insertMessage(message) {
      await db
        .insertInto('messages')
        .values({
          ...message,
          hospitalId,
          abstained: message.abstained ? 1 : 0,
          trivial: message.trivial ? 1 : 0,
          demonstration: message.demonstration ? 1 : 0,
          interrupted: message.interrupted ? 1 : 0,
          sources: JSON.stringify(message.sources),
          redFlag: message.redFlag && JSON.stringify(message.redFlag),
          transcript: message.transcript && JSON.stringify(message.transcript),
          metrics: message.metrics && JSON.stringify(message.metrics),
          toolCalls: JSON.stringify(message.toolCalls ?? []),
        })
        .execute();
    },
    async message(id) {
      const row = await messages().where('id', '=', id).executeTakeFirst();
      return row && toMessage(row);
    },
    async setSpoken(id, heardText, metrics) {
      await db
        .updateTable('messages')
        .set({ metrics: JSON.stringify(metrics), ...(heardText === undefined ? {} : { text: heardText, interrupted: 1 }) })
        .where('hospitalId', '=', hospitalId)
        .where('id', '=', id)
        .execute();
    },
    async messages(consultationId) {
      return (await messages().where('consultationId', '=', consultationId).orderBy('id').execute()).map(toMessage);
    },
    async lastWith(patientId, beforeMs) {
      const row = await db
        .selectFrom('consultations')
        .select('createdAt')
        .where('hospitalId', '=', hospitalId)
        .where('patientId', '=', patientId)
        .where('createdAt', '<', beforeMs)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.createdAt;
    },
    async reassign(from, to) {
      await db
        .updateTable('consultations')
        .set({ patientId: to })
        .where('hospitalId', '=', hospitalId)
        .where('patientId', '=', from)
        .execute();
    },
    async lastMessages(sessionId, limit) {
      const rows = await messages().where('sessionId', '=', sessionId).orderBy('id', 'desc').limit(limit).execute();
      return rows.reverse().map(toMessage);
    },

    async insertFlag(flag) {
      await db
        .insertInto('redFlags')
        .values({ ...flag, hospitalId })
        .execute();
    },
    async flags(consultationId) {
      const rows = await db
        .selectFrom('redFlags')
        .selectAll()
        .where('hospitalId', '=', hospitalId)
        .where('consultationId', '=', consultationId)
        .orderBy('id')
        .execute();
      return rows.map(({ hospitalId: _, consultationId: __, severity, ...row }) => ({
        ...row,
        severity: severity as FlagRaised['severity'],
      }));
    },

    async insertReport(report) {
      await db
        .insertInto('inaccuracyReports')
        .values({ ...report, hospitalId })
        .execute();
    },
    async report(id) {
      const row = await reports().where('id', '=', id).executeTakeFirst();
      return row && toReport(row);
    },
    async reports({ after, limit }) {
      const query = reports().orderBy('id', 'desc').limit(limit);
      return (await (after === undefined ? query : query.where('id', '<', after)).execute()).map(toReport);
    },
    async setReportStatus(id, status) {
      await db.updateTable('inaccuracyReports').set({ status }).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
  };
}

function toConsultation({ hospitalId: _, ...row }: Tables['consultations']): Consultation {
  return row as Consultation;
}
function toSession({ hospitalId: _, receptionState: __, ...row }: Tables['consultationSessions']): ConsultationSession {
  return row as ConsultationSession;
}
function toReport({ hospitalId: _, ...row }: Tables['inaccuracyReports']): InaccuracyReport {
  return row as InaccuracyReport;
}
function toMessage({ hospitalId: _, ...row }: Tables['messages']): Message {
  const parsed = (text: string | null) => (text === null ? null : JSON.parse(text));
  return {
    ...row,
    sender: row.sender as Message['sender'],
    answeredBy: row.answeredBy as Message['answeredBy'],
    abstained: row.abstained === 1,
    trivial: row.trivial === 1,
    demonstration: row.demonstration === 1,
    interrupted: row.interrupted === 1,
    sources: JSON.parse(row.sources),
    redFlag: parsed(row.redFlag),
    transcript: parsed(row.transcript),
    metrics: parsed(row.metrics),
    toolCalls: JSON.parse(row.toolCalls),
  };
}
