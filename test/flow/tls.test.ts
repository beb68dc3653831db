import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as openRequest } from 'node:http';
import { createServer, request as secureRequest } from 'node:https';
import { type AddressInfo, isIPv4 } from 'node:net';
import { hostname, networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { composeLock } from '../../src/compose-tls.ts';
import { configOf, type Raw } from '../../src/config.ts';
import type { BoxNames } from '../../src/domain/access/certificates.ts';
import { makeCertificateMaker } from '../../src/integrations/x509/certificates.ts';
import { type Service, startService } from '../../src/main.ts';
import { makeLog } from '../../src/shared/log.ts';
import { openKeyRing } from '../../src/storage/key-ring.ts';
import { openHome } from '../../src/storage/open-home.ts';
import type { Lock } from '../../src/transport/tls/lock.ts';
import { startTimers } from '../../src/transport/worker/timers.ts';
import { makeFakeClock } from '../fakes/fake-clock.ts';
import { ADMIN } from '../kit/house.ts';

vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'bedside-tls-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const DAY_MS = 24 * 3_600_000;
const quiet = makeLog({ level: 'silent', showPii: false });
const [lan = '127.0.0.1'] = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .filter(({ address, internal }) => !internal && isIPv4(address))
  .map(({ address }) => address);
const lanName = `${hostname().toLowerCase().split('.')[0]}.local`;

interface Asked {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}
/** Asks as a device on the network would: by name, which leads to the box's address, and trusting no one but `ca`. */
function ask(url: string, { ca, method = 'GET', headers = {}, body }: AskOptions = {}): Promise<Asked> {
  const { protocol, hostname: host } = new URL(url);
  const lookup = { lookup: toLan };
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false, ...(host === lanName ? lookup : {}) };
    const sent =
      protocol === 'https:'
        ? secureRequest(url, { ...options, ...(ca ? { ca } : {}) }, (response) => collect(response))
        : openRequest(url, options, (response) => collect(response));
    const collect = (response: import('node:http').IncomingMessage) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }));
    };
    sent.on('error', reject);
    sent.end(body);
  });
}
interface AskOptions {
  readonly ca?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}
const toLan: NonNullable<import('node:net').TcpSocketConnectOpts['lookup']> = (_name, options, done) =>
  options.all ? done(null, [{ address: lan, family: 4 }]) : done(null, lan, 4);

/** What a door shows to somebody who believes everything. */
function shownBy(port: number): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(new X509Certificate(socket.getPeerX509Certificate()?.raw ?? Buffer.alloc(0)));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

function settings(home: string, more: Raw = {}): Raw {
  return {
    BEDSIDE_HOME: home,
    BEDSIDE_OFFLINE: '1',
    BEDSIDE_PULL: 'never',
    BEDSIDE_MODELS: join(root, 'no-models'),
    BEDSIDE_LOG_LEVEL: 'error',
    BEDSIDE_BACKUP_HOURS: '0',
    BEDSIDE_PORT: '0',
    BEDSIDE_TLS_PORT: '0',
    BEDSIDE_ADMIN_EMAIL: ADMIN.email,
    BEDSIDE_ADMIN_PASSWORD: ADMIN.password,
    ...more,
  };
}

describe('the box on its network', () => {
  let service: Service;
  let ca: string;
  let tlsPort: number;
  let plain: string;

  beforeAll(async () => {
    service = await startService(configOf(settings(join(root, 'box'), { BEDSIDE_TLS: '1', BEDSIDE_HOST: '0.0.0.0' })), () => {});
    tlsPort = Number(new URL(service.url).port);
    plain = new URL(service.trustUrl ?? '').origin;
    ca = (await ask(`${plain}/trust/bedside.pem`)).body.toString();
  }, 60_000);
  afterAll(() => service.stop());

  it('is reached by address and by name by a device that trusts its authority', async () => {
    expect(service.url).toBe(`https://${lan}:${tlsPort}`);
    for (const host of [lan, lanName, 'localhost', '127.0.0.1'])
      expect((await ask(`https://${host}:${tlsPort}/healthz`, { ca })).status, host).toBe(200);
  });

  it('is refused by a device that does not, and under a name that is not its own', async () => {
    for (const host of [lan, lanName])
      await expect(ask(`https://${host}:${tlsPort}/healthz`), host).rejects.toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    const stranger = ask(`https://127.0.0.1:${tlsPort}/healthz`, { ca, headers: { host: 'bank.example' } });
    await expect(stranger).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('shows a certificate that phones take', async () => {
    const shown = await shownBy(tlsPort);
    const authority = new X509Certificate(ca);
    expect(authority.ca).toBe(true);
    expect(authority.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(authority.validToDate.getUTCFullYear() - new Date().getUTCFullYear()).toBe(10);
    expect(shown.ca).toBe(false);
    expect(shown.verify(authority.publicKey)).toBe(true);
    expect(shown.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(shown.validToDate.getTime() - shown.validFromDate.getTime()).toBeLessThanOrEqual(398 * DAY_MS);
    expect(shown.subjectAltName).toContain(lanName);
    expect(shown.subjectAltName).toContain(lan);
  });

  it('gives its authority in the open, with words in English and Hindi and a picture that leads to it', async () => {
    for (const base of [plain, `https://${lan}:${tlsPort}`]) {
      const der = await ask(`${base}/trust/bedside.crt`, { ca });
      expect(der.headers['content-type']).toBe('application/x-x509-ca-cert');
      expect(new X509Certificate(der.body).fingerprint256).toBe(new X509Certificate(ca).fingerprint256);
      const english = (await ask(`${base}/trust`, { ca })).body.toString();
      expect(english).toContain(new X509Certificate(ca).fingerprint256);
      expect(english).toContain('Get the certificate');
      expect(english).toContain(`http://${lan}:`);
      expect((await ask(`${base}/trust`, { ca, headers: { 'accept-language': 'hi-IN' } })).body.toString()).toContain('प्रमाणपत्र लें');
      expect((await ask(`${base}/trust?lang=hi`, { ca })).body.toString()).toContain('प्रमाणपत्र लें');
      for (const file of ['trust.css', 'letters.woff2', 'qr.svg'])
        expect((await ask(`${base}/trust/${file}`, { ca })).status, file).toBe(200);
    }
    expect((await ask(`${plain}/trust/qr.svg`)).body.toString()).toContain('<svg');
    // Its key is for nobody.
    for (const file of ['bedside.key', 'key']) expect((await ask(`${plain}/trust/${file}`)).status).toBe(404);
  });

  it('sends everybody else from the open port to the locked one, whatever they ask', async () => {
    const login = await ask(`${plain}/api/v1/auth/login?a=1`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(login.status).toBe(308);
    expect(login.headers.location).toBe(`https://${lan}:${tlsPort}/api/v1/auth/login?a=1`);
    const byName = await ask(`${plain.replace(lan, lanName)}/`);
    expect(byName.headers.location).toBe(`https://${lanName}:${tlsPort}/`);
    for (const path of ['/', '/setup', '/metrics', '/openapi.json', '/pages/setup.css', '/trusty', '/healthz/x'])
      expect((await ask(plain + path)).status, path).toBe(308);
    for (const path of ['/healthz', '/health']) expect((await ask(plain + path)).status, path).toBe(200);
  });

  it('promises nothing about tomorrow: no HSTS on either port', async () => {
    for (const url of [`https://${lan}:${tlsPort}/healthz`, `${plain}/healthz`, `${plain}/`])
      expect((await ask(url, { ca })).headers['strict-transport-security'], url).toBeUndefined();
  });

  it('speaks through sockets over TLS, and not in the open', async () => {
    const login = await ask(`https://${lan}:${tlsPort}/api/v1/auth/login`, {
      ca,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ADMIN),
    });
    const { access_token } = JSON.parse(login.body.toString());
    const open = (url: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url, ['bedside.v1', `bearer.${access_token}`], { ca, lookup: toLan } as object);
        socket.on('open', () => resolve('open'));
        socket.on('message', (data) => resolve(String(data)));
        socket.on('error', (error) => resolve(error.message));
        socket.on('close', (code) => resolve(`closed ${code}`));
      });
    const said = await open(`wss://${lanName}:${tlsPort}/api/v1/ws/streaming`);
    expect(said).toBe('open');
    expect(await open(`${plain.replace('http', 'ws')}/api/v1/ws/streaming`)).toContain('308');
  });

  it('keeps the key of its authority from whoever takes the disk', () => {
    const files = readdirSync(join(root, 'box'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { parentPath, name } of files) expect(readFileSync(join(parentPath, name)).includes('PRIVATE KEY'), name).toBe(false);
  });
});

describe('the certificate', () => {
  it('follows the calendar and the addresses of the box while the door stays open', async () => {
    const home = join(root, 'fake');
    const clock = makeFakeClock(Date.now());
    const config = configOf(settings(home, { BEDSIDE_TLS: '1' }));
    const keyRing = openKeyRing(config.key, { mayMake: true });
    const nowMs = clock.now().getTime();
    const { storage } = await openHome({ home, keyRing, full: false, strictUnits: true, log: quiet, madeBy: 'test', nowMs });
    let names: BoxNames = { names: ['box.local', 'localhost'], addresses: ['127.0.0.1', '192.168.1.20'] };
    const parts = { config, storage, clock, log: quiet, names: () => names };
    const lock = await composeLock(parts);
    const server = createServer({ cert: lock.pair().certificate, key: lock.pair().key });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    lock.guard(server);
    const timers = startTimers({
      timers: [{ name: 'certificate', firstAfterMs: 20_000, everyMs: DAY_MS, run: lock.look }],
      clock,
      log: quiet,
    });
    const authority = lock.authority?.() ?? '';
    const settled = async (change: (shown: X509Certificate) => boolean) =>
      vi.waitUntil(async () => change(await shownBy(port)), { timeout: 10_000 });
    try {
      const first = await shownBy(port);
      await clock.advance(300 * DAY_MS);
      expect((await shownBy(port)).serialNumber, 'nothing is due').toBe(first.serialNumber);

      await clock.advance(50 * DAY_MS);
      await settled(({ serialNumber }) => serialNumber !== first.serialNumber);
      const second = await shownBy(port);
      expect(second.validToDate.getTime()).toBeGreaterThan(clock.now().getTime() + 380 * DAY_MS);
      expect(second.verify(new X509Certificate(authority).publicKey), 'the authority stays').toBe(true);

      names = { ...names, addresses: [...names.addresses, '10.9.8.7', '203.0.113.9'] };
      await clock.advance(DAY_MS);
      await settled(({ subjectAltName }) => subjectAltName?.includes('10.9.8.7') ?? false);
      const third = await shownBy(port);
      expect(third.subjectAltName, 'an address of the Internet is none of its').not.toContain('203.0.113.9');

      names = { names: ['box.local'], addresses: ['127.0.0.1'] };
      await clock.advance(DAY_MS);
      expect((await shownBy(port)).serialNumber, 'an address that went does no harm').toBe(third.serialNumber);

      const again = await composeLock(parts);
      expect(again.pair().certificate, 'a restart keeps it').toBe(lock.pair().certificate);

      await clock.advance(9 * 366 * DAY_MS);
      await vi.waitUntil(
        async () => {
          await clock.advance(DAY_MS);
          return lock.authority?.() !== authority;
        },
        { timeout: 10_000 },
      );
      await settled((shown) => shown.verify(new X509Certificate(lock.authority?.() ?? '').publicKey));
    } finally {
      await timers.stop();
      server.close();
      await storage.close();
    }
  });

  it('of an authority whose names are bound is refused for others, even if it were issued', async () => {
    const maker = makeCertificateMaker();
    const life = { fromMs: Date.now() - 1_000, toMs: Date.now() + DAY_MS };
    const authority = maker.makeAuthority('Bedside box', { names: ['local'], addresses: ['127.0.0.0/8'] }, life);
    const codes = await Promise.all(
      ['box.local', 'bank.example'].map(async (name) => {
        const pair = maker.issue(authority, { names: [name], addresses: [] }, life);
        const server = createServer({ cert: pair.certificate, key: pair.key }, (_request, response) => response.end('ok'));
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const { port } = server.address() as AddressInfo;
        return new Promise((resolve) => {
          const options = { host: '127.0.0.1', port, servername: name, ca: authority.certificate, agent: false as const };
          secureRequest(options, ({ statusCode }) => resolve(statusCode))
            .on('error', (error) => resolve(error.message))
            .end();
        }).finally(() => server.close());
      }),
    );
    expect(codes).toEqual([200, 'permitted subtree violation']);
  });
});

describe('a certificate of the owner', () => {
  const maker = makeCertificateMaker();
  const pairFor = (fromMs: number, toMs: number) => {
    const authority = maker.makeAuthority('Own', { names: ['local'], addresses: ['127.0.0.0/8'] }, { fromMs, toMs });
    return { authority, ...maker.issue(authority, { names: ['own.local'], addresses: ['127.0.0.1'] }, { fromMs, toMs }) };
  };
  const good = pairFor(Date.now() - DAY_MS, Date.now() + DAY_MS);
  const files = (name: string, certificate: string, key: string): Raw => {
    writeFileSync(join(root, `${name}.crt`), certificate);
    writeFileSync(join(root, `${name}.key`), key);
    return { BEDSIDE_TLS_CERT: join(root, `${name}.crt`), BEDSIDE_TLS_KEY: join(root, `${name}.key`) };
  };

  it('is served, and another one as soon as the file changes', async () => {
    const lines: string[] = [];
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const log = makeLog({ level: 'info', showPii: false, destination });
    const clock = makeFakeClock(Date.now());
    const config = configOf(settings(join(root, 'own'), files('own', good.certificate, good.key)));
    const lock: Lock & { authority: unknown } = await composeLock({ config, storage: undefined as never, clock, log });
    expect(lock.authority).toBeUndefined();
    const contexts: unknown[] = [];
    lock.guard({ setSecureContext: (context) => void contexts.push(context), address: () => null });
    await lock.look();
    expect(contexts).toEqual([]);

    writeFileSync(join(root, 'own.crt'), 'half a fi');
    await lock.look();
    await lock.look();
    expect(contexts, 'a bad one changes nothing').toEqual([]);
    expect(
      lines.filter((line) => line.includes('tls.certificate-refused')),
      'and is told of once',
    ).toHaveLength(1);

    const next = pairFor(Date.now() - DAY_MS, Date.now() + 2 * DAY_MS);
    files('own', next.certificate, next.key);
    await lock.look();
    expect(contexts).toEqual([{ cert: next.certificate, key: next.key }]);
  });

  it('opens the door, without a page to trust anybody else', async () => {
    const service = await startService(configOf(settings(join(root, 'own-box'), files('own-box', good.certificate, good.key))), () => {});
    try {
      expect(service.trustUrl).toBeUndefined();
      expect(service.url).toMatch(/^https:/);
      expect((await ask(`${service.url}/healthz`, { ca: good.authority.certificate })).status).toBe(200);
      expect((await ask(`${service.url}/trust`, { ca: good.authority.certificate })).status).toBe(404);
    } finally {
      await service.stop();
    }
  });

  const old = pairFor(Date.now() - 3 * DAY_MS, Date.now() - DAY_MS);
  const future = pairFor(Date.now() + DAY_MS, Date.now() + 3 * DAY_MS);
  it.each([
    ['is no certificate', 'nonsense', good.key, /no certificate in PEM form/],
    ['has no key', good.certificate, 'nonsense', /no private key in PEM form/],
    ['has the key of another', good.certificate, old.key, /does not belong to the certificate/],
    ['has ended', old.certificate, old.key, /has ended on \d{4}-\d\d-\d\d/],
    ['has not begun', future.certificate, future.key, /clock of this machine/],
  ])('that %s is said clearly, and nothing is served', async (what, certificate, key, sentence) => {
    const config = configOf(settings(join(root, 'bad-box'), files(what.replaceAll(' ', '-'), certificate, key)));
    await expect(startService(config, () => {})).rejects.toThrow(sentence);
  });

  it('that is missing is said clearly', async () => {
    const config = configOf(settings(join(root, 'bad-box'), { BEDSIDE_TLS_CERT: join(root, 'none'), BEDSIDE_TLS_KEY: join(root, 'none') }));
    await expect(startService(config, () => {})).rejects.toThrow(/cannot be read/);
    expect(() => configOf({ BEDSIDE_TLS_CERT: 'a' })).toThrow(/together with BEDSIDE_TLS_KEY/);
    expect(() => configOf({ BEDSIDE_TLS: '1', BEDSIDE_PORT: '8443' })).toThrow(/BEDSIDE_TLS_PORT/);
  });
});

describe('beyond loopback', () => {
  it('nothing is served in the open', async () => {
    for (const host of ['0.0.0.0', '::', lan])
      await expect(
        startService(configOf(settings(join(root, 'bare'), { BEDSIDE_HOST: host })), () => {}),
        host,
      ).rejects.toThrow(/needs TLS/);
  });
});
