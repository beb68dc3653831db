import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const instructions = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\s*\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line !== '');
const ofKind = (kind: string) => instructions.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));

describe('the image', () => {
  it('copies only what the repository has, or what an earlier stage makes', () => {
    const copies = ofKind('COPY').map((line) => line.split(/\s+/));
    expect(copies.length).toBeGreaterThan(4);
    const fromRepository = copies.filter((words) => !words[0]?.startsWith('--from=')).flatMap((words) => words.slice(0, -1));
    expect(fromRepository.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const made = copies.filter((words) => words[0] === '--from=build').map((words) => words[1]);
    expect(made.sort()).toEqual(['/app/dist', '/app/node_modules', '/usr/local/bin/node']);
  });

  it('builds from nothing that .dockerignore keeps away', () => {
    const ignored = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('*'));
    for (const line of ofKind('COPY').filter((text) => !text.startsWith('--from=')))
      for (const path of line.split(/\s+/).slice(0, -1))
        expect(ignored.map((name) => name.replace(/\/$/, ''))).not.toContain(path.split('/')[0]);
  });

  it('runs only commands that package.json and scripts have', () => {
    const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>;
    const run = ofKind('RUN').join('\n');
    const named = [...run.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
    expect(named).toEqual(['build']);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
    for (const path of run.match(/\bscripts\/[\w./-]+/g) ?? []) expect(existsSync(join(ROOT, path)), path).toBe(true);
    expect(ofKind('ENTRYPOINT')).toEqual(['["scripts/bedside"]']);
    expect(ofKind('CMD')).toEqual(['["serve"]']);
    for (const path of ofKind('HEALTHCHECK')
      .join('')
      .match(/packaging\/[\w.]+/g) ?? ['none'])
      expect(existsSync(join(ROOT, path))).toBe(true);
  });

  it('runs as nobody in particular, with data, key and weights on volumes of their own', () => {
    expect(ofKind('USER')).toEqual(['bedside']);
    expect(JSON.parse(ofKind('VOLUME')[0] ?? '[]')).toEqual(['/data', '/key', '/models']);
    expect(ofKind('ENV').join(' ')).toContain('BEDSIDE_HOME=/data BEDSIDE_KEY_FILE=/key/bedside.key BEDSIDE_MODELS=/models');
    for (const place of ['data:/data', 'key:/key', 'models:/models']) expect(read('compose.yaml')).toContain(`      - ${place}\n`);
    expect(read('compose.yaml')).toContain('restart: unless-stopped');
  });

  it.each(['.gitignore', '.dockerignore'])('%s keeps data, keys and installed things away', (name) => {
    const lines = read(name).split('\n');
    for (const wanted of [/^data\/$/, /^\*\.key$/, /^node_modules\/?$/, /^\.node\/?$/, /^\.setup\.json$/])
      expect(
        lines.some((line) => wanted.test(line)),
        String(wanted),
      ).toBe(true);
  });
});

describe('its health check', () => {
  let status = 200;
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => response.writeHead(request.url === '/healthz' ? status : 404).end());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => new Promise((done) => server.close(done)));

  const check = (env: Record<string, string>) =>
    new Promise((resolve) => {
      const { port } = server.address() as { port: number };
      const settings = { BEDSIDE_PORT: String(port), BEDSIDE_TLS_PORT: String(port), BEDSIDE_TLS: '', ...env };
      execFile(process.execPath, [join(ROOT, 'packaging/healthcheck.mjs')], { env: settings }, (error) =>
        resolve(error === null ? 0 : error.code),
      );
    });

  it('passes while the process answers, and fails on any other answer or none', async () => {
    status = 200;
    expect(await check({})).toBe(0);
    status = 503;
    expect(await check({})).toBe(1);
    status = 200;
    expect(await check({ BEDSIDE_TLS: '1' }), 'TLS asked of a port that speaks none').toBe(1);
    expect(await check({ BEDSIDE_PORT: '1' }), 'a port where nobody listens').toBe(1);
  });
});

describe('the systemd unit', () => {
  it('starts the script that the repository has, again whenever it ends, as a user of its own and without core files', () => {
    const unit = read('packaging/bedside.service');
    const command = /^ExecStart=\/opt\/bedside\/(\S+) serve$/m.exec(unit)?.[1] ?? 'none';
    expect(existsSync(join(ROOT, command))).toBe(true);
    for (const line of [
      'Restart=always',
      'User=bedside',
      'LimitCORE=0',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'StateDirectory=bedside',
    ])
      expect(unit.split('\n')).toContain(line);
    expect(unit).toMatch(/^EnvironmentFile=/m);
    // V8 compiles JavaScript into memory that it then runs.
    expect(unit).not.toMatch(/^MemoryDenyWriteExecute=yes/m);
  });
});
