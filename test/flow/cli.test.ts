import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OPERATING, withTables } from '../../scripts/operating-tables.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { oneTimeCode } from '../../src/cli/user.ts';
import { settings } from '../../src/config.ts';
import { layoutOf } from '../../src/storage/home-layout.ts';
import { openKeyRing, recoveryWords } from '../../src/storage/key-ring.ts';
import { openConnection } from '../../src/storage/sqlite/database.ts';

// Every command is a process of its own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 60_000 });

const root = mkdtempSync(join(tmpdir(), 'bedside-cli-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const cli = join(import.meta.dirname, '../../src/cli/main.ts');
const ADMIN = { email: 'root@bedside.test', password: 'correct horse battery' };

const environment = (home: string, more: Record<string, string> = {}) => ({
  PATH: process.env.PATH,
  BEDSIDE_HOME: home,
  BEDSIDE_OFFLINE: '1',
  BEDSIDE_PORT: '0',
  ...more,
});

/** Runs a command as a person would, without a terminal. */
function run(args: readonly string[], home: string, more: Record<string, string> = {}, input = '') {
  return new Promise<{ code: number | null; out: string; err: string; all: string }>((resolve) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: root, env: environment(home, more), timeout: 30_000 });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part) => (out += part));
    child.stderr.on('data', (part) => (err += part));
    child.stdin.end(input);
    child.on('close', (code) => resolve({ code, out, err, all: out + err }));
  });
}

/** A service in a process of its own; resolves when it has said where it listens. */
async function serve(home: string): Promise<{ child: ChildProcess; base: string; said: () => string; ended: Promise<void> }> {
  const more = { BEDSIDE_ADMIN_EMAIL: ADMIN.email, BEDSIDE_ADMIN_PASSWORD: ADMIN.password };
  const child = spawn(process.execPath, [cli, 'serve'], { cwd: root, env: environment(home, more), stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const base = await new Promise<string>((resolve, reject) => {
    const hear = (part: Buffer) => {
      said += part;
      const found = /listening on (http\S+)/.exec(said);
      if (found?.[1]) resolve(found[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', () => reject(new Error(`serve ended: ${said}`)));
  });
  return { child, base, said: () => said, ended };
}
async function post(base: string, path: string, body: unknown, token?: string) {
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json().catch(() => undefined) };
}
const signIn = (base: string, login: string, password: string) => post(base, '/api/v1/auth/login', { login, password });

describe('the command line', () => {
  it('has the page docs/operating.md say every command, flag and setting as the code does (node scripts/operating-tables.ts writes it anew)', () => {
    const page = readFileSync(OPERATING, 'utf8');
    expect(page).toBe(withTables(page));
    for (const name of Object.keys(settings)) expect(page).toContain(`| \`${name}\` |`);
  });

  it("names a setting's variable wherever it is a flag, and every setting under serve", () => {
    const command = makeProgram().commands.find((one) => one.name() === 'serve');
    let help = '';
    command?.configureOutput({ writeOut: (part) => (help += part) }).outputHelp();
    for (const name of Object.keys(settings)) expect(help).toContain(name);
    const told = Object.fromEntries(
      (command?.options ?? []).map((option) => [option.long, /\((BEDSIDE_\w+)\)$/.exec(option.description)?.[1]]),
    );
    expect(told).toEqual({
      '--home': 'BEDSIDE_HOME',
      '--host': 'BEDSIDE_HOST',
      '--tls': 'BEDSIDE_TLS',
      '--tls-port': 'BEDSIDE_TLS_PORT',
      '--cert': 'BEDSIDE_TLS_CERT',
      '--key': 'BEDSIDE_TLS_KEY',
      '--behind-proxy': 'BEDSIDE_BEHIND_PROXY',
      '--public-url': 'BEDSIDE_PUBLIC_URL',
      '--port': 'BEDSIDE_PORT',
      '--profile': 'BEDSIDE_PROFILE',
      '--offline': 'BEDSIDE_OFFLINE',
    });
  });

  it('explains each command, also those that come later, which say that they cannot work yet', async () => {
    for (const command of makeProgram().commands) expect(command.helpInformation().length).toBeGreaterThan(60);
    const later = await run(['rollback'], join(root, 'none'));
    expect(later).toMatchObject({ code: 2, out: '', err: 'This version of Bedside cannot rollback yet.\n' });
  });

  it.each([
    [['diagnose-everything'], /unknown command 'diagnose-everything'/],
    [['doctor', '--frobnicate'], /unknown option '--frobnicate'/],
    [['serve', '--port', 'eighty'], /BEDSIDE_PORT/],
    [['audit', 'verify'], /no encryption key/],
    [['restore', 'no-such-backup'], /no backup in .*no-such-backup/],
  ])('answers %j with a sentence and no stack, and makes nothing', async (args, sentence) => {
    const home = join(root, 'nowhere');
    const { code, err } = await run(args, home);
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/^\s+at /m);
    expect([existsSync(home), existsSync(`${home}.key`)]).toEqual([false, false]);
  });

  it('has doctor look at a box that does not exist yet, and make nothing', async () => {
    const home = join(root, 'not-yet');
    const { code, out } = await run(['doctor'], home, {
      BEDSIDE_DB_KEY: 'a1b2c3d4'.repeat(8),
      BEDSIDE_ADMIN_PASSWORD: 'never to be printed',
    });
    expect(code).toBe(0);
    for (const what of ['Node', 'disk', 'memory', 'cores', 'GPU', 'port', 'clock', 'database', 'key sheet', 'backup', 'weights'])
      expect(out).toMatch(new RegExp(`^(ok  |warn|fail)  ${what} `, 'm'));
    expect(out).not.toMatch(/a1b2c3d4|never to be printed/);
    expect(existsSync(home)).toBe(false);
  });

  it('makes one-time codes that nobody misreads', () => {
    for (let i = 0; i < 200; i++) expect(oneTimeCode()).toMatch(/^([2-9A-HJKMNP-TV-Z]{4}-){2}[2-9A-HJKMNP-TV-Z]{4}$/);
  });

  it('prepares a box from flags: settings, a key, and no word of it on a line that is kept', async () => {
    const home = join(root, 'prepared');
    const { code, all } = await run(['init', '--port', '9123', '--profile', 'lite', '--offline'], home);
    expect(code).toBe(0);
    expect(readFileSync(join(home, 'bedside.env'), 'utf8')).toMatch(
      /^BEDSIDE_PORT=9123$[\s\S]*^BEDSIDE_PROFILE=lite$[\s\S]*^BEDSIDE_OFFLINE=1$/m,
    );
    expect(statSync(join(home, 'bedside.env')).mode & 0o077).toBe(0);
    expect(statSync(`${home}.key`).mode & 0o777).toBe(0o600);
    const words = recoveryWords(openKeyRing({ given: undefined, keyFile: `${home}.key`, home }, { mayMake: false }).secret as Buffer);
    expect(all).not.toContain(words.slice(0, 2).join(' '));
    expect(all).not.toContain(readFileSync(`${home}.key`, 'utf8').trim());
    // A second time it keeps what is there and changes what it is told.
    await run(['init', '--profile', 'demo'], home);
    expect(readFileSync(join(home, 'bedside.env'), 'utf8')).toMatch(/^BEDSIDE_PORT=9123$[\s\S]*^BEDSIDE_PROFILE=demo$/m);
  });
});

describe('beside a service that runs', () => {
  const home = join(root, 'served');
  let service: Awaited<ReturnType<typeof serve>>;
  let token: string;
  beforeAll(async () => {
    service = await serve(home);
    token = (await signIn(service.base, ADMIN.email, ADMIN.password)).json.access_token;
    await post(service.base, '/api/v1/admin/hospitals', { hospital_name: 'Nightingale', settings: { emergency_number: '112' } }, token);
  });
  afterAll(async () => {
    service.child.kill('SIGKILL');
    await service.ended;
  });

  it('one line told of the recovery sheet, and not a word of the key is in what was logged', () => {
    expect(service.said()).toContain('bedside doctor --key-sheet');
    expect(service.said()).not.toContain(readFileSync(`${home}.key`, 'utf8').trim());
  });

  it('neither a second service nor a restore gets in', async () => {
    const [second, restore] = await Promise.all([
      run(['serve'], home),
      run(['backup', join(root, 'copy')], home).then(() => run(['restore', join(root, 'copy')], home)),
    ]);
    expect(second).toMatchObject({ code: 1, err: expect.stringContaining('in use by another Bedside service') });
    expect(restore).toMatchObject({ code: 1, err: expect.stringContaining('Stop it first') });
  });

  it('a user is added, signs in with the one-time code, is locked out, let in again and reset', async () => {
    const login = 'asha@nightingale.test';
    const added = await run(['user', 'add', '--role', 'nurse', '--email', login, '--first-name', 'Asha'], home);
    expect(added.all).toContain('at Nightingale');
    const code = /valid for 24 hours: (\S+)/.exec(added.out)?.[1] ?? '';
    const first = await signIn(service.base, login, code);
    expect(first.status).toBe(200);
    expect(
      (
        await post(
          service.base,
          '/api/v1/auth/password',
          { current_password: code, new_password: 'a password of my own' },
          first.json.access_token,
        )
      ).status,
    ).toBe(204);

    for (let i = 0; i < 6; i++) await signIn(service.base, login, 'not the password');
    expect((await signIn(service.base, login, 'a password of my own')).status).toBe(429);
    expect((await run(['user', 'unlock', login], home)).code).toBe(0);
    const again = await signIn(service.base, login, 'a password of my own');
    expect(again.status).toBe(200);

    const reset = await run(['user', 'reset', login], home);
    const me = await fetch(`${service.base}/api/v1/auth/me`, { headers: { authorization: `Bearer ${again.json.access_token}` } });
    expect(me.status).toBe(401);
    expect((await signIn(service.base, login, 'a password of my own')).status).toBe(401);
    expect((await signIn(service.base, login, /valid for 24 hours: (\S+)/.exec(reset.out)?.[1] ?? '')).status).toBe(200);
    expect((await run(['user', 'reset', 'nobody@nightingale.test'], home)).err).toContain('Nobody signs in as');
  });

  it('a password comes from standard input, and never from a flag', async () => {
    const made = await run(
      ['user', 'add', '--role', 'platform_admin', '--username', 'second', '--password-stdin'],
      home,
      {},
      'a long enough password\n',
    );
    expect(made.out).not.toContain('One-time code');
    expect((await signIn(service.base, 'second', 'a long enough password')).status).toBe(200);
  });

  it('doctor tells of the key sheet until somebody confirms it, and shows the key only when asked', async () => {
    const key = readFileSync(`${home}.key`, 'utf8').trim();
    const words = recoveryWords(Buffer.from(key, 'hex'));
    const sheet = await run(['doctor', '--key-sheet'], home);
    for (const [index, word] of words.entries()) expect(sheet.out).toMatch(new RegExp(`${index + 1} ${word}\\b`));
    expect((await run(['doctor', '--key-sheet', '--confirm'], home)).code).toBe(0);
    const bundle = join(root, 'bundle.json');
    const { out } = await run(['doctor', '--bundle', bundle], home, { SMTP_URL: 'smtp://clinic:secret@mail.test' });
    expect(out).toMatch(/^ok {4}key sheet +kept by somebody/m);
    expect(out).toMatch(/^ok {4}database .*in use, every page is right/m);
    const written = readFileSync(bundle, 'utf8');
    expect(JSON.parse(written).database.rows.hospitals).toBe(1);
    for (const secret of [key, words.slice(0, 2).join(' '), 'smtp://', 'secret@', ADMIN.email, 'Nightingale', 'Asha', 'asha@', home]) {
      expect(written).not.toContain(secret);
      if (secret !== home) expect(out).not.toContain(secret);
    }
  });

  it('the audit log is proved, and the first entry that was changed is named', async () => {
    const whole = await run(['audit', 'verify'], home);
    expect(whole.code).toBe(0);
    expect(whole.out).toMatch(/^whole {3}the box itself: \d+ entries[\s\S]*^whole {3}Nightingale: \d+ entries/m);
    const ring = openKeyRing({ given: undefined, keyFile: `${home}.key`, home }, { mayMake: false });
    const db = openConnection(layoutOf(home).database, ring.database);
    db.exec(`UPDATE audit_entries SET actor = 'somebody else' WHERE hospital_id <> 'platform' AND seq = 2`);
    db.close();
    const broken = await run(['audit', 'verify'], home);
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/^whole {3}the box itself[\s\S]*^BROKEN {2}Nightingale: at entry 2 \(\S+\): the entry was changed$/m);
  });

  it('kill -9 keeps nobody out: the next service starts on the same folder', async () => {
    service.child.kill('SIGKILL');
    await service.ended;
    service = await serve(home);
    expect((await signIn(service.base, ADMIN.email, ADMIN.password)).status).toBe(200);
    expect(service.said()).not.toContain('recovery sheet');
    service.child.kill('SIGTERM');
    await service.ended;
    expect(readdirSync(home).filter((name) => /-wal$|-shm$/.test(name))).toEqual([]);
  });
});
