import type { Kysely } from 'kysely';
import type { Notice } from '../../domain/notices/notice.ts';
import type { NoticeStore } from '../../domain/notices/notice-store.ts';
import type { Prepared } from '../prepared.ts';
import type { Tables } from '../schema.ts';
import { acrossHospitals } from '../tenancy.ts';

export function makeNoticeStore(db: Kysely<Tables>, hospitalId: string, prepared: Prepared): NoticeStore {
  const toNotice = (row: Tables['notices']): Notice => ({
    ...row,
    type: row.type as Notice['type'],
    data: JSON.parse(row.data),
    audience: JSON.parse(row.audience),
  });
  return {
    async insert(notice) {
      const row = { ...notice, data: JSON.stringify(notice.data), audience: JSON.stringify(notice.audience) };
      await prepared.rows('new notice', row, (of) => db.insertInto('notices').values(of));
    },
    async find(id) {
      const row = await db.selectFrom('notices').selectAll().where('hospitalId', '=', hospitalId).where('id', '=', id).executeTakeFirst();
      return row && toNotice(row);
    },
    async newest() {
      const row = await db
        .selectFrom('notices')
        .select('id')
        .where('hospitalId', '=', hospitalId)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.id;
    },
    async since(afterId, limit) {
      const rows = await db
        .selectFrom('notices')
        .selectAll()
        .where('hospitalId', '=', hospitalId)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toNotice);
    },
    async takeOverdue(type, beforeMs, nowMs) {
      // The box looks after every hospital's emergencies; who is told is decided by each notice's own hospital.
      const rows = await acrossHospitals(db)
        .updateTable('notices')
        .set({ escalatedAt: nowMs })
        .where('type', '=', type)
        .where('createdAt', '<=', beforeMs)
        .where('ackedAt', 'is', null)
        .where('escalatedAt', 'is', null)
        .returningAll()
        .execute();
      return rows.map(toNotice);
    },
    async removeNaming(id) {
      await db.deleteFrom('notices').where('hospitalId', '=', hospitalId).where('data', 'like', `%"${id}"%`).execute();
    },
    async acknowledge(id, by, at) {
      await db.updateTable('notices').set({ ackedAt: at, ackedBy: by }).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
  };
}
