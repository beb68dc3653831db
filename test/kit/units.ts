import { appendAudit } from '../../src/domain/audit/audit-log.ts';
import { writeNotice } from '../../src/domain/notices/notices.ts';
import type { Storage } from '../../src/domain/storage.ts';
import { hospitalOf, UNDONE } from './crash-order.ts';
import { callerOf } from './storage.ts';

/** A numbered unit of work of one lane: a notice and its audit entry, two tables and one chain, all or nothing. */
export function writeUnit(storage: Storage, lane: number, n: number, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const hospitalId = hospitalOf(lane);
  const at = Date.now();
  return storage.transact(hospitalId, async (stores) => {
    await writeNotice(stores, { hospitalId, type: 'notice', data: { lane, n, ...more }, audience: ['nurse'], createdAt: at });
    await appendAudit(stores, callerOf(hospitalId), at, {
      eventType: 'unit.written',
      action: 'C',
      entityType: 'unit',
      entityId: `${lane} ${n}`,
      payload: { new: { filling: 'x'.repeat(Math.abs(n * 37) % 3_000) } },
    });
    if (n === UNDONE) throw new Error('undone');
  });
}
