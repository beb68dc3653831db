import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slotTime } from './clinic-desk.ts';
import { ADMIN } from './house.ts';
import { startMailServer } from './mail-server.ts';
import { type ServiceProcess, startService } from './service.ts';
import { until } from './until.ts';

/**
 * Books by HTTP in a service of its own, and kills it with SIGKILL between the answer and the mail, again and again; now and then the
 * mail server, too, loses its line after it took a mail. What it has at the end is compared with what the desk was promised.
 */
export interface KillReport {
  readonly kills: number;
  /** Bookings that were answered with 201 and `queued`. */
  readonly promised: number;
  /** Mails of those that never came. */
  readonly lost: number;
  /** Mails that came once more under the same Message-ID: at least once is what SMTP allows. */
  readonly repeated: number;
  /** Two Message-IDs for one booking: there must be none. */
  readonly doubled: number;
  /** Kills after which a mail was still to be sent. */
  readonly caught: number;
  /** Mails that somebody at the desk did not wait for until they were tried again by themselves. */
  readonly hastened: number;
}

export async function killAndCompare(cycles: number, perCycle = 3): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'bedside-kills-'));
  const home = join(folder, 'home');
  const mail = await startMailServer();
  const env = { SMTP_URL: mail.url, MAIL_FROM: 'desk@north.test', BEDSIDE_LOG_LEVEL: 'error', BEDSIDE_PROFILE: 'demo' };
  const promised: { id: string; address: string }[] = [];
  let [caught, service] = [0, await begin()];
  try {
    const call = async (method: string, path: string, token: string, body?: object) => {
      const response = await fetch(service.base + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, json: (await response.json()) as Record<string, never> };
    };
    const login = async (): Promise<string> => (await call('POST', '/api/v1/auth/login', '', ADMIN)).json.access_token ?? '';
    const hospital = { hospital_name: 'North', settings: { emergency_number: '112' } };
    let token = await login();
    const id = (await call('POST', '/api/v1/admin/hospitals', token, hospital)).json.hospital_id;
    const admin = { email: 'admin@north.test', password: 'a long admin password' };
    const person = { ...admin, role: 'hospital_admin', hospital_id: id, first_name: 'A', last_name: 'B' };
    await call('POST', '/api/v1/users', token, person);
    const signIn = async (): Promise<string> => (await call('POST', '/api/v1/auth/login', '', admin)).json.access_token ?? '';
    token = await signIn();
    const doctor = (await call('POST', '/api/v1/doctors', token, { name: 'Dr Rao', department: 'Letters' })).json.doctor_id;
    const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));
    await call('PUT', `/api/v1/doctors/${doctor}/schedule`, token, { slot_minutes: 5, weekly });

    for (let cycle = 0, n = 0; cycle < cycles; cycle++) {
      // One mail in some is taken, and the line is cut before it is said so.
      if (cycle % 3 === 2) mail.answers.push(0);
      for (let k = 0; k < perCycle; k++, n++) {
        const appointment_date = new Date(Date.now() + (3 + Math.floor(n / 90)) * 86_400_000).toISOString().slice(0, 10);
        const address = `number${n}@example.test`;
        const body = { patient_name: `Person Number${n}`, phone: `98${20_000_000 + n}`, email: address, doctor_id: doctor };
        const booked = await call('POST', '/api/v1/appointments/book', token, {
          ...body,
          appointment_date,
          appointment_time: slotTime(n % 90),
        });
        if (booked.status !== 201 || booked.json.email_status !== 'queued')
          throw new Error(`booking ${n}: ${booked.status} ${JSON.stringify(booked.json)}`);
        const details = booked.json.appointment_details as unknown as { appointment_id: string };
        promised.push({ id: details.appointment_id, address });
      }
      // The outbox looks once a second: this falls before it, into it and behind it.
      await new Promise((resolve) => setTimeout(resolve, (2_200 * ((cycle * 7) % 13)) / 13));
      service.child.kill('SIGKILL');
      await service.gone;
      if (promised.some(({ address }) => !mail.mails.some(({ to }) => to.includes(address)))) caught++;
      service = await begin();
      token = await signIn();
    }
    const listed = async () => {
      const items: { outbox_id: string; status: string; attempts: number; error: string | null }[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { json } = await call('GET', `/api/v1/outbox?limit=200${cursor ? `&cursor=${cursor}` : ''}`, token);
        items.push(...(json.items as unknown as typeof items));
        cursor = json.next_cursor as unknown as string | null;
      }
      return items;
    };
    // A try that failed is waited after, longer each time; somebody at the desk does not wait.
    const failed = (await listed()).filter(({ status }) => status === 'failed');
    for (const { outbox_id } of failed) await call('POST', `/api/v1/outbox/${outbox_id}/retry`, token, {});
    const left = async () => (await listed()).filter(({ status }) => status !== 'sent');
    await until(async () => (await left()).length === 0, 'everything left', 120_000).catch(async (error: unknown) => {
      throw new Error(`still here: ${JSON.stringify((await left()).slice(0, 5))}`, { cause: error });
    });

    const came = new Map<string, string[]>();
    for (const { messageId, to } of mail.mails) for (const address of to) came.set(address, [...(came.get(address) ?? []), messageId]);
    const idsOf = (address: string) => came.get(address) ?? [];
    return {
      ...{ kills: cycles, promised: promised.length, caught, hastened: failed.length },
      lost: promised.filter(({ address }) => idsOf(address).length === 0).length,
      repeated: promised.reduce((sum, { address }) => sum + Math.max(0, idsOf(address).length - 1), 0),
      doubled: promised.filter(({ address }) => new Set(idsOf(address)).size > 1).length,
    };
  } finally {
    service.child.kill('SIGKILL');
    await service.gone;
    await mail.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  async function begin(): Promise<ServiceProcess> {
    const started = await startService(home, env);
    await started.up;
    return started;
  }
}
