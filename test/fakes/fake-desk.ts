import { addDays, minutesOf, timeOf, weekdayOf } from '../../src/domain/consultation/reception/calendar-day.ts';
import type { Proofs, ReceptionDesk } from '../../src/domain/consultation/reception/desk.ts';
import type { CallerKind } from '../../src/domain/consultation/reception/state.ts';
import type { AppointmentRow, Slot } from '../../src/domain/consultation/reception/tools.ts';
import { AppError } from '../../src/shared/errors.ts';

/**
 * A desk in memory that keeps the rules of the real one: slots of a schedule, no two appointments of a doctor at one time, codes, and proofs.
 * `now` is local. Faults are told beforehand: a tool that fails, one that times out before or after its deed, and a slot that somebody takes.
 */
export interface FakeDoctor {
  readonly id: string;
  readonly name: string;
  readonly department: string;
  readonly from: string;
  readonly to: string;
  readonly slotMinutes: number;
  /** 0 = Sunday; all of them if left out. */
  readonly days?: readonly number[];
}

export interface FakePatient {
  readonly id: string;
  readonly name: string;
  readonly phone?: string;
  readonly birthDate?: string;
}

export type Fault = 'service' | 'unknown' | 'timed-out' | 'timed-out-after' | 'stolen' | 'validation' | 'lie';

export interface FakeDesk extends ReceptionDesk {
  readonly rows: AppointmentRow[];
  readonly patients: FakePatient[];
  readonly logs: unknown[];
  readonly mails: unknown[];
  readonly transfers: string[];
  /** The next call of this deed meets this. */
  fault(deed: 'check' | 'book' | 'cancel' | 'reschedule' | 'find' | 'transfer', fault: Fault, times?: number): void;
  place(row: Omit<AppointmentRow, 'appointmentId' | 'status' | 'bookingCode'>): AppointmentRow;
}

const plain = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L} ]/gu, '')
    .trim();

export function makeFakeDesk(options: {
  readonly doctors: readonly FakeDoctor[];
  readonly today: string;
  readonly now: string;
  readonly caller?: CallerKind;
  readonly patients?: readonly FakePatient[];
}): FakeDesk {
  const { doctors, today, now } = options;
  const caller = options.caller ?? { kind: 'staff' };
  const rows: AppointmentRow[] = [];
  const patients: FakePatient[] = [...(options.patients ?? [])];
  const faults: { deed: string; fault: Fault; times: number }[] = [];
  let serial = 1000;
  const owners = new Map<string, string>();

  const taken = (doctorId: string, date: string, time: string, own?: string) =>
    rows.some(
      (row) =>
        row.doctorId === doctorId && row.date === date && row.time === time && row.status !== 'cancelled' && row.appointmentId !== own,
    );
  const works = (doctor: FakeDoctor, date: string) => doctor.days === undefined || doctor.days.includes(weekdayOf(date));
  const past = (date: string, time: string) => date < today || (date === today && time <= now);
  const isSlot = (doctor: FakeDoctor, date: string, time: string) =>
    works(doctor, date) &&
    time >= doctor.from &&
    minutesOf(time) + doctor.slotMinutes <= minutesOf(doctor.to) &&
    (minutesOf(time) - minutesOf(doctor.from)) % doctor.slotMinutes === 0;
  const slotOf = (doctor: FakeDoctor, date: string, time: string): Slot => ({
    doctorId: doctor.id,
    doctorName: doctor.name,
    department: doctor.department,
    date,
    time,
  });
  function* freeOf(doctor: FakeDoctor, date: string): Generator<Slot> {
    for (let at = minutesOf(doctor.from); at + doctor.slotMinutes <= minutesOf(doctor.to); at += doctor.slotMinutes) {
      const time = timeOf(at);
      if (works(doctor, date) && !past(date, time) && !taken(doctor.id, date, time)) yield slotOf(doctor, date, time);
    }
  }
  const nearest = (who: readonly FakeDoctor[], date: string, time: string): Slot[] => {
    const all = [-2, -1, 0, 1, 2, 3].flatMap((days) => who.flatMap((doctor) => [...freeOf(doctor, addDays(date, days))]));
    const gap = (slot: Slot) => Math.abs((Date.parse(`${slot.date}T${slot.time}Z`) - Date.parse(`${date}T${time}Z`)) / 60_000);
    return all.sort((a, b) => gap(a) - gap(b)).slice(0, 3);
  };
  const meant = (wish: { doctor_id?: string | undefined; department?: string | undefined }): FakeDoctor[] =>
    doctors.filter(
      (doctor) =>
        (wish.doctor_id === undefined || doctor.id === wish.doctor_id) &&
        (wish.department === undefined || doctor.department === wish.department),
    );
  /** Throws what was told beforehand; true = the deed is done all the same, and nobody hears of it. */
  function meet(deed: string, steal?: () => void): boolean {
    const at = faults.findIndex((one) => one.deed === deed && one.times > 0);
    const one = faults[at];
    if (!one) return false;
    one.times--;
    if (one.fault === 'service') throw new AppError('unavailable', 'The calendar cannot be reached.');
    if (one.fault === 'validation') throw new AppError('invalid', 'This cannot be done.');
    if (one.fault === 'unknown') throw new Error('boom');
    if (one.fault === 'timed-out') throw new AppError('timed-out', 'This took too long.');
    if (one.fault === 'stolen') steal?.();
    if (one.fault === 'timed-out-after') return true;
    return false;
  }
  const late = () => new AppError('timed-out', 'This took too long.');
  const found = (id: string): AppointmentRow => {
    const row = rows.find((one) => one.appointmentId === id);
    if (!row) throw new AppError('not-found', 'There is no such appointment.');
    return row;
  };
  const put = (row: AppointmentRow) => {
    rows[rows.findIndex((one) => one.appointmentId === row.appointmentId)] = row;
    return row;
  };
  const insert = (slot: Slot, patientName: string, patientId: string): AppointmentRow => {
    serial++;
    const row: AppointmentRow = {
      ...slot,
      appointmentId: `A-${serial}`,
      patientName,
      status: 'booked',
      bookingCode: String((serial * 7919) % 10_000).padStart(4, '0'),
    };
    rows.push(row);
    owners.set(row.appointmentId, patientId);
    return row;
  };
  const requireFree = (doctor: FakeDoctor | undefined, date: string, time: string, own?: string): FakeDoctor => {
    if (!doctor) throw new AppError('invalid', 'There is no such doctor.');
    if (!isSlot(doctor, date, time) || past(date, time) || taken(doctor.id, date, time, own))
      throw new AppError('conflict', 'This time is taken already.', {
        reason: 'SLOT_TAKEN',
        context: { alternatives: nearest([doctor], date, time) },
      });
    return doctor;
  };
  const proved = (row: AppointmentRow, proofs: Proofs): boolean => {
    const patient = patients.find(({ id }) => id === owners.get(row.appointmentId));
    if (caller.kind === 'staff')
      return (
        (proofs.name === undefined || plain(row.patientName) === plain(proofs.name)) &&
        (proofs.code === undefined || row.bookingCode === proofs.code) &&
        (proofs.name ?? proofs.code ?? proofs.phone) !== undefined &&
        (proofs.name !== undefined || proofs.phone === undefined || patient?.phone === proofs.phone)
      );
    if (caller.kind === 'patient') return owners.get(row.appointmentId) === caller.patientId;
    const birth = proofs.birthDate ?? proofs.birthYear;
    if ([proofs.code, proofs.name, birth].filter((one) => one !== undefined).length < 2) return false;
    if (proofs.code !== undefined && proofs.code !== row.bookingCode) return false;
    if (proofs.name !== undefined && plain(proofs.name) !== plain(row.patientName)) return false;
    if (proofs.birthDate !== undefined) return patient?.birthDate === proofs.birthDate;
    return proofs.birthYear === undefined || patient?.birthDate?.slice(0, 4) === String(proofs.birthYear);
  };
  const shown = ({ ...row }: AppointmentRow): AppointmentRow => {
    const { bookingCode: _, ...rest } = row;
    return rest;
  };

  return {
    rows,
    patients,
    logs: [],
    mails: [],
    transfers: [],
    fault(deed, fault, times = 1) {
      faults.push({ deed, fault, times });
    },
    place(slot) {
      const patient = { id: `p-${patients.length + 1}`, name: slot.patientName };
      const known = patients.find(({ name }) => plain(name) === plain(slot.patientName)) ?? patient;
      if (known === patient) patients.push(patient);
      return insert(slot, slot.patientName, known.id);
    },
    async practice() {
      const open = doctors.map(({ from, to }) => ({ from, to }));
      return {
        doctors: doctors.map(({ id, name, department }) => ({ id, name, department })),
        open: {
          from: open.map(({ from }) => from).sort()[0] ?? '09:00',
          to:
            open
              .map(({ to }) => to)
              .sort()
              .at(-1) ?? '17:00',
        },
      };
    },
    async check(wish) {
      meet('check');
      const who = meant(wish);
      const { appointment_date: date, appointment_time: time } = wish;
      if (who.length === 0) throw new AppError('invalid', 'There is no such doctor.');
      if (time !== undefined) {
        const free = who.find((doctor) => isSlot(doctor, date, time) && !past(date, time) && !taken(doctor.id, date, time));
        return free
          ? { available: true, slot: slotOf(free, date, time), alternatives: [] }
          : { available: false, alternatives: nearest(who, date, time) };
      }
      const free: Slot[] = [];
      for (let day = date; day <= (wish.until_date ?? date) && free.length < 3; day = addDays(day, 1)) {
        const all = who.flatMap((doctor) => [...freeOf(doctor, day)]).sort((a, b) => a.time.localeCompare(b.time));
        free.push(
          ...all.filter(
            (slot) => (wish.after === undefined || slot.time >= wish.after) && (wish.before === undefined || slot.time < wish.before),
          ),
        );
      }
      return { available: free.length > 0, alternatives: free.slice(0, 3) };
    },
    async book(wish) {
      const doctor = doctors.find(({ id }) => id === wish.doctor_id);
      const lost = meet(
        'book',
        () => doctor && insert(slotOf(doctor, wish.appointment_date, wish.appointment_time), 'Somebody Quicker', 'p-0'),
      );
      const free = requireFree(doctor, wish.appointment_date, wish.appointment_time);
      const name = wish.patient_name ?? '';
      let patient = patients.find((one) => plain(one.name) === plain(name) && one.phone === wish.phone);
      if (!patient) {
        patient = { id: `p-${patients.length + 1}`, name, ...(wish.phone ? { phone: wish.phone } : {}) };
        patients.push(patient);
      }
      const row = insert(slotOf(free, wish.appointment_date, wish.appointment_time), name, patient.id);
      if (lost) throw late();
      return row;
    },
    async cancel(id, _reason, proofs) {
      const lost = meet('cancel');
      const row = found(id);
      if (!proved(row, proofs)) throw new AppError('not-found', 'There is no such appointment.');
      const after = put({ ...row, status: 'cancelled' });
      if (lost) throw late();
      return shown(after);
    },
    async reschedule(id, { date, time, doctorId }, proofs) {
      const row = found(id);
      const doctor = doctors.find((one) => one.id === (doctorId ?? row.doctorId));
      const lost = meet('reschedule', () => doctor && insert(slotOf(doctor, date, time), 'Somebody Quicker', 'p-0'));
      if (!proved(row, proofs)) throw new AppError('not-found', 'There is no such appointment.');
      const free = requireFree(doctor, date, time, id);
      const after = put({ ...row, ...slotOf(free, date, time), status: 'booked' });
      if (lost) throw late();
      return shown(after);
    },
    async find(proofs) {
      meet('find');
      return rows.filter((row) => row.status === 'booked' && !past(row.date, row.time) && proved(row, proofs)).map(shown);
    },
    async log(entry) {
      this.logs.push(entry);
    },
    async email(id, address) {
      this.mails.push({ id, address });
    },
    async transfer(reason) {
      meet('transfer');
      this.transfers.push(reason);
    },
  };
}
