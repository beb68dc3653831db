import type { Kysely, Updateable } from 'kysely';
import type { Job } from '../../domain/jobs/job.ts';
import type { JobStore } from '../../domain/jobs/job-store.ts';
import type { Tables } from '../schema.ts';
import { acrossHospitals } from '../tenancy.ts';

type Row = Tables['jobs'];

export function makeJobStore(db: Kysely<Tables>, hospitalId: string): JobStore {
  return {
    async insert(job) {
      await db.insertInto('jobs').values(toRow(job)).execute();
    },
    async find(id) {
      const row = await db.selectFrom('jobs').selectAll().where('hospitalId', '=', hospitalId).where('id', '=', id).executeTakeFirst();
      return row && toJob(row);
    },
    async list({ after, limit, createdBy }) {
      let query = db.selectFrom('jobs').selectAll().where('hospitalId', '=', hospitalId).orderBy('id', 'desc').limit(limit);
      if (after !== undefined) query = query.where('id', '<', after);
      if (createdBy !== undefined) query = query.where('createdBy', '=', createdBy);
      return (await query.execute()).map(toJob);
    },
    async update(id, { progress, result, cancelAsked, ...rest }) {
      const change: Updateable<Row> = {
        ...rest,
        ...(progress ? { progressDone: progress.done, progressTotal: progress.total, progressUnit: progress.unit } : {}),
        ...(result === undefined ? {} : { result: JSON.stringify(result) }),
        ...(cancelAsked === undefined ? {} : { cancelAsked: cancelAsked ? 1 : 0 }),
      };
      await db.updateTable('jobs').set(change).where('hospitalId', '=', hospitalId).where('id', '=', id).execute();
    },
    async isOpen(kind) {
      const row = await db
        .selectFrom('jobs')
        .select('id')
        .where('hospitalId', '=', hospitalId)
        .where('kind', '=', kind)
        .where('status', 'in', ['queued', 'running'])
        .executeTakeFirst();
      return row !== undefined;
    },
    async forget(kind, beforeMs) {
      await db
        .deleteFrom('jobs')
        .where('hospitalId', '=', hospitalId)
        .where('kind', '=', kind)
        .where('updatedAt', '<', beforeMs)
        .where('status', 'in', ['succeeded', 'failed', 'cancelled'])
        .execute();
    },
    async claimDue(kinds, { lifeMs, leaseMs, nowMs }) {
      const leaseUntil = lifeMs + leaseMs;
      if (kinds.length === 0) return undefined;
      // The worker serves every hospital; what it then does, it does for the job's own.
      const row = await acrossHospitals(db)
        .selectFrom('jobs')
        .selectAll()
        .where('kind', 'in', [...kinds])
        .where('runAfter', '<=', lifeMs)
        .where((eb) =>
          eb.or([
            eb('status', '=', 'queued'),
            eb.and([eb('status', '=', 'running'), eb.or([eb('leaseUntil', '<', lifeMs), eb('leaseUntil', '>', leaseUntil)])]),
          ]),
        )
        .orderBy('runAfter')
        .orderBy('id')
        .limit(1)
        .executeTakeFirst();
      if (!row) return undefined;
      const change = { status: 'running' as const, leaseUntil, attempt: row.attempt + 1, updatedAt: nowMs };
      await db.updateTable('jobs').set(change).where('hospitalId', '=', row.hospitalId).where('id', '=', row.id).execute();
      return toJob({ ...row, ...change });
    },
  };
}

function toRow({ payload, progress, result, cancelAsked, ...rest }: Job): Row {
  return {
    ...rest,
    payload: JSON.stringify(payload ?? null),
    result: result === null ? null : JSON.stringify(result),
    progressDone: progress.done,
    progressTotal: progress.total,
    progressUnit: progress.unit,
    cancelAsked: cancelAsked ? 1 : 0,
  };
}

function toJob({ payload, result, progressDone, progressTotal, progressUnit, cancelAsked, ...rest }: Row): Job {
  return {
    ...rest,
    status: rest.status as Job['status'],
    payload: JSON.parse(payload),
    result: result === null ? null : JSON.parse(result),
    progress: { done: progressDone, total: progressTotal, unit: progressUnit },
    cancelAsked: cancelAsked === 1,
  };
}
