import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelsCommand } from '../../src/cli/models.ts';
import { AppError } from '../../src/shared/errors.ts';
import { addModel } from '../../src/weights/add.ts';
import type { CatalogueEntry, WeightsSettings } from '../../src/weights/catalogue.ts';
import { loadInstalled } from '../../src/weights/installed.ts';
import { listModels, removeModel, verifyModels } from '../../src/weights/list.ts';
import { exportModels, importModels } from '../../src/weights/pack.ts';
import type { Progress } from '../../src/weights/progress.ts';
import { planPull, pullModel, pullModels } from '../../src/weights/pull.ts';
import { resolveModel } from '../../src/weights/resolve.ts';
import { selectModels } from '../../src/weights/select.ts';
import { unpackArchive } from '../../src/weights/unpack.ts';
import { gguf } from '../unit/weights/files.ts';
import { type Served, serveModels } from './models-server.ts';

const never = new AbortController().signal;
const quick = { stallMs: 400, attempts: 3, backoffMs: 10 };
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const hasBzip2 = spawnSync('bzip2', ['--version'], { input: '' }).error === undefined;
const weights = process.env.BEDSIDE_TEST_WEIGHTS ?? join(import.meta.dirname, '../../../shared/models');

let root: string;
let server: Awaited<ReturnType<typeof serveModels>>;
let settings: WeightsSettings;
const entries: CatalogueEntry[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bedside-models-test-'));
  server = await serveModels();
  entries.length = 0;
  settings = {
    modelsDir: join(root, 'box'),
    source: server.url,
    offline: false,
    profile: 'lite',
    projectModelsDir: join(root, 'release'),
    hub: server.url,
  };
});
afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

/** Puts a model into the test's catalogue and its files onto the server, each with its own fate. */
async function offer(
  id: string,
  files: Record<string, Buffer>,
  more: Partial<CatalogueEntry> = {},
  fate: Partial<Served> = {},
  pinned = true,
): Promise<CatalogueEntry> {
  const names = Object.keys(files);
  const entry: CatalogueEntry = {
    id,
    name: `The model ${id}`,
    purpose: 'embedder',
    languages: ['en'],
    engine: 'llama',
    files: names.map((name) => ({
      name,
      bytes: pinned ? (files[name]?.length ?? null) : null,
      sha256: pinned && files[name] ? sha(files[name]) : null,
      url: `${server.url}/hub/${id}/${name}`,
    })),
    roles: Object.fromEntries(names.map((name, index) => [`role${index}`, name])),
    licence: 'MIT',
    ram_bytes: 1e6,
    profiles: ['lite'],
    ...more,
  };
  entries.push(entry);
  for (const [name, bytes] of Object.entries(files)) server.files.set(`/${id}/${name}`, { bytes, ...fate });
  await mkdir(settings.projectModelsDir, { recursive: true });
  await writeFile(join(settings.projectModelsDir, 'catalogue.json'), JSON.stringify({ version: 1, models: entries }));
  return entry;
}

const stored = (...path: string[]) => readFile(join(settings.modelsDir, ...path));
const leftovers = async () =>
  existsSync(settings.modelsDir)
    ? (await readdir(settings.modelsDir, { recursive: true })).filter((name) => /\.part|\.lock$|\.tmp$|\.unpacking|\.old/.test(name))
    : [];
const failure = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
};
async function flip(path: string, at: number, bit = 0x20): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ bit;
  await writeFile(path, bytes);
}

/** A command as an operator types it. */
async function cli(words: string[], more: Partial<WeightsSettings> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  let code = 0;
  await modelsCommand(
    () => ({ ...settings, ...more }),
    { out: (line) => out.push(line), err: (line) => err.push(line) },
    (number) => {
      code = number;
    },
  ).parseAsync(words, { from: 'user' });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('pull from an address', () => {
  it('brings several models, gives each file its name, records them, and does nothing the second time', async () => {
    const big = randomBytes(3_000_000);
    await offer('one', { 'a.bin': big, 'deep/b.txt': Buffer.from('words\n') });
    await offer('two', { 'c.bin': randomBytes(500_000) });
    const told: Progress[] = [];
    const report = await pullModels(settings, ['one', 'two'], { signal: never, onProgress: (progress) => told.push(progress) });
    expect(report.failed).toEqual([]);
    expect(report.pulled.map((one) => [one.id, one.outcome])).toEqual([
      ['one', 'installed'],
      ['two', 'installed'],
    ]);
    expect(sha(await stored('one', 'a.bin'))).toBe(sha(big));
    expect((await stored('one', 'deep/b.txt')).toString()).toBe('words\n');
    expect(await leftovers()).toEqual([]);
    expect(told.at(-1)?.total).toBe(3_500_006);
    expect((await loadInstalled(settings.modelsDir)).one?.files.map((file) => file.vouched_by)).toEqual(['catalogue', 'catalogue']);

    const before = server.asked.length;
    const again = await pullModels(settings, ['one', 'two'], { signal: never });
    expect(again.pulled.map((one) => one.outcome)).toEqual(['already-there', 'already-there']);
    expect(server.asked.length).toBe(before);
    expect(await planPull(settings, ['one', 'two'], never)).toEqual({ ids: [], bytes: 0, unknown: 0 });
  });

  it('goes on with Range where the line was cut, and asks whether the file is still the same', async () => {
    const bytes = randomBytes(2_000_000);
    await offer('one', { 'a.bin': bytes }, {}, { cutAfter: 900_000, cuts: 2 });
    await pullModel(settings, 'one', { signal: never, patience: quick });
    expect(sha(await stored('one', 'a.bin'))).toBe(sha(bytes));
    expect(server.asked.length).toBe(3);
    for (const asked of server.asked.slice(1)) {
      expect(asked.range).toMatch(/^bytes=[1-9]\d*-$/);
      expect(asked.ifRange).toMatch(/^"[0-9a-f]{16}"$/);
      expect(asked.status).toBe(206);
    }
  });

  it('goes on after the process was killed in the middle', async () => {
    const bytes = randomBytes(2_000_000);
    const entry = await offer('one', { 'a.bin': bytes }, {}, { drip: 40_000 });
    const child = spawn(process.execPath, [join(import.meta.dirname, 'models-cli.ts'), JSON.stringify(settings), 'pull', 'one'], {
      stdio: 'ignore',
    });
    const part = join(settings.modelsDir, 'one', 'a.bin.part');
    await expect
      .poll(async () => (await stat(part).catch(() => undefined))?.size ?? 0, { timeout: 15_000, interval: 20 })
      .toBeGreaterThan(200_000);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(existsSync(join(settings.modelsDir, 'one', 'a.bin'))).toBe(false);
    expect((await listModels(settings))[0]?.installed).toBe(false);

    server.files.set('/one/a.bin', { bytes });
    await pullModel(settings, 'one', { signal: never });
    expect(sha(await stored('one', 'a.bin'))).toBe(entry.files[0]?.sha256);
    const last = server.asked.at(-1);
    expect(last?.status).toBe(206);
    expect(last?.sent).toBeLessThan(bytes.length - 200_000);
  });

  it('begins anew when the file on the server is another one by now', async () => {
    const old = randomBytes(1_000_000);
    const now = randomBytes(1_000_000);
    await offer('one', { 'a.bin': now });
    server.files.set('/one/a.bin', { bytes: old, stallAfter: 600_000 });
    await failure(pullModel(settings, 'one', { signal: never, patience: { ...quick, attempts: 1 } }));
    server.files.set('/one/a.bin', { bytes: now });
    await pullModel(settings, 'one', { signal: never, patience: quick });
    expect(sha(await stored('one', 'a.bin'))).toBe(sha(now));
  });

  it('begins anew when a piece from an earlier run turns out to be of another file', async () => {
    const bytes = randomBytes(1_000_000);
    await offer('one', { 'a.bin': bytes });
    await mkdir(join(settings.modelsDir, 'one'), { recursive: true });
    await writeFile(join(settings.modelsDir, 'one', 'a.bin.part'), randomBytes(300_000));
    await pullModel(settings, 'one', { signal: never, patience: quick });
    expect(sha(await stored('one', 'a.bin'))).toBe(sha(bytes));
    expect(server.asked.map((asked) => asked.range)).toEqual(['bytes=300000-', undefined]);
  });

  it('finishes a file that had come whole when the process ended, without asking for it again', async () => {
    const bytes = randomBytes(100_000);
    await offer('one', { 'a.bin': bytes });
    await mkdir(join(settings.modelsDir, 'one'), { recursive: true });
    await writeFile(join(settings.modelsDir, 'one', 'a.bin.part'), bytes);
    await pullModel(settings, 'one', { signal: never });
    expect(server.asked).toEqual([]);
    expect(sha(await stored('one', 'a.bin'))).toBe(sha(bytes));
  });

  it('refuses bytes whose SHA-256 is wrong, keeps nothing of them and goes on with the other models', async () => {
    const right = randomBytes(200_000);
    const wrong = Buffer.from(right);
    wrong[100_000] = (wrong[100_000] ?? 0) ^ 1;
    await offer('bad', { 'a.bin': right });
    await offer('short', { 's.bin': right });
    await offer('good', { 'g.bin': right });
    server.files.set('/bad/a.bin', { bytes: wrong });
    server.files.set('/short/s.bin', { bytes: right.subarray(0, 150_000) });
    const report = await pullModels(settings, ['bad', 'short', 'good'], { signal: never, patience: quick });
    expect(report.pulled.map((one) => one.id)).toEqual(['good']);
    const sentences = Object.fromEntries(report.failed.map(({ id, error }) => [id, error.message]));
    expect(sentences.bad).toContain('a.bin');
    expect(sentences.bad).toContain('SHA-256');
    expect(sentences.short).toContain('150000 bytes instead of 200000');
    expect((await readdir(join(settings.modelsDir, 'bad'))).length).toBe(0);
    expect(Object.keys(await loadInstalled(settings.modelsDir))).toEqual(['good']);
  });

  it('finds a model of one file without a folder, and of several only in their folder', async () => {
    const bytes = randomBytes(10_000);
    await offer('one', { 'a.bin': bytes });
    await offer('two', { 'x.bin': bytes, 'y.bin': bytes });
    server.files.clear();
    for (const name of ['a.bin', 'x.bin', 'y.bin']) server.files.set(`/${name}`, { bytes });
    const report = await pullModels(settings, ['one', 'two'], { signal: never });
    expect(report.pulled.map((one) => one.id)).toEqual(['one']);
    expect(report.failed[0]?.error).toMatchObject({ code: 'not-found' });
  });

  it('tries again when the server is busy for a moment, and not when it says no', async () => {
    await offer('one', { 'a.bin': randomBytes(10_000) }, {}, { fails: { status: 503, times: 2 } });
    await offer('two', { 'b.bin': randomBytes(10_000) }, {}, { fails: { status: 403, times: 9 } });
    const report = await pullModels(settings, ['one', 'two'], { signal: never, patience: quick });
    expect(report.pulled.map((one) => one.id)).toEqual(['one']);
    expect(report.failed[0]?.error.message).toContain('HTTP 403');
    expect(server.asked.filter((asked) => asked.path === '/two/b.bin').length).toBe(1);
  });

  it('gives up on a source that stalls, and does not make every other file wait for it in turn', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])
      await offer(id, { [`${id}.bin`]: randomBytes(300_000) }, {}, { stallAfter: 30_000 });
    const report = await pullModels(
      settings,
      entries.map((entry) => entry.id),
      { signal: never, patience: quick },
    );
    expect(report.failed.length).toBe(8);
    expect(report.failed[0]?.error).toMatchObject({ code: 'timed-out' });
    // Three at a time; when the first gives up, nobody asks for the others.
    expect(new Set(server.asked.map((asked) => asked.path)).size).toBe(3);
  });

  it('says in a sentence that nobody answers', async () => {
    await offer('one', { 'a.bin': randomBytes(10) });
    await server.close();
    const error = await failure(pullModel(settings, 'one', { signal: never, patience: quick }));
    expect(error.message).toMatch(/cannot be reached.*refuses the connection/);
    expect(error.message).not.toContain('    at ');
    server = await serveModels();
  });

  it('stops when it is told to, and keeps what has come', async () => {
    await offer('one', { 'a.bin': randomBytes(2_000_000) }, {}, { drip: 40_000 });
    const stop = new AbortController();
    const error = await failure(
      pullModel(settings, 'one', { signal: stop.signal, onProgress: ({ done }) => done > 200_000 && stop.abort() }),
    );
    expect(error.code).toBe('cancelled');
    expect((await stat(join(settings.modelsDir, 'one', 'a.bin.part'))).size).toBeGreaterThan(200_000);
    expect(existsSync(join(settings.modelsDir, '.locks', 'one'))).toBe(false);
  });

  it('asks for nothing when the disk is too small', async () => {
    await offer('one', { 'a.bin': randomBytes(1_000_000) });
    const error = await failure(pullModel(settings, 'one', { signal: never, freeBytes: async () => 2_000_000 }));
    expect(error).toMatchObject({ code: 'unavailable', details: { reason: 'STORAGE_FULL' } });
    expect(error.message).toContain('2.0 MB are free');
    expect(server.asked).toEqual([]);
  });

  it('tries no connection when the box is offline, and says what to do', async () => {
    await offer('one', { 'a.bin': randomBytes(10) });
    for (const source of [server.url, undefined]) {
      const error = await failure(pullModel({ ...settings, source, offline: true }, 'one', { signal: never }));
      expect(error.message).toMatch(/BEDSIDE_OFFLINE=1.*models export/);
    }
    expect(server.asked).toEqual([]);
  });

  it('is refused while another process pulls the same model, and not because of one that died', async () => {
    await offer('one', { 'a.bin': randomBytes(10) });
    const lock = join(settings.modelsDir, '.locks', 'one');
    await mkdir(join(settings.modelsDir, '.locks'), { recursive: true });
    const { hostname } = await import('node:os');
    await writeFile(lock, JSON.stringify({ pid: process.ppid, host: hostname(), token: 'x' }));
    expect(await failure(pullModel(settings, 'one', { signal: never }))).toMatchObject({ code: 'conflict' });
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await writeFile(lock, JSON.stringify({ pid: dead, host: hostname(), token: 'x' }));
    expect((await pullModel(settings, 'one', { signal: never })).outcome).toBe('installed');
  });

  it('mends a model of which one file was altered, and leaves the others alone', async () => {
    await offer('one', { 'a.bin': randomBytes(10_000), 'b.bin': randomBytes(10_000) });
    await pullModel(settings, 'one', { signal: never });
    await flip(join(settings.modelsDir, 'one', 'b.bin'), 5_000);
    server.asked.length = 0;
    expect((await pullModel(settings, 'one', { signal: never })).outcome).toBe('installed');
    expect(server.asked.map((asked) => asked.path)).toEqual(['/one/b.bin']);
    await resolveModel(settings, 'one', never);
  });
});

describe('a file whose SHA-256 the catalogue does not know', () => {
  const text = Buffer.from('{"a":1}');

  it('is fixed by what the hub names on its own answer, not by the ETag of the store behind it', async () => {
    await offer('one', { 'a.json': text }, {}, {}, false);
    const misleading = sha(Buffer.from('something else'));
    server.files.set('/one/a.json', {
      bytes: text,
      redirect: { to: '/store/xyz', headers: { 'x-linked-etag': `"${sha(text)}"`, 'x-linked-size': `${text.length}` } },
    });
    server.files.set('/store/xyz', { bytes: text, etag: `"${misleading}"` });
    const pulled = await pullModel(settings, 'one', { signal: never });
    expect(pulled.fixed).toEqual([{ name: 'a.json', bytes: text.length, sha256: sha(text), vouched_by: 'hub' }]);
    expect((await listModels(settings))[0]?.files).toEqual([{ name: 'a.json', bytes: text.length, sha256: sha(text) }]);
  });

  it('is refused when it is not what the hub named', async () => {
    await offer('one', { 'a.json': text }, {}, {}, false);
    server.files.set('/one/a.json', { bytes: text, redirect: { to: '/store/xyz', headers: { 'x-linked-etag': `"${'0'.repeat(64)}"` } } });
    server.files.set('/store/xyz', { bytes: text });
    expect((await failure(pullModel(settings, 'one', { signal: never, patience: quick }))).message).toContain('a.json');
    expect(existsSync(join(settings.modelsDir, 'one', 'a.json'))).toBe(false);
  });

  it('is fixed by the first download where nobody names it, and held to that from then on', async () => {
    await offer('one', { 'a.json': text }, {}, {}, false);
    const said = await cli(['pull', 'one']);
    expect(said.out).toContain(`SHA-256 ${sha(text)}, fixed by this first download`);
    expect((await pullModel(settings, 'one', { signal: never })).outcome).toBe('already-there');
    await flip(join(settings.modelsDir, 'one', 'a.json'), 2, 1);
    expect((await failure(resolveModel(settings, 'one', never))).message).toContain('a.json');
  });

  it('is not taken from a line that asks for a log-in first', async () => {
    await offer('one', { 'a.onnx': randomBytes(10) }, {}, {}, false);
    server.files.set('/one/a.onnx', { bytes: Buffer.from('<!doctype html><h1>Hospital WiFi</h1>'), type: 'text/html' });
    expect((await failure(pullModel(settings, 'one', { signal: never }))).message).toMatch(/web page.*log-in/);
    expect(await readdir(join(settings.modelsDir, 'one'))).toEqual([]);
  });

  it('is refused before it comes when the hub names another SHA-256 than the catalogue pins', async () => {
    await offer('one', { 'a.json': text });
    server.files.set('/one/a.json', { bytes: text, redirect: { to: '/store/xyz', headers: { 'x-linked-etag': `"${'1'.repeat(64)}"` } } });
    server.files.set('/store/xyz', { bytes: text });
    expect((await failure(pullModel(settings, 'one', { signal: never, patience: quick }))).message).toContain('another file');
  });

  it('does not follow a redirect away from http', async () => {
    await offer('one', { 'a.json': text });
    server.files.set('/one/a.json', { bytes: text, redirect: { to: 'file:///etc/passwd' } });
    expect((await failure(pullModel(settings, 'one', { signal: never, patience: quick }))).message).toContain('not safe to follow');
  });
});

describe('pull from a folder', () => {
  it('copies, works with the network off, and says which file is missing or wrong', async () => {
    const bytes = randomBytes(100_000);
    const stick = join(root, 'stick');
    await offer('one', { 'a.bin': bytes, 'b.bin': bytes });
    await offer('two', { 'c.bin': bytes });
    await offer('three', { 'd.bin': bytes, 'e.bin': bytes });
    await mkdir(join(stick, 'one'), { recursive: true });
    await mkdir(join(stick, 'three'), { recursive: true });
    for (const path of ['one/a.bin', 'one/b.bin', 'c.bin', 'three/d.bin']) await writeFile(join(stick, path), bytes);
    const offline = { ...settings, source: stick, offline: true };
    const report = await pullModels(offline, ['one', 'two', 'three'], { signal: never });
    expect(report.pulled.map((one) => one.id)).toEqual(['one', 'two']);
    expect(report.failed.map(({ error }) => error.message)[0]).toContain('e.bin is missing');
    expect(server.asked).toEqual([]);

    await rm(settings.modelsDir, { recursive: true });
    await flip(join(stick, 'one', 'b.bin'), 50_000);
    const error = await failure(pullModel(offline, 'one', { signal: never }));
    expect(error.message).toContain('b.bin');
    expect(existsSync(join(settings.modelsDir, 'one', 'b.bin'))).toBe(false);
    expect((await failure(pullModel({ ...offline, source: join(root, 'unplugged') }, 'one', { signal: never }))).message).toMatch(
      /stick plugged in/,
    );
  });

  it('skips in a set the demonstrations that it has not got, leaves those of the release where they are, and fails for the rest', async () => {
    const bytes = randomBytes(10);
    await offer('real', { 'a.bin': bytes });
    await offer('toy', { 'b.bin': bytes }, { demonstration: true });
    await offer('lost', { 'c.bin': bytes });
    await offer('own', { 'd.bin': bytes }, { demonstration: true });
    await mkdir(join(settings.projectModelsDir, 'demo', 'own'), { recursive: true });
    await writeFile(join(settings.projectModelsDir, 'demo', 'own', 'd.bin'), bytes);
    await mkdir(join(root, 'stick', 'real'), { recursive: true });
    await writeFile(join(root, 'stick', 'real', 'a.bin'), bytes);
    const report = await pullModels({ ...settings, source: join(root, 'stick') }, ['real', 'toy', 'lost', 'own'], {
      signal: never,
      asSet: true,
    });
    expect(report.pulled.map((one) => [one.id, one.outcome])).toEqual([
      ['real', 'installed'],
      ['own', 'already-there'],
    ]);
    expect([report.skipped[0]?.id, report.failed[0]?.id]).toEqual(['toy', 'lost']);
  });
});

describe('archives', () => {
  const block = (path: string, body: Buffer, more: { type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link'; linkpath?: string } = {}) => {
    const header = new Header({
      path,
      mode: 0o644,
      size: body.length,
      type: more.type ?? 'File',
      mtime: new Date(0),
      ...(more.linkpath ? { linkpath: more.linkpath } : {}),
    });
    const head = Buffer.alloc(512);
    header.encode(head, 0);
    return Buffer.concat([head, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
  };
  const tar = (...blocks: Buffer[]) => Buffer.concat([...blocks, Buffer.alloc(1024)]);
  const voice = tar(
    block('voice/', Buffer.alloc(0), { type: 'Directory' }),
    block('voice/model.onnx', Buffer.concat([Buffer.from([8, 7, 18]), Buffer.alloc(50_000, 3)])),
    block('voice/tokens.txt', Buffer.from('a 1\n')),
    block('voice/espeak-ng-data/phontab', Buffer.alloc(700, 1)),
  );
  const voiceEntry = {
    purpose: 'text-to-speech',
    engine: 'sherpa',
    roles: { model: 'model.onnx', tokens: 'tokens.txt', dataDir: 'espeak-ng-data' },
  } as const;
  const archived = async (name: string, bytes: Buffer) => {
    const file = { name, bytes: bytes.length, sha256: sha(bytes), url: `${server.url}/x`, unpack: true as const };
    return offer('voice', { [name]: bytes }, { ...voiceEntry, files: [file] });
  };

  it.runIf(hasBzip2)('are unpacked (.tar.bz2), each file held to what was unpacked, the archive not kept', async () => {
    await archived('voice.tar.bz2', spawnSync('bzip2', ['-c'], { input: voice }).stdout);
    await pullModel(settings, 'voice', { signal: never });
    const model = await resolveModel(settings, 'voice', never);
    expect(model.paths).toEqual(
      Object.fromEntries(Object.entries(voiceEntry.roles).map(([role, path]) => [role, join(settings.modelsDir, 'voice', path)])),
    );
    expect(await readdir(join(settings.modelsDir, '.downloads'))).toEqual([]);
    expect((await pullModel(settings, 'voice', { signal: never })).outcome).toBe('already-there');
    await flip(join(settings.modelsDir, 'voice', 'espeak-ng-data', 'phontab'), 10);
    expect((await failure(resolveModel(settings, 'voice', never))).message).toContain('espeak-ng-data/phontab');
    expect((await pullModel(settings, 'voice', { signal: never })).outcome).toBe('installed');
    await resolveModel(settings, 'voice', never);
  });

  it('are unpacked (.tar.gz), and travel by export and import', async () => {
    await archived('voice.tar.gz', gzipSync(voice));
    await pullModel(settings, 'voice', { signal: never });
    const stick = join(root, 'stick');
    await exportModels(settings, stick, [], { signal: never });
    const other = { ...settings, modelsDir: join(root, 'other'), source: undefined, offline: true };
    await importModels(other, stick, { signal: never });
    expect((await resolveModel(other, 'voice', never)).paths.dataDir).toBe(join(other.modelsDir, 'voice', 'espeak-ng-data'));
    // The stick as a source: usable where it lies, and to pull from.
    const third = { ...settings, modelsDir: join(root, 'third'), source: stick, offline: true };
    expect((await resolveModel(third, 'voice', never)).where).toBe('source');
    expect((await pullModel(third, 'voice', { signal: never })).outcome).toBe('installed');
  });

  it('that lack what the model needs are refused whole', async () => {
    await archived(
      'voice.tar.gz',
      gzipSync(tar(block('voice/model.onnx', Buffer.from([8, 7])), block('voice/espeak-ng-data/x', Buffer.from('x')))),
    );
    expect((await failure(pullModel(settings, 'voice', { signal: never }))).message).toContain('lacks tokens.txt');
    expect(existsSync(join(settings.modelsDir, 'voice'))).toBe(false);
  });

  const evil: [string, Buffer, RegExp][] = [
    [
      'a symbolic link',
      tar(block('v/link', Buffer.alloc(0), { type: 'SymbolicLink', linkpath: '/etc' }), block('v/link/passwd', Buffer.from('x'))),
      /link or a device/,
    ],
    [
      'a hard link',
      tar(block('v/a', Buffer.from('x')), block('v/b', Buffer.alloc(0), { type: 'Link', linkpath: '/etc/passwd' })),
      /link or a device/,
    ],
    ['a path that climbs', tar(block('v/../../escaped', Buffer.from('x'))), /not safe/],
    ['an absolute path', tar(block('/tmp/bedside-escaped', Buffer.from('x'))), /not safe/],
    ['a file twice', tar(block('v/a', Buffer.from('x')), block('v/a', Buffer.from('y'))), /twice/],
    ['too many entries', tar(...Array.from({ length: 60 }, (_, i) => block(`v/${i}`, Buffer.from('x')))), /more than 50 entries/],
    ['too much', tar(block('v/a', Buffer.alloc(2_000_000))), /more than 1000000 bytes/],
    ['nothing', tar(), /empty|damaged/],
    ['no tar', randomBytes(4_000), /damaged|empty/],
  ];
  it.each(evil)('with %s are refused, and nothing is written outside', async (_, bytes, sentence) => {
    const archive = join(root, 'evil.tar.gz');
    const into = join(root, 'into');
    await mkdir(into);
    await writeFile(archive, gzipSync(bytes));
    const error = await failure(unpackArchive({ archive, into, limits: { entries: 50, bytes: 1_000_000 } }, never));
    expect(error.message).toMatch(sentence);
    expect(error.message).toContain('evil.tar.gz');
    expect(existsSync(join(root, 'escaped')) || existsSync('/tmp/bedside-escaped')).toBe(false);
  });

  it('that are cut short are refused', async () => {
    const archive = join(root, 'cut.tar.gz');
    const whole = gzipSync(tar(block('v/a', randomBytes(100_000)), block('v/b', randomBytes(100_000))));
    await mkdir(join(root, 'into'));
    await writeFile(archive, whole.subarray(0, whole.length / 2));
    expect(
      (await failure(unpackArchive({ archive, into: join(root, 'into'), limits: { entries: 50, bytes: 1e6 } }, never))).message,
    ).toContain('damaged');
  });
});

describe('add', () => {
  // The hub goes by another name than the host of a plain file.
  const plainHost = () => server.url.replace('127.0.0.1', 'localhost');
  const chat = gguf({
    'general.architecture': 'llama',
    'general.name': 'Hindi chat',
    'general.license': 'apache-2.0',
    'llama.context_length': 4096,
  });
  beforeEach(() => offer('known', { 'a.bin': randomBytes(10) }));

  it('brings a file by its address, finds out what it is, and prefers it from then on', async () => {
    server.files.set('/files/hindi-chat.gguf', { bytes: chat });
    const { entry } = await addModel(settings, `${plainHost()}/files/hindi-chat.gguf`, { languages: ['hi'] }, { signal: never });
    expect(entry).toMatchObject({
      id: 'hindi-chat',
      purpose: 'language-model',
      engine: 'llama',
      languages: ['hi'],
      licence: 'apache-2.0',
      settings: { contextTokens: 4096 },
      files: [{ sha256: sha(chat), bytes: chat.length }],
    });
    expect((await resolveModel(settings, 'hindi-chat', never)).paths.model).toBe(join(settings.modelsDir, 'hindi-chat', 'hindi-chat.gguf'));
    expect((await listModels(settings)).at(-1)).toMatchObject({ id: 'hindi-chat', added: true, installed: true });
    expect(await removeModel(settings, 'hindi-chat', never)).toBe(chat.length);
    expect((await listModels(settings)).map((one) => one.id)).toEqual(['known']);
  });

  it('asks for the languages before gigabytes come', async () => {
    server.files.set('/files/chat.gguf', { bytes: chat });
    expect((await failure(addModel(settings, `${plainHost()}/files/chat.gguf`, {}, { signal: never }))).message).toContain('--languages');
    expect(server.asked).toEqual([]);
  });

  it('reads a repository of the hub: which file, its SHA-256, licence and languages', async () => {
    const listing = {
      siblings: [
        { rfilename: 'README.md', size: 3 },
        { rfilename: 'm-Q8_0.gguf', lfs: { sha256: sha(randomBytes(3)), size: 9 } },
        { rfilename: 'm-Q4_K_M.gguf', lfs: { sha256: sha(chat), size: chat.length } },
      ],
      cardData: { license: 'mit', language: ['hi', 'en'] },
    };
    server.files.set('/api/models/maker/model/revision/main', { bytes: Buffer.from(JSON.stringify(listing)), type: 'application/json' });
    server.files.set('/maker/model/resolve/main/m-Q4_K_M.gguf', { bytes: chat });
    const { entry, files } = await addModel(settings, 'maker/model', {}, { signal: never });
    expect(entry).toMatchObject({ id: 'm-Q4_K_M', languages: ['hi', 'en'], licence: 'mit' });
    expect(files[0]?.vouched_by).toBe('hub');
  });

  it('takes what the hub lists as the truth: other bytes are refused', async () => {
    const listing = {
      siblings: [{ rfilename: 'm.gguf', lfs: { sha256: sha(randomBytes(3)), size: chat.length } }],
      cardData: { language: 'hi' },
    };
    server.files.set('/api/models/maker/model/revision/main', { bytes: Buffer.from(JSON.stringify(listing)) });
    server.files.set('/maker/model/resolve/main/m.gguf', { bytes: chat });
    expect((await failure(addModel(settings, 'maker/model', {}, { signal: never, patience: quick }))).message).toContain('SHA-256');
    expect((await listModels(settings)).map((one) => one.id)).toEqual(['known']);
  });

  it('refuses what no engine here runs, a taken id, a wrong SHA-256, and everything when offline', async () => {
    server.files.set('/files/strange.dat', { bytes: randomBytes(2_000) });
    server.files.set('/files/chat.gguf', { bytes: chat });
    const add = (name: string, facts: Parameters<typeof addModel>[2], more = settings) =>
      failure(addModel(more, `${plainHost()}/files/${name}`, { languages: ['hi'], ...facts }, { signal: never, patience: quick }));
    expect((await add('strange.dat', {})).message).toContain('cannot run');
    expect((await add('chat.gguf', { id: 'known' })).code).toBe('conflict');
    expect((await add('chat.gguf', { sha256: '0'.repeat(64) })).message).toContain('SHA-256');
    const before = server.asked.length;
    expect((await add('chat.gguf', {}, { ...settings, offline: true })).message).toContain('BEDSIDE_OFFLINE');
    expect(server.asked.length).toBe(before);
    expect((await listModels(settings)).map((one) => one.id)).toEqual(['known']);
  });

  it('takes a file of this machine, offline too, and carries it to another box by stick', async () => {
    const file = join(root, 'fine-tune.gguf');
    await writeFile(file, chat);
    await addModel({ ...settings, offline: true }, file, { languages: ['hi'], licence: 'ours' }, { signal: never });
    await exportModels(settings, join(root, 'stick'), [], { signal: never });
    expect(await readFile(join(root, 'stick', 'LICENCES.txt'), 'utf8')).toContain('ours');
    const other = { ...settings, modelsDir: join(root, 'other'), offline: true, source: undefined };
    await importModels(other, join(root, 'stick'), { signal: never });
    expect(await resolveModel(other, 'fine-tune', never)).toMatchObject({ demonstration: false, entry: { languages: ['hi'] } });
  });
});

describe('a stick', () => {
  const stick = () => join(root, 'stick');
  const other = () => ({ ...settings, modelsDir: join(root, 'other'), source: undefined, offline: true });
  let a: Buffer;
  beforeEach(async () => {
    a = randomBytes(400_000);
    await offer('one', { 'a.bin': a, 'b.bin': randomBytes(400_000) });
    await offer('two', { 'c.bin': randomBytes(100_000) });
    await pullModels(settings, ['one', 'two'], { signal: never });
    await exportModels(settings, stick(), [], { signal: never });
  });

  it('is refused with two files swapped, one altered, one cut, one lost, naming the file', async () => {
    const harms: [string, () => Promise<void>, RegExp][] = [
      [
        'swapped',
        async () => {
          const b = await readFile(join(stick(), 'one', 'b.bin'));
          await writeFile(join(stick(), 'one', 'a.bin'), b);
          await writeFile(join(stick(), 'one', 'b.bin'), a);
        },
        /[ab]\.bin/,
      ],
      ['altered', () => flip(join(stick(), 'two', 'c.bin'), 99_999), /c\.bin/],
      ['cut', () => truncate(join(stick(), 'two', 'c.bin'), 99_000), /c\.bin.*cut short/],
      ['lost', () => rm(join(stick(), 'two', 'c.bin')), /c\.bin.*missing/],
    ];
    const whole = join(root, 'whole');
    await cp(stick(), whole, { recursive: true });
    for (const [name, harm, sentence] of harms) {
      await rm(stick(), { recursive: true });
      await cp(whole, stick(), { recursive: true });
      await harm();
      expect(
        (await failure(importModels({ ...other(), modelsDir: join(root, `box-${name}`) }, stick(), { signal: never }))).message,
      ).toMatch(sentence);
    }
  });

  it('is refused when its manifest was changed to match an altered file that the catalogue pins', async () => {
    await flip(join(stick(), 'two', 'c.bin'), 7);
    const file = join(stick(), 'manifest.json');
    const changed = (await readFile(file, 'utf8')).replace(
      entries[1]?.files[0]?.sha256 ?? '',
      sha(await readFile(join(stick(), 'two', 'c.bin'))),
    );
    await writeFile(file, changed);
    expect((await failure(importModels(other(), stick(), { signal: never }))).message).toContain('c.bin');
  });

  it('cannot make the box write or read elsewhere', async () => {
    const file = join(stick(), 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8'));
    for (const name of ['../../escaped', '/tmp/escaped', 'a/../../b']) {
      manifest.models[0].files[0].name = name;
      await writeFile(file, JSON.stringify(manifest));
      expect((await failure(importModels(other(), stick(), { signal: never }))).message).toContain('manifest');
    }
  });

  it('goes on with a copy that was broken off', async () => {
    await mkdir(join(root, 'other', 'one'), { recursive: true });
    await writeFile(join(root, 'other', 'one', 'a.bin.part'), a.subarray(0, 300_000));
    await mkdir(join(root, 'other', 'two'), { recursive: true });
    await writeFile(join(root, 'other', 'two', 'c.bin.part'), randomBytes(50_000));
    await importModels(other(), stick(), { signal: never });
    expect(sha(await readFile(join(root, 'other', 'one', 'a.bin')))).toBe(sha(a));
    expect((await importModels(other(), stick(), { signal: never })).map((one) => one.copied)).toEqual([false, false]);
    for await (const one of verifyModels(other(), [], never)) expect(one.fault).toBeUndefined();
  });

  it('is not written when the box itself holds a damaged file', async () => {
    await flip(join(settings.modelsDir, 'two', 'c.bin'), 3);
    expect((await failure(exportModels(settings, join(root, 'another'), [], { signal: never }))).message).toContain('c.bin');
    expect(existsSync(join(root, 'another', 'manifest.json'))).toBe(false);
  });

  it('without a manifest gives what the catalogue can vouch for', async () => {
    await rm(join(stick(), 'manifest.json'));
    expect((await importModels(other(), stick(), { signal: never })).map((one) => one.id)).toEqual(['one', 'two']);
    expect((await failure(importModels(other(), root, { signal: never }))).code).toBe('not-found');
  });
});

describe('before native code reads a file', () => {
  it.skipIf(!existsSync(join(weights, 'zipformer-en-3.3M')))(
    'any byte flipped, a cut and a swap are refused (skipped where no test weights are)',
    { timeout: 60_000 },
    async () => {
      const source = join(root, 'source');
      for (const id of ['zipformer-en-3.3M', 'silero-vad']) await cp(join(weights, id), join(source, id), { recursive: true });
      const used: WeightsSettings = {
        ...settings,
        projectModelsDir: join(import.meta.dirname, '../../models'),
        source,
        offline: true,
        profile: 'demo',
      };
      const { files } = await resolveModel(used, 'zipformer-en-3.3M', never);
      expect(existsSync(join(used.modelsDir, 'zipformer-en-3.3M'))).toBe(false);

      // Each file in 20 regions, a random byte and a random bit of each: over a hundred flips, and the small files more densely.
      let flips = 0;
      for (const { path, name, bytes } of files) {
        const size = bytes ?? 0;
        const regions = size > 1_000_000 ? 40 : 30;
        for (let region = 0; region < regions; region++) {
          const at = Math.min(size - 1, Math.floor(((region + Math.random()) * size) / regions));
          const bit = 1 << Math.floor(Math.random() * 8);
          const before = await stat(path);
          await flip(path, at, bit);
          // A program that sets the times back does not hide it.
          await utimes(path, before.atime, before.mtime);
          const error = await failure(resolveModel(used, 'zipformer-en-3.3M', never));
          expect(error, `${name} at ${at}`).toMatchObject({
            code: 'unavailable',
            details: {
              reason: 'ENGINE_UNAVAILABLE',
              context: { purpose: 'live-speech-to-text', file: name, fix: 'bedside models pull zipformer-en-3.3M' },
            },
          });
          await flip(path, at, bit);
          flips++;
        }
      }
      expect(flips).toBeGreaterThanOrEqual(200);
      await resolveModel(used, 'zipformer-en-3.3M', never);

      const [encoder, decoder] = [
        join(source, 'zipformer-en-3.3M', 'encoder.int8.onnx'),
        join(source, 'zipformer-en-3.3M', 'decoder.onnx'),
      ];
      const [first, second] = [await readFile(encoder), await readFile(decoder)];
      await writeFile(encoder, second);
      await writeFile(decoder, first);
      expect((await failure(resolveModel(used, 'zipformer-en-3.3M', never))).code).toBe('unavailable');
      await writeFile(encoder, first.subarray(0, first.length - 1));
      await writeFile(decoder, second);
      expect((await failure(resolveModel(used, 'zipformer-en-3.3M', never))).code).toBe('unavailable');
      await writeFile(encoder, Buffer.concat([first, Buffer.from('x')]));
      expect((await failure(resolveModel(used, 'zipformer-en-3.3M', never))).code).toBe('unavailable');
      await writeFile(encoder, first);
      await resolveModel(used, 'zipformer-en-3.3M', never);
    },
  );

  it('a start chooses the next best model in place of a damaged one, and names the damage', async () => {
    await offer('best', { 'a.bin': randomBytes(5_000) }, { preference: 9 });
    await offer('second', { 'b.bin': randomBytes(5_000) }, { preference: 1 });
    await pullModels(settings, ['best', 'second'], { signal: never });
    const wish = { hardware: { ramBytes: 8e9, cores: 4, gpu: null }, languages: ['en'] };
    expect((await selectModels(settings, wish, never)).ready.map(({ model }) => model.id)).toEqual(['best']);
    await flip(join(settings.modelsDir, 'best', 'a.bin'), 2_500);
    const selection = await selectModels(settings, wish, never);
    expect(selection.ready.map(({ model }) => model.id)).toEqual(['second']);
    expect(selection.refused.map(({ id, error }) => [id, error.message.includes('a.bin')])).toEqual([['best', true]]);
    await rm(join(settings.modelsDir, 'second', 'b.bin'));
    const bare = await selectModels(settings, wish, never);
    expect(bare.ready).toEqual([]);
    expect(bare.refused.map(({ id }) => id).sort()).toEqual(['best', 'second']);
    expect(bare.missing.map((one) => one.purpose)).toContain('embedder');
  });

  it('hashing leaves the event loop to others, and is not repeated for a file that has not changed', async () => {
    await offer('big', { 'a.bin': randomBytes(48_000_000) });
    await pullModel(settings, 'big', { signal: never });
    await rm(join(settings.modelsDir, 'checked.json'), { force: true });
    let turns = 0;
    let counting = true;
    const count = () => {
      turns++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    await resolveModel(settings, 'big', never);
    counting = false;
    expect(turns).toBeGreaterThan(100);
    const seen = JSON.parse((await stored('checked.json')).toString());
    expect(Object.keys(seen.files)).toEqual([join(settings.modelsDir, 'big', 'a.bin')]);
    const at = seen.files[join(settings.modelsDir, 'big', 'a.bin')].at;
    await resolveModel(settings, 'big', never);
    expect(JSON.parse((await stored('checked.json')).toString()).files[join(settings.modelsDir, 'big', 'a.bin')].at).toBe(at);
  });

  it('follows a link in a folder source, as a share may have them, and still checks what it leads to', async () => {
    const bytes = randomBytes(1_000);
    await offer('one', { 'a.bin': bytes });
    await mkdir(join(root, 'share', 'one'), { recursive: true });
    await writeFile(join(root, 'blob'), bytes);
    await symlink(join(root, 'blob'), join(root, 'share', 'one', 'a.bin'));
    const used = { ...settings, source: join(root, 'share') };
    expect((await resolveModel(used, 'one', never)).where).toBe('source');
    await flip(join(root, 'blob'), 5);
    await failure(resolveModel(used, 'one', never));
  });
});

describe('the commands', () => {
  it('list, verify and rm say what is there, what is wrong and what became free', async () => {
    await offer('one', { 'a.bin': randomBytes(200_000) });
    await offer('toy', { 'b.bin': randomBytes(1_000) }, { demonstration: true });
    expect((await cli(['verify'])).out).toContain('no models are on this box');
    expect(await cli(['pull'])).toMatchObject({ code: 0, out: 'installed one, 200 kB\ninstalled toy, 1.0 kB' });
    const list = (await cli(['list'])).out.split('\n');
    expect(list[0]).toMatch(/^id +purpose +languages +size +on this box +sets$/);
    expect(list[1]).toMatch(/^one +embedder +en +200 kB +installed +lite$/);
    expect(list[2]).toContain('toy (demonstration)');
    expect(JSON.parse((await cli(['list', '--json'])).out)).toHaveLength(2);
    expect(await cli(['verify'])).toMatchObject({ code: 0, out: '2 models, 2 files, 201 kB: every byte is right' });
    await flip(join(settings.modelsDir, 'one', 'a.bin'), 4_321);
    const bad = await cli(['verify']);
    expect(bad.code).toBe(1);
    expect(bad.err).toContain(join(settings.modelsDir, 'one', 'a.bin'));
    expect(bad.err).toContain('`bedside models pull one`');
    await truncate(join(settings.modelsDir, 'one', 'a.bin'), 100);
    expect((await cli(['list'])).out).toContain('DAMAGED: a.bin has 100 bytes instead of 200000');
    expect((await cli(['verify', 'toy'])).code).toBe(0);
    expect((await cli(['rm', 'one'])).out).toBe('removed one, 200 kB freed');
    await expect(access(join(settings.modelsDir, 'one'))).rejects.toThrow();
    expect(await cli(['rm', 'one'])).toMatchObject({ code: 1, err: 'The model one is not installed.' });
    expect((await cli(['pull', 'nobody'])).err).toContain('No model is called nobody');
  });

  it('verify looks at files that are used where they lie', async () => {
    const bytes = randomBytes(1_000);
    await offer('one', { 'a.bin': bytes });
    await mkdir(join(root, 'share', 'one'), { recursive: true });
    await writeFile(join(root, 'share', 'one', 'a.bin'), bytes);
    const source = join(root, 'share');
    expect((await cli(['verify'], { source })).out).toContain('1 model, 1 file');
    await flip(join(root, 'share', 'one', 'a.bin'), 500);
    const bad = await cli(['verify'], { source });
    expect([bad.code, bad.err.includes('a.bin')]).toEqual([1, true]);
    expect((await cli(['rm', 'one'], { source })).err).toContain('used where it lies');
  });

  it('pull shows progress in place for somebody who looks, and is quiet otherwise', async () => {
    await offer('one', { 'a.bin': randomBytes(600_000) }, {}, { drip: 60_000 });
    const lines: string[] = [];
    const out: string[] = [];
    await modelsCommand(() => settings, { out: (line) => out.push(line), err: () => {}, passing: (line) => lines.push(line) }).parseAsync(
      ['pull', 'one'],
      { from: 'user' },
    );
    expect(lines.some((line) => /^fetching one\/a\.bin: .+ of 600 kB, .+\/s, .+ left$/.test(line))).toBe(true);
    expect(out).toEqual(['installed one, 600 kB']);
  });

  it('pull shows the terms that must be accepted', async () => {
    await offer('one', { 'a.bin': randomBytes(10) }, { licence_note: 'Read the terms first.' });
    expect((await cli(['pull', 'one'])).out).toContain('one: Read the terms first.');
  });
});
