import type { Keeper } from '../patients/keeper.ts';

/** What was sent about a patient, and what still waits: it goes with them, and an erased patient gets no reminder. */
export const outboxKeeper: Keeper = {
  kind: 'calls',
  name: 'messages',
  isCounted: true,
  due: (stores, { beforeMs, held, limit }) => stores.outbox.olderThan(beforeMs, held, limit),
  async remove(stores, ids) {
    await stores.outbox.remove(ids);
    return [];
  },
  async erase(stores, { patientId }) {
    const all = await stores.outbox.ofPatient(patientId);
    await stores.outbox.remove(all.map(({ id }) => id));
    return { deleted: all.map(({ id, createdAt }) => ({ id, patientId, madeAt: createdAt })), files: [], kept: [] };
  },
  reassign: (stores, from, to) => stores.outbox.reassign(from, to),
  async export(storage, caller, { patientId }) {
    const all = await storage.read(caller.hospitalId, (stores) => stores.outbox.ofPatient(patientId));
    const items = all.map(({ id, kind, event, recipient, status, createdAt, sentAt }) => ({
      ...{ id, kind, event, recipient, status, createdAt, sentAt },
    }));
    return { items, leftOut: 0 };
  },
};
