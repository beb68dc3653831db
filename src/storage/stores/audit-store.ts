import type { Kysely } from 'kysely';
import type { ChainLink } from '../../domain/audit/audit-entry.ts';
import type { AuditStore } from '../../domain/audit/audit-store.ts';
import type { Prepared } from '../prepared.ts';
import type { Tables } from '../schema.ts';

export function makeAuditStore(db: Kysely<Tables>, hospitalId: string, prepared: Prepared): AuditStore {
  const links = () =>
    db
      .selectFrom('auditEntries')
      .leftJoin('auditPayloads', (join) =>
        join.onRef('auditPayloads.hospitalId', '=', 'auditEntries.hospitalId').onRef('auditPayloads.id', '=', 'auditEntries.id'),
      )
      .selectAll('auditEntries')
      .select('auditPayloads.payload')
      .where('auditEntries.hospitalId', '=', hospitalId);
  type Row = Awaited<ReturnType<ReturnType<typeof links>['execute']>>[number];
  const toLink = ({ payload, ...entry }: Row): ChainLink => ({ entry: entry as ChainLink['entry'], payload: payload ?? undefined });

  return {
    hospitalId,
    async head() {
      const [row] = await prepared.rows('audit head', { hospitalId }, (of) =>
        db.selectFrom('auditHeads').select(['seq', 'hash']).where('hospitalId', '=', of.hospitalId),
      );
      return row;
    },
    async append(entry, payload) {
      await prepared.rows('audit entry', { ...entry }, (of) => db.insertInto('auditEntries').values(of));
      if (payload !== undefined) await db.insertInto('auditPayloads').values({ hospitalId, id: entry.id, payload }).execute();
      await prepared.rows('audit head moves', { hospitalId, seq: entry.seq, hash: entry.hash }, (of) =>
        db
          .insertInto('auditHeads')
          .values(of)
          .onConflict((conflict) => conflict.column('hospitalId').doUpdateSet({ seq: of.seq, hash: of.hash })),
      );
    },
    async list(filter, { before, limit }) {
      let query = links().orderBy('auditEntries.seq', 'desc').limit(limit);
      if (before !== undefined) query = query.where('auditEntries.seq', '<', before);
      if (filter.eventType !== undefined) query = query.where('auditEntries.eventType', '=', filter.eventType);
      if (filter.entityType !== undefined) query = query.where('auditEntries.entityType', '=', filter.entityType);
      if (filter.actor !== undefined) query = query.where('auditEntries.actor', '=', filter.actor);
      if (filter.patientId !== undefined) query = query.where('auditEntries.patientId', '=', filter.patientId);
      if (filter.fromMs !== undefined) query = query.where('auditEntries.at', '>=', filter.fromMs);
      if (filter.toMs !== undefined) query = query.where('auditEntries.at', '<', filter.toMs);
      if (filter.entityId === undefined) return (await query.execute()).map(toLink);
      // Each half has its index: an entry whose thing is the patient whom it is about stands under the patient alone.
      const ofThing = query.where('auditEntries.entityId', '=', filter.entityId);
      const rows = [
        ...(await ofThing.whereRef('auditEntries.entityId', 'is not', 'auditEntries.patientId').execute()),
        ...(await ofThing.where('auditEntries.patientId', '=', filter.entityId).execute()),
      ];
      return rows
        .sort((a, b) => b.seq - a.seq)
        .slice(0, limit)
        .map(toLink);
    },
    async erasePayloads(ids) {
      const about = db
        .selectFrom('auditEntries')
        .select('auditEntries.id')
        .where('auditEntries.hospitalId', '=', hospitalId)
        .where((eb) => eb.or([eb('auditEntries.patientId', 'in', [...ids]), eb('auditEntries.entityId', 'in', [...ids])]));
      await db.deleteFrom('auditPayloads').where('hospitalId', '=', hospitalId).where('id', 'in', about).execute();
      return (await about.execute()).length;
    },
    async links(afterSeq, limit) {
      const rows = await links().where('auditEntries.seq', '>', afterSeq).orderBy('auditEntries.seq').limit(limit).execute();
      return rows.map(toLink);
    },
  };
}
