import { type Answer, type SeededHospital, seedHospital, type TestHouse } from './house.ts';

/** A clinic with a doctor who sees patients all day, and a desk that books there by HTTP. */
export interface ClinicDesk extends SeededHospital {
  readonly doctorId: string;
  /** A local date, so many days after the house's today. */
  date(days: number): string;
  book(body: Record<string, unknown>, token?: string): Promise<Answer>;
}

export async function openClinicDesk(
  house: TestHouse,
  root: string,
  name: string,
  { now = Date.now, settings = {} }: { now?: () => number; settings?: Record<string, unknown> } = {},
): Promise<ClinicDesk> {
  const seeded = await seedHospital(house, root, name, ['hospital_admin', 'receptionist', 'patient']);
  const token = seeded.tokens.hospital_admin;
  const changed = await house.call('PATCH', `/api/v1/admin/hospitals/${seeded.hospitalId}`, { token: root, body: { settings } });
  if (changed.status !== 200) throw new Error(`settings: ${changed.text}`);
  const made = await house.call('POST', '/api/v1/doctors', { token, body: { name: `Dr Rao, MD; of ${name}`, department: 'Letters' } });
  if (made.status !== 201) throw new Error(`doctor: ${made.text}`);
  const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));
  const doctorId = made.json.doctor_id;
  const set = await house.call('PUT', `/api/v1/doctors/${doctorId}/schedule`, { token, body: { slot_minutes: 5, weekly } });
  if (set.status !== 200) throw new Error(`schedule: ${set.text}`);
  return {
    ...seeded,
    doctorId,
    date: (days) => new Date(now() + days * 86_400_000).toLocaleDateString('en-CA', { timeZone: 'Asia/Kolkata' }),
    book: (body, as = seeded.tokens.receptionist) =>
      house.call('POST', '/api/v1/appointments/book', { token: as, body: { doctor_id: doctorId, ...body } }),
  };
}

/** A slot of the day by its number from 0, as `09:05`. */
export function slotTime(n: number): string {
  const minute = 540 + 5 * n;
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
