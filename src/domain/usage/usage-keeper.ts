import type { Keeper } from '../patients/keeper.ts';

/** What engines used: amounts, which tell of a patient only whose they were. */
export const usageKeeper: Keeper = {
  kind: 'usage',
  name: 'usage',
  isCounted: true,
  due: (stores, { beforeMs, held, limit }) => stores.usage.olderThan(beforeMs, held, limit * 10),
  async remove(stores, ids) {
    await stores.usage.remove(ids);
    return [];
  },
  async erase(stores, { patientId }) {
    const items = await stores.usage.forgetPatient(patientId);
    const why = 'The amounts are part of the accounts. Whose they were is erased.';
    return { deleted: [], files: [], kept: items > 0 ? [{ what: 'usage', items, why }] : [] };
  },
  reassign: (stores, from, to) => stores.usage.reassign(from, to),
  async export(storage, caller, { patientId }) {
    return { items: await storage.read(caller.hospitalId, (stores) => stores.usage.ofPatient(patientId)), leftOut: 0 };
  },
};
