import type { Kysely } from 'kysely';
import type { Consultation } from '../../domain/consultation/encounter.ts';
import type { ConversationKind, EncounterKeepingStore } from '../../domain/consultation/encounter-keeping-store.ts';
import type { Tables } from '../schema.ts';

export function makeEncounterKeepingStore(db: Kysely<Tables>, hospitalId: string): EncounterKeepingStore {
  const of = (kind: ConversationKind) =>
    db
      .selectFrom('consultations')
      .where('consultations.hospitalId', '=', hospitalId)
      .where('mode', kind === 'calls' ? '=' : '!=', 'reception');

  return {
    async olderThan(kind, beforeMs, held, limit) {
      let query = of(kind)
        .select(['id', 'patientId', 'createdAt as madeAt'])
        .where('createdAt', '<', beforeMs)
        .where((eb) => eb.or([eb('endedAt', 'is', null), eb('endedAt', '<', beforeMs)]))
        // One that nobody ended is over when nothing has been said in it since.
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('messages')
                .select('messages.id')
                .where('messages.hospitalId', '=', hospitalId)
                .whereRef('messages.consultationId', '=', 'consultations.id')
                .where('messages.createdAt', '>=', beforeMs),
            ),
          ),
        )
        .orderBy('createdAt')
        .limit(limit);
      if (held.length > 0) query = query.where((eb) => eb.or([eb('patientId', 'is', null), eb('patientId', 'not in', [...held])]));
      return query.execute();
    },
    async ofPatient(kind, { patientId, userId }) {
      const rows = await of(kind)
        .selectAll()
        .where((eb) => eb.or([eb('patientId', '=', patientId), ...(userId === null ? [] : [eb('ownerId', '=', userId)])]))
        .orderBy('id')
        .execute();
      return rows.map(({ hospitalId: _, ...row }) => row as Consultation);
    },
    async remove(all) {
      // SQLite takes so many values in a statement; a long life has more conversations.
      for (let from = 0; from < all.length; from += 500) {
        const ids = all.slice(from, from + 500);
        const messages = db
          .selectFrom('messages')
          .select('messages.id')
          .where('messages.hospitalId', '=', hospitalId)
          .where('messages.consultationId', 'in', ids);
        await db.deleteFrom('inaccuracyReports').where('hospitalId', '=', hospitalId).where('messageId', 'in', messages).execute();
        for (const table of ['redFlags', 'messages', 'consultationSessions'] as const)
          await db.deleteFrom(table).where('hospitalId', '=', hospitalId).where('consultationId', 'in', ids).execute();
        await db.deleteFrom('consultations').where('hospitalId', '=', hospitalId).where('id', 'in', ids).execute();
      }
    },
  };
}
