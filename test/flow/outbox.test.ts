import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JumpClock, makeJumpClock } from '../fakes/jump-clock.ts';
import { type ClinicDesk, openClinicDesk, slotTime } from '../kit/clinic-desk.ts';
import { startHouse, type TestHouse } from '../kit/house.ts';
import { type MailServer, startMailServer } from '../kit/mail-server.ts';
import { until } from '../kit/until.ts';

const NAME = 'Wilhelmina Überall';
const REASON = 'a very private itch';
const HOUR_MS = 3_600_000;

let mail: MailServer;
let house: TestHouse;
let clock: JumpClock;
let root: string;
let north: ClinicDesk;
let south: ClinicDesk;
let phones: ReturnType<typeof recorder> extends Promise<infer R> ? R : never;
let slots = 0;

/** A program on this machine that takes what is sent to it by HTTP. */
async function recorder(): Promise<{
  server: Server;
  url: string;
  requests: { path: string; headers: IncomingHttpHeaders; body: string }[];
  answers: number[];
}> {
  const requests: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(answers.shift() ?? 200, { location: 'http://169.254.169.254/' }).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, answers };
}

const bookAt = (desk: ClinicDesk, more: Record<string, unknown> = {}, days = 3) => {
  const appointment_time = slotTime(slots++);
  const who = { patient_name: NAME, phone: '+91 98765 43210', email: 'wilhelmina@example.test', notes: REASON };
  return desk.book({ ...who, appointment_date: desk.date(days), appointment_time, ...more });
};
const change = (id: string, what: string, body: object = {}, desk = north) =>
  house.call('POST', `/api/v1/appointments/${id}/${what}`, { token: desk.tokens.receptionist, body });
const outboxOf = async (desk: ClinicDesk) =>
  (await house.call('GET', '/api/v1/outbox?limit=200', { token: desk.tokens.hospital_admin })).json.items;
const aboutOf = async (id: string, desk = north) => {
  const items = await outboxOf(desk);
  return items.filter((one: { appointment_id: string }) => one.appointment_id === id);
};
const signInAgain = async () => {
  for (const desk of [north, south])
    for (const role of Object.keys(desk.tokens)) {
      const who = desk.users[role];
      if (who) (desk.tokens as Record<string, string>)[role] = await house.login(who);
    }
  root = await house.login();
};

beforeAll(async () => {
  mail = await startMailServer();
  phones = await recorder();
  clock = makeJumpClock();
  house = await startHouse({ clock, env: { SMTP_URL: mail.url, MAIL_FROM: 'North Clinic <desk@north.test>' } });
  root = await house.login();
  const now = () => clock.now().getTime();
  north = await openClinicDesk(house, root, 'North', { now });
  south = await openClinicDesk(house, root, 'South', { now });
});

afterAll(async () => {
  await house?.stop();
  await mail?.stop();
  await new Promise((resolve) => phones?.server.close(resolve));
});

describe('mails about appointments', () => {
  it('wait when it is booked, are sent when the mail server has said so, and bring the invitation', async () => {
    const booked = await bookAt(north);
    expect(booked.status).toBe(201);
    expect(booked.json).toMatchObject({ email_sent: false, email_status: 'queued', calendar_added: false, calendar_status: 'off' });
    const { appointment_id: id, start } = booked.json.appointment_details;
    await until(async () => (await aboutOf(id))[0]?.status === 'sent', 'the mail is sent');
    const [item] = await aboutOf(id);
    expect(item).toMatchObject({ kind: 'email', event: 'appointment.booked', recipient: 'wilhelmina@example.test', attempts: 1 });
    const received = mail.mails.find(({ messageId }) => messageId === `${item.outbox_id}@north.test`);
    expect(received?.to).toEqual(['wilhelmina@example.test']);
    expect(received?.words).toContain(booked.json.booking_code);
    expect(received?.words).toContain('Dr Rao, MD; of North');
    const invitation = /BEGIN:VCALENDAR[\s\S]*?END:VCALENDAR/.exec(received?.words ?? '')?.[0] ?? '';
    const calendar = new ICAL.Component(ICAL.parse(invitation));
    expect(calendar.getFirstPropertyValue('method')).toBe('REQUEST');
    const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent') as never);
    expect(event.startDate.toUnixTime() * 1000).toBe(Date.parse(start));
    const file = await house.call('GET', `/api/v1/appointments/${id}/invite.ics`, { token: north.tokens.receptionist });
    expect(file.text).toContain(`UID:${event.uid}`);
  });

  it('come in order: booked, moved, confirmed, cancelled, with a rising sequence and the same UID', async () => {
    const booked = await bookAt(north);
    const id = booked.json.appointment_details.appointment_id;
    expect((await change(id, 'reschedule', { appointment_date: north.date(4), appointment_time: slotTime(slots++) })).status).toBe(200);
    expect((await change(id, 'confirm')).status).toBe(200);
    expect((await change(id, 'cancel')).status).toBe(200);
    await until(async () => (await aboutOf(id)).every(({ status }: { status: string }) => status === 'sent'), 'all four are sent');
    const ids: string[] = (await aboutOf(id)).map((one: { outbox_id: string }) => `${one.outbox_id}@north.test`).reverse();
    const received = mail.mails.filter(({ messageId }) => ids.includes(messageId));
    expect(received.map(({ messageId }) => messageId)).toEqual(ids);
    const sequences = received.map(({ words }) => Number(/SEQUENCE:(\d+)/.exec(words)?.[1]));
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(sequences).size).toBe(4);
    expect(new Set(received.map(({ words }) => /UID:(\S+)/.exec(words)?.[1])).size).toBe(1);
    expect(received.at(-1)?.words).toContain('STATUS:CANCELLED');
    expect(received.at(-1)?.words).toContain('METHOD:CANCEL');
  });

  it('are in Hindi for who speaks it', async () => {
    const who = { first_name: 'आशा', last_name: 'राव', phone: '+91 98111 22233', email: 'asha@example.test', language: 'hi' };
    const patient = await house.call('POST', '/api/v1/patients', { token: north.tokens.receptionist, body: who });
    const body = { patient_id: patient.json.patient_id, appointment_date: north.date(3), appointment_time: slotTime(slots++) };
    expect((await north.book(body)).json.email_status).toBe('queued');
    await until(() => mail.mails.some(({ to }) => to[0] === 'asha@example.test'), 'the mail comes');
    const received = mail.mails.find(({ to }) => to[0] === 'asha@example.test');
    expect(received?.words).toContain('अपॉइंटमेंट बुक हो गया है।');
    expect(received?.words).toContain('lang="hi"');
    expect(received?.words).not.toContain('आशा');
    for (const line of (received?.words ?? '').split('BEGIN:VCALENDAR')[1]?.split(/\r?\n/) ?? [])
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  it('are off where nobody has an address, and nothing of the record is told to a stranger by it', async () => {
    const without = { patient_name: 'Nobody Known', phone: '+91 98765 40000', email: undefined };
    expect((await bookAt(north, without)).json.email_status).toBe('off');
  });

  it('wait for an hour while the mail server is away, and then come in their order', async () => {
    const { port } = mail;
    await mail.stop();
    const before = mail.mails.length;
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await bookAt(north)).json.appointment_details.appointment_id);
    for (const id of ids) await change(id, 'reschedule', { appointment_date: north.date(5), appointment_time: slotTime(slots++) });
    for (const id of ids) await change(id, 'cancel');
    await until(async () => (await outboxOf(north)).some(({ status }: { status: string }) => status === 'failed'), 'a first try fails');
    for (let passed = 0; passed < HOUR_MS; passed += 600_000) {
      clock.jump(600_000);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
    }
    await signInAgain();
    const waiting = await outboxOf(north);
    for (const id of ids)
      expect(
        waiting
          .filter((one: { appointment_id: string }) => one.appointment_id === id)
          .every(({ status }: { status: string }) => status !== 'sent' && status !== 'dead'),
      ).toBe(true);
    const back = await startMailServer(port);
    const kept = mail.mails;
    mail = back;
    for (let n = 0; n < 8; n++) {
      clock.jump(HOUR_MS);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
    }
    await signInAgain();
    await until(async () => (await outboxOf(north)).every(({ status }: { status: string }) => status === 'sent'), 'everything is sent');
    expect(kept.length).toBe(before);
    expect(back.mails).toHaveLength(9);
    const all = await outboxOf(north);
    for (const id of ids) {
      const written = all
        .filter((one: { appointment_id: string }) => one.appointment_id === id)
        .map((one: { outbox_id: string }) => `${one.outbox_id}@north.test`)
        .reverse();
      expect(back.mails.filter(({ messageId }) => written.includes(messageId)).map(({ messageId }) => messageId)).toEqual(written);
    }
    mail = Object.assign(back, { mails: [...kept, ...back.mails] });
  });
});
