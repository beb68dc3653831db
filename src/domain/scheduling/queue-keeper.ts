import type { Keeper } from '../patients/keeper.ts';

/** Tokens say who was here and when, as appointments do, and stay as long. */
export const queueKeeper: Keeper = {
  kind: 'notes',
  name: 'queue',
  isCounted: false,
  due: (stores, { beforeMs, held, limit }) => stores.queue.olderThan(beforeMs, held, limit),
  async remove(stores, ids) {
    await stores.queue.remove(ids);
    return [];
  },
  async erase(stores, { patientId }) {
    const all = await stores.queue.ofPatient(patientId);
    await stores.queue.remove(all.map(({ id }) => id));
    return { deleted: all.map(({ id, joinedAt }) => ({ id, patientId, madeAt: joinedAt })), files: [], kept: [] };
  },
  reassign: (stores, from, to) => stores.queue.reassign(from, to),
  async export(storage, caller, { patientId }) {
    return { items: await storage.read(caller.hospitalId, (stores) => stores.queue.ofPatient(patientId)), leftOut: 0 };
  },
};
