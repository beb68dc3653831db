import type { Keeper } from '../patients/keeper.ts';

/**
 * Appointments say when somebody was here and with whom, so they stay as long as the notes of those visits. With their patient they
 * go at once, and a time that was still to come is free again.
 */
export const appointmentKeeper: Keeper = {
  kind: 'notes',
  name: 'appointments',
  isCounted: false,
  due: (stores, { beforeMs, held, limit }) => stores.appointments.olderThan(beforeMs, held, limit),
  async remove(stores, ids) {
    await stores.appointments.remove(ids);
    return [];
  },
  async erase(stores, { patientId }) {
    const all = await stores.appointments.ofPatient(patientId);
    await stores.appointments.remove(all.map(({ id }) => id));
    return { deleted: all.map(({ id, startsAt }) => ({ id, patientId, madeAt: startsAt })), files: [], kept: [] };
  },
  reassign: (stores, from, to) => stores.appointments.reassign(from, to),
  async export(storage, caller, { patientId }) {
    const items = await storage.read(caller.hospitalId, async (stores) => {
      const all = await stores.appointments.ofPatient(patientId);
      const told = [];
      for (const { holdHash: _, holdUntil: __, sequence: ___, ...appointment } of all)
        told.push({ ...appointment, history: await stores.appointments.events(appointment.id) });
      return told;
    });
    return { items, leftOut: 0 };
  },
};
