import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filled, httpMessenger } from '../../src/integrations/http-messenger/messenger.ts';
import type { Mail, Way } from '../../src/integrations/mailer.ts';
import { makeSmtpMailer, serverOf } from '../../src/integrations/smtp/mailer.ts';
import { addressWithin, type Distance, distanceOf } from '../../src/shared/distance.ts';
import { AppError } from '../../src/shared/errors.ts';
import { type MailServer, startMailServer } from '../kit/mail-server.ts';

const everywhere: readonly Distance[] = ['machine', 'house', 'world'];
const way = (allowed: readonly Distance[] = everywhere): Way => ({ allowed, signal: AbortSignal.timeout(20_000) });
const mail: Mail = {
  ...{ messageId: 'one@north.test', from: 'North <desk@north.test>', to: 'anita@example.test', subject: 'Subject', text: 'Text' },
  ...{ html: '<p>Text</p>', calendar: null },
};
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'sent',
    (error: unknown) => (error instanceof AppError ? (error.details.reason ?? error.code) : String(error)),
  );

let server: MailServer;
beforeAll(async () => {
  server = await startMailServer();
});
afterAll(() => server.stop());

describe('mail by SMTP', () => {
  it('is sent when the server says so, refused when it says never, and left for later otherwise', async () => {
    const { send } = makeSmtpMailer(server.url);
    expect(await outcome(send(mail, way()))).toBe('sent');
    for (const [answer, wanted] of [
      [550, 'refused'],
      [554, 'refused'],
      [451, 'unavailable'],
      [421, 'unavailable'],
    ] as const) {
      server.answers.push(answer);
      expect(await outcome(send(mail, way())), String(answer)).toBe(wanted);
    }
  });

  it('whose server takes it and falls silent is left for later, and is the same mail when it comes again', async () => {
    const { send } = makeSmtpMailer(server.url);
    const before = server.mails.length;
    server.answers.push(0);
    expect(await outcome(send(mail, way()))).toBe('UNREACHABLE');
    expect(await outcome(send(mail, way()))).toBe('sent');
    const came = server.mails.slice(before);
    expect(came.map(({ messageId }) => messageId)).toEqual(['one@north.test', 'one@north.test']);
  });

  it('goes to one address, whatever stands in it, and begins no header of its own', async () => {
    const { send } = makeSmtpMailer(server.url);
    const before = server.mails.length;
    const hostile = { ...mail, to: 'a@b.test, c@d.test', subject: 'Hello\r\nBcc: x@y.test' };
    await outcome(send(hostile, way()));
    for (const { to, raw } of server.mails.slice(before)) {
      expect(to.length).toBeLessThanOrEqual(1);
      expect(raw).not.toMatch(/^Bcc:/im);
    }
  });

  it('gives up on a server that never says anything, when it is told to', async () => {
    const lines: Socket[] = [];
    const silent = createServer((line) => void lines.push(line));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    const { port } = silent.address() as { port: number };
    const started = performance.now();
    const { send } = makeSmtpMailer(`smtp://127.0.0.1:${port}`);
    expect(await outcome(send(mail, { allowed: everywhere, signal: AbortSignal.timeout(300) }))).toBe('UNREACHABLE');
    expect(performance.now() - started).toBeLessThan(5_000);
    for (const line of lines) line.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('does not leave the machine where it may not, and asks nobody for a name', async () => {
    for (const host of ['mail.example.com', '192.168.1.5', '8.8.8.8', '[fd00::1]', '169.254.169.254'])
      expect(await outcome(makeSmtpMailer(`smtp://${host}:25`).send(mail, way(['machine']))), host).toBe('EGRESS_DENIED');
    expect(await outcome(makeSmtpMailer('smtp://8.8.8.8:25').send(mail, way(['machine', 'house'])))).toBe('EGRESS_DENIED');
  });

  it('reads the address of its server', () => {
    expect(serverOf('smtp://mail.test')).toMatchObject({ host: 'mail.test', port: 587, secure: false, user: '' });
    expect(serverOf('smtps://a%40b:p%3Aw@[::1]:2465')).toEqual({ host: '::1', port: 2465, secure: true, user: 'a@b', password: 'p:w' });
    for (const wrong of ['mail.test', 'http://mail.test', 'smtp://']) expect(() => serverOf(wrong)).toThrow(AppError);
  });
});

describe('how far away an address is', () => {
  it.each([
    ['127.0.0.1', 'machine'],
    ['127.8.9.1', 'machine'],
    ['::1', 'machine'],
    ['::ffff:127.0.0.1', 'machine'],
    ['::ffff:7f00:1', 'machine'],
    ['10.1.2.3', 'house'],
    ['172.16.0.1', 'house'],
    ['172.32.0.1', 'world'],
    ['192.168.0.10', 'house'],
    ['fd12::1', 'house'],
    ['8.8.8.8', 'world'],
    ['2606:4700::1', 'world'],
    ['169.254.169.254', undefined],
    ['::ffff:a9fe:a9fe', undefined],
    ['fe80::1', undefined],
    ['0.0.0.0', undefined],
    ['::', undefined],
    ['224.0.0.1', undefined],
    ['255.255.255.255', undefined],
    ['no address', undefined],
  ])('%s', (address, wanted) => expect(distanceOf(address)).toBe(wanted));

  it('is judged by what a name leads to, and localhost needs no asking', async () => {
    expect(await addressWithin('localhost', ['machine'])).toBe('127.0.0.1');
    await expect(addressWithin('localhost', ['house', 'world'])).rejects.toMatchObject({ details: { reason: 'EGRESS_DENIED' } });
    // Spellings of this machine that are meant to be overlooked: an address is read as the connection will read it.
    for (const url of ['http://2130706433/', 'http://0x7f.1/', 'http://127.1/', 'http://[::ffff:127.0.0.1]/'])
      await expect(addressWithin(new URL(url).hostname, ['house', 'world']), url).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('requests to a gateway', () => {
  it('keep what is said in its place', () => {
    const places = { phone: '+91 98', text: '"},{"to":"+1&x=\n{secret}', secret: 's', id: 'i' };
    const json = { url: 'http://gw.test/{id}?to={phone}', method: 'POST', contentType: 'application/json' } as const;
    const asJson = filled({ ...json, body: '{"to":"{phone}","text":"{text}"}' }, places);
    expect(JSON.parse(asJson.body ?? '')).toEqual({ to: places.phone, text: places.text });
    expect(asJson.url.searchParams.get('to')).toBe('+91 98');
    const form = { ...json, contentType: 'application/x-www-form-urlencoded', body: 'to={phone}&text={text}' } as const;
    const sent = new URLSearchParams(filled(form, places).body ?? '');
    expect([...sent.keys()]).toEqual(['to', 'text']);
    expect(sent.get('text')).toBe(places.text);
    expect(filled({ ...json, method: 'GET', body: 'x' }, places).body).toBeNull();
  });

  it('never reach what is nobody’s to write to', async () => {
    const gateway = { method: 'POST', contentType: 'application/json', body: '{}', secret: null } as const;
    for (const url of ['http://169.254.169.254/latest', 'http://[fe80::1]/', 'http://0.0.0.0:80/'])
      expect(await outcome(httpMessenger.sendText({ ...gateway, url }, { id: 'i', phone: '1', text: 't' }, way())), url).toBe(
        'EGRESS_DENIED',
      );
  });
});
