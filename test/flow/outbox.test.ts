import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signatureOf } from '../../src/integrations/http-messenger/messenger.ts';
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
const textsOf = async (id: string) => (await aboutOf(id)).filter(({ kind }: { kind: string }) => kind === 'text');
const hooksOf = async (id: string) => (await aboutOf(id)).filter(({ kind }: { kind: string }) => kind === 'webhook');
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
    expect(mail.mails).toHaveLength(before);
    mail = await startMailServer(port, mail.mails);
    for (let n = 0; n < 8; n++) {
      clock.jump(HOUR_MS);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
    }
    await signInAgain();
    await until(async () => (await outboxOf(north)).every(({ status }: { status: string }) => status === 'sent'), 'everything is sent');
    const came = mail.mails.slice(before);
    expect(came).toHaveLength(9);
    const all = await outboxOf(north);
    for (const id of ids) {
      const written = all
        .filter((one: { appointment_id: string }) => one.appointment_id === id)
        .map((one: { outbox_id: string }) => `${one.outbox_id}@north.test`)
        .reverse();
      expect(came.filter(({ messageId }) => written.includes(messageId)).map(({ messageId }) => messageId)).toEqual(written);
    }
  });
});

describe('text messages', () => {
  const gateway = (settings: object, secret?: string) =>
    house.call('PUT', `/api/v1/admin/hospitals/${north.hospitalId}/integrations/text-messages`, {
      token: north.tokens.hospital_admin,
      body: { settings, ...(secret === undefined ? {} : { secret }) },
    });

  it('go through a gateway of the hospital, and to this machine only where its list of addresses names it', async () => {
    const set = await gateway(
      { url: `${phones.url}/send?key={secret}`, body: '{"to":"{phone}","text":"{text}","id":"{id}"}' },
      'pässword"&',
    );
    expect(set.status).toBe(200);
    expect(set.json).toMatchObject({ kind: 'text-messages', has_secret: true });
    expect(set.text).not.toContain('pässword');
    const id = (await bookAt(north, { email: undefined })).json.appointment_details.appointment_id;
    const text = async () => (await aboutOf(id)).find(({ kind }: { kind: string }) => kind === 'text');
    await until(async () => (await text())?.error !== null, 'it is held back');
    expect(await text()).toMatchObject({ status: 'pending', attempts: 0, recipient: '+919876543210' });
    expect(phones.requests).toHaveLength(0);
    await house.call('PATCH', `/api/v1/admin/hospitals/${north.hospitalId}`, {
      token: root,
      body: { settings: { url_allow_list: ['127.0.0.1'] } },
    });
    expect(
      (await house.call('POST', `/api/v1/outbox/${(await text()).outbox_id}/retry`, { token: north.tokens.receptionist })).status,
    ).toBe(200);
    await until(async () => (await text())?.status === 'sent', 'it is sent');
    expect(phones.requests).toHaveLength(1);
    const [request] = phones.requests;
    expect(request?.path).toBe(`/send?key=${encodeURIComponent('pässword"&')}`);
    expect(request?.headers['idempotency-key']).toBe((await text()).outbox_id);
    const body = JSON.parse(request?.body ?? '');
    expect(body.to).toBe('+919876543210');
    expect(body.text).toMatch(/^North: appointment booked with Dr Rao, MD; of North, .* Booking code \d{4}\.$/);
  });

  it('that are refused for good are dead, seen at the desk, and tried again by hand; a redirect is not followed', async () => {
    phones.answers.push(302);
    const booked = await bookAt(north, { email: undefined });
    const id = booked.json.appointment_details.appointment_id;
    await until(async () => (await textsOf(id))[0]?.status === 'dead', 'it is dead');
    const [dead] = await textsOf(id);
    expect(dead.error).toBe('The receiver refused this for good. (302)');
    const inHindi = await house.call('GET', '/api/v1/outbox', { token: north.tokens.receptionist, headers: { 'accept-language': 'hi' } });
    expect(inHindi.text).toMatch(/अस्वीकार/);
    const again = await house.call('POST', `/api/v1/outbox/${dead.outbox_id}/retry`, { token: north.tokens.receptionist });
    expect(again.json).toMatchObject({ status: 'pending', attempts: 0, error: null });
    await until(async () => (await textsOf(id))[0]?.status === 'sent', 'it is sent');
    const sent = await house.call('POST', `/api/v1/outbox/${dead.outbox_id}/retry`, { token: north.tokens.receptionist });
    expect(sent.status).toBe(409);
  });

  it('do not come to life behind a later one about the same appointment', async () => {
    phones.answers.push(400);
    const id = (await bookAt(north, { email: undefined })).json.appointment_details.appointment_id;
    await until(async () => (await textsOf(id))[0]?.status === 'dead', 'the booking is dead');
    await change(id, 'cancel');
    await until(async () => (await textsOf(id))[0]?.status === 'sent', 'the cancellation is sent');
    const dead = (await textsOf(id)).at(-1);
    expect((await house.call('POST', `/api/v1/outbox/${dead.outbox_id}/retry`, { token: north.tokens.receptionist })).status).toBe(409);
  });

  it('take no address whose host a caller could choose, and do not send an old secret to a new host', async () => {
    const places = { body: '{"to":"{phone}","text":"{text}"}' };
    for (const url of [
      'http://{phone}/x',
      'http://gw.{text}.test/',
      'ftp://gw.test/',
      'http://user:pass@gw.test/',
      'file:///etc/passwd',
      'http://a{id}@gw.test',
    ])
      expect((await gateway({ url, ...places })).status, url).toBe(400);
    expect((await gateway({ url: 'http://gw.test/', body: '{}' })).status).toBe(400);
    const moved = await gateway({ url: 'http://169.254.169.254/latest', ...places });
    expect(moved.json).toMatchObject({ has_secret: false });
    const id = (await bookAt(north, { email: undefined })).json.appointment_details.appointment_id;
    await until(async () => (await textsOf(id))[0]?.error !== null, 'it is held back');
    expect((await textsOf(id))[0]).toMatchObject({ status: 'pending', attempts: 0 });
    await gateway({ url: `${phones.url}/send`, enabled: false, ...places });
    const off = (await bookAt(north, { email: undefined })).json.appointment_details.appointment_id;
    expect(await textsOf(off)).toEqual([]);
  });
});

describe('webhooks', () => {
  it('are signed, name their event exactly, and come again with the same id when the receiver fails', async () => {
    const secret = 'known to two';
    const set = await house.call('PUT', `/api/v1/admin/hospitals/${north.hospitalId}/integrations/webhook`, {
      token: north.tokens.hospital_admin,
      body: { settings: { url: `${phones.url}/hook`, events: ['appointment.booked', 'appointment.arrived'] }, secret },
    });
    expect(set.status).toBe(200);
    phones.requests.splice(0);
    phones.answers.push(500);
    const id = (await bookAt(north, { email: undefined })).json.appointment_details.appointment_id;
    await until(() => phones.requests.length === 1, 'it comes once');
    await until(async () => (await hooksOf(id))[0]?.status === 'failed', 'it failed');
    await change(id, 'confirm');
    clock.jump(40_000);
    await until(() => phones.requests.length === 2, 'it comes again');
    const [first, second] = phones.requests;
    expect(first?.headers['idempotency-key']).toBe(second?.headers['idempotency-key']);
    expect(first?.body).toBe(second?.body);
    expect(second?.headers['x-bedside-event']).toBe('appointment.booked');
    const seconds = String(second?.headers['x-bedside-timestamp']);
    expect(second?.headers['x-bedside-signature']).toBe(`sha256=${signatureOf(secret, seconds, second?.body ?? '')}`);
    expect(JSON.parse(second?.body ?? '')).toMatchObject({ event: 'appointment.booked', appointment: { appointment_id: id, sequence: 0 } });
    expect((await hooksOf(id)).map(({ event }: { event: string }) => event)).toEqual(['appointment.booked']);
    await house.call('PUT', `/api/v1/admin/hospitals/${north.hospitalId}/integrations/webhook`, {
      token: north.tokens.hospital_admin,
      body: { settings: { url: `${phones.url}/hook`, enabled: false } },
    });
  });
});

describe('reminders', () => {
  it('come once, the day before, to who still has the appointment, wherever the clock jumps', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await bookAt(north, {}, 6)).json.appointment_details.appointment_id);
    await change(ids[1] ?? '', 'cancel');
    const { post } = house.house;
    const never = new AbortController().signal;
    await post.reminders.write(never);
    // Noon of the day before, in Kolkata; they come in the morning.
    clock.jump(Date.parse(`${north.date(5)}T12:00:00+05:30`) - clock.now().getTime());
    await signInAgain();
    for (const jump of [0, HOUR_MS, -HOUR_MS, 0]) {
      clock.jump(jump);
      await post.reminders.write(never);
    }
    const about = async (id: string) => (await aboutOf(id)).filter(({ event }: { event: string }) => event === 'appointment.reminder');
    expect(await about(ids[0] ?? '')).toHaveLength(1);
    expect(await about(ids[1] ?? '')).toHaveLength(0);
    await until(async () => (await about(ids[0] ?? ''))[0]?.status === 'sent', 'the reminder is sent');
    const [{ outbox_id }] = await about(ids[0] ?? '');
    const received = mail.mails.find(({ messageId }) => messageId.startsWith(outbox_id));
    expect(received?.words).toContain('Reminder of your appointment');
    expect(received?.words).not.toContain('BEGIN:VCALENDAR');
  });
});

describe('what left', () => {
  it('names no patient and no reason, unless the hospital allows the name; and each has its entry in the log', async () => {
    const token = north.tokens.hospital_admin;
    const all = (await outboxOf(north)).filter(({ status }: { status: string }) => status === 'sent');
    expect(all.length).toBeGreaterThan(15);
    for (const { words, raw } of mail.mails)
      for (const secret of ['Wilhelmina', 'Überall', REASON, 'private'])
        expect(`${words}${raw}`.replaceAll('wilhelmina@example.test', '')).not.toContain(secret);
    for (const { body, path } of phones.requests)
      for (const secret of ['Wilhelmina', 'Überall', 'private']) expect(`${decodeURIComponent(path)}${body}`).not.toContain(secret);
    const entries = new Set<string>();
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await house.call('GET', `/api/v1/audit/logs?event_type=message.sent&limit=200${cursor ? `&cursor=${cursor}` : ''}`, {
        token,
      });
      for (const { entity_id } of page.json.items) entries.add(entity_id);
      cursor = page.json.next_cursor;
    }
    for (const { outbox_id } of all) expect(entries.has(outbox_id)).toBe(true);
    expect(house.log()).not.toContain('wilhelmina@example.test');
    expect(house.log()).not.toContain('Überall');

    const set = await house.call('PUT', `/api/v1/admin/hospitals/${north.hospitalId}/integrations/email`, {
      token,
      body: { settings: { names_patient: true } },
    });
    expect(set.status).toBe(200);
    const before = mail.mails.length;
    await bookAt(north, { patient_name: 'Named Openly', phone: '+91 98765 41111' });
    await until(() => mail.mails.length > before, 'a mail comes');
    expect(mail.mails.at(-1)?.words).toContain('Named Openly');
    expect(mail.mails.at(-1)?.words).not.toContain(REASON);
  });

  it('of one hospital is nothing to another, and nothing to a patient', async () => {
    await bookAt(south, { patient_name: 'Canary Southern', phone: '+91 98765 42222', email: 'canary@south.test' });
    await until(async () => (await outboxOf(south))[0]?.status === 'sent', 'it is sent');
    expect((await house.call('GET', '/api/v1/outbox?limit=200', { token: north.tokens.hospital_admin })).text).not.toContain(
      'canary@south.test',
    );
    const [item] = await outboxOf(south);
    const retried = await house.call('POST', `/api/v1/outbox/${item.outbox_id}/retry`, { token: north.tokens.hospital_admin });
    expect(retried.status).toBe(404);
    const asked = await house.call('GET', '/api/v1/outbox', { token: north.tokens.patient });
    expect(asked.status).toBe(403);
    const path = `/api/v1/admin/hospitals/${south.hospitalId}/integrations/email`;
    expect((await house.call('GET', path, { token: north.tokens.hospital_admin })).status).toBe(404);
  });

  it('goes with the patient who is erased, and what waits is never sent', async () => {
    await mail.stop();
    const booked = await bookAt(north, { patient_name: 'Erased Person', phone: '+91 98765 43333', email: 'erased@example.test' });
    const { appointment_id: id, patient_id } = booked.json.appointment_details;
    expect((await aboutOf(id)).some(({ kind }: { kind: string }) => kind === 'email')).toBe(true);
    const erased = await house.call('POST', `/api/v1/patients/${patient_id}/erasure`, {
      token: north.tokens.hospital_admin,
      body: { reason: 'Asked for it themselves' },
    });
    expect(erased.status, erased.text).toBeLessThan(300);
    expect((await outboxOf(north)).filter(({ recipient }: { recipient: string }) => recipient === 'erased@example.test')).toEqual([]);
  });
});

describe('the calendar of a doctor', () => {
  it('says Busy to whoever has its address, and nothing to anybody else; a new address shuts the old one', async () => {
    const token = north.tokens.hospital_admin;
    const urlOf = async () => (await house.call('GET', `/api/v1/doctors/${north.doctorId}`, { token })).json.calendar_url;
    const address = await urlOf();
    expect(await urlOf()).toBe(address);
    for (const role of ['receptionist', 'patient']) {
      const seen = await house.call('GET', `/api/v1/doctors/${north.doctorId}`, { token: north.tokens[role] });
      expect(seen.json.calendar_url).toBeUndefined();
    }
    const read = (url: string) => house.call('GET', url.slice(house.base.length));
    const feed = await read(address);
    expect(feed.status).toBe(200);
    expect(feed.headers.get('content-type')).toMatch(/^text\/calendar/);
    const events = new ICAL.Component(ICAL.parse(feed.text)).getAllSubcomponents('vevent');
    expect(events.length).toBeGreaterThan(3);
    expect(new Set(events.map((one) => one.getFirstPropertyValue('summary')))).toEqual(new Set(['Busy']));
    expect((await read(`${address}&names=1`)).text).not.toContain('Überall');
    for (const wrong of ['', '?token=', `?token=${'a'.repeat(60)}`])
      expect((await read(`${house.base}/api/v1/calendars/${north.doctorId}.ics${wrong}`)).status).toBe(404);
    expect((await read(address.replace(north.doctorId, south.doctorId))).status).toBe(404);

    const renewed = await house.call('POST', `/api/v1/doctors/${north.doctorId}/calendar`, { token, body: { shows_names: true } });
    expect(renewed.status).toBe(200);
    expect((await read(address)).status).toBe(404);
    const { calendar_url: fresh } = renewed.json;
    expect((await read(fresh)).text).not.toContain('Überall');
    expect((await read(`${fresh}&names=1`)).text).toContain('Wilhelmina');
    const logged = await house.call('GET', '/api/v1/audit/logs?event_type=calendar.read', { token });
    expect(logged.json.items).toHaveLength(1);
  });
});

describe('a mail server far away', () => {
  it('gets nothing while the box is offline, by its start or by its setting: mails wait, and are not called failed', async () => {
    for (const offline of ['0', '1']) {
      const env = { BEDSIDE_OFFLINE: offline, SMTP_URL: 'smtp://192.0.2.1:25', MAIL_FROM: 'desk@north.test' };
      const box = await startHouse({ env });
      try {
        const desk = await openClinicDesk(box, await box.login(), 'Lonely');
        const who = { patient_name: NAME, phone: '+91 98765 43210', email: 'wilhelmina@example.test' };
        const booked = await desk.book({ ...who, appointment_date: desk.date(3), appointment_time: slotTime(0) });
        expect(booked.json).toMatchObject({ email_sent: false, email_status: 'queued' });
        const list = async () => (await box.call('GET', '/api/v1/outbox', { token: desk.tokens.receptionist })).json.items;
        await until(async () => (await list())[0].error !== null, 'it is held back');
        expect((await list())[0]).toMatchObject({ status: 'pending', attempts: 0, sent_at: null });
      } finally {
        await box.stop();
      }
    }
  });
});
