import type { Keeper } from '../patients/keeper.ts';

/**
 * The book of calls, for retention, export and erasure. A call goes with the conversation it was; what is here is what erasure
 * leaves of one that somebody else held about the patient, which is nothing that tells who it was.
 */
export const callKeeper: Keeper = {
  kind: 'calls',
  name: 'calls',
  isCounted: true,
  due: async (stores, { beforeMs, held, limit }) => stores.calls.olderThan(beforeMs, held, limit),
  async remove(stores, ids) {
    await stores.calls.remove(ids);
    return [];
  },
  async erase(stores, { patientId }) {
    const calls = await stores.calls.ofPatient(patientId);
    await stores.calls.remove(calls.map(({ id }) => id));
    return { deleted: calls.map(({ id, startedAt }) => ({ id, patientId, madeAt: startedAt })), files: [], kept: [] };
  },
  reassign: (stores, from, to) => stores.calls.reassign(from, to),
  async export(storage, caller, { patientId }) {
    return { items: await storage.read(caller.hospitalId, (stores) => stores.calls.ofPatient(patientId)), leftOut: 0 };
  },
};
