import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { EngineProcess, EngineSpec } from '../../src/engines/engine-process.ts';
import { circuitPolicy } from '../../src/engines/host/circuit.ts';
import { type HostPolicy, startEngineProcess } from '../../src/engines/host/process.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Log } from '../../src/shared/log.ts';

const lines: { level: string; fields: Record<string, unknown>; message: string }[] = [];
const log: Log = {
  debug: (fields, message) => void lines.push({ level: 'debug', fields: fields as Record<string, unknown>, message }),
  info: (fields, message) => void lines.push({ level: 'info', fields: fields as Record<string, unknown>, message }),
  warn: (fields, message) => void lines.push({ level: 'warn', fields: fields as Record<string, unknown>, message }),
  error: (fields, message) => void lines.push({ level: 'error', fields: fields as Record<string, unknown>, message }),
  child: () => log,
};
const started: EngineProcess[] = [];
const live = new AbortController().signal;
const open = (init: object = {}, policy: Partial<HostPolicy> = {}, more: Partial<EngineSpec> = {}): EngineProcess => {
  const engine = startEngineProcess(
    {
      id: 'fake:words',
      purpose: 'speech-to-text',
      module: new URL('../fakes/engine-worker.ts', import.meta.url),
      init,
      fix: 'bedside models pull zipformer',
      ...more,
    },
    { log, clock: systemClock, environment: { PATH: process.env.PATH ?? '', BEDSIDE_MASTER_KEY: 'secret', LANG: 'C.UTF-8' }, policy },
  );
  started.push(engine);
  return engine;
};
const failure = async (promise: Promise<unknown>): Promise<AppError> => {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    return error as AppError;
  }
  throw new Error('it was answered');
};
const until = async (met: () => boolean, ms = 15_000) => {
  const end = performance.now() + ms;
  while (!met()) {
    if (performance.now() > end) throw new Error('it did not come to pass');
    await systemClock.sleep(10);
  }
};
const rarely = { ...circuitPolicy, windowMs: 1 };
const alive = (pid: number) => existsSync(`/proc/${pid}`);

afterEach(async () => {
  await Promise.all(started.splice(0).map((engine) => engine.close()));
  lines.length = 0;
});

describe('an engine process', () => {
  test('answers with typed arrays as they were sent', async () => {
    const engine = open();
    const samples = Int16Array.from({ length: 50_000 }, (_, i) => i - 25_000);
    const answer = await engine.request<{ samples: Int16Array; vector: Float32Array }>(
      'echo',
      { samples, vector: new Float32Array([0.5, -1]) },
      { signal: live },
    );
    expect(answer.samples).toBeInstanceOf(Int16Array);
    expect(answer.samples).toEqual(samples);
    expect(answer.vector).toEqual(new Float32Array([0.5, -1]));
  });

  test('tells what its worker tells of itself, and knows no secret of the service', async () => {
    const info = await open().warm<{ words: number; environment: string[] }>(live);
    expect(info.words).toBe(7);
    expect(info.environment).toContain('LANG');
    expect(info.environment.filter((name) => name.startsWith('BEDSIDE'))).toEqual([]);
  });

  test('passes on the errors of its worker whole, and strange ones without their words', async () => {
    const engine = open();
    const refused = await failure(engine.request('refuse', {}, { signal: live }));
    expect([refused.code, refused.message, refused.details.fields]).toEqual([
      'invalid',
      'The sound has 9 channels.',
      [{ path: 'file', message: 'no' }],
    ]);
    const strange = await failure(engine.request('throw', {}, { signal: live }));
    expect([strange.code, (strange.cause as Error).name]).toEqual(['internal', 'TypeError']);
    expect(strange.message).not.toContain('patient words');
    expect((await failure(engine.request('no-such-thing', {}, { signal: live }))).code).toBe('internal');
    expect(engine.state().deaths).toBe(0);
  });

  test('streams parts out, and a reader who stops is heard by the worker', async () => {
    const engine = open();
    const parts: number[] = [];
    for await (const part of engine.stream<number>('count', { to: 1_000 }, undefined, { signal: live })) parts.push(part);
    expect(parts).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
    for await (const part of engine.stream<number>('count', { to: 1e9 }, undefined, { signal: live })) if (part === 10) break;
    expect(await engine.request('echo', 'still there', { signal: live })).toBe('still there');
  });

  test('does not run ahead of a slow reader', async () => {
    const engine = open();
    const reading = engine
      .stream<{ i: number }>('count', { to: 100_000, size: 1_000 }, undefined, { signal: live })
      [Symbol.asyncIterator]();
    await reading.next();
    await systemClock.sleep(200);
    expect(await engine.request<number>('produced', {}, { signal: live })).toBeLessThan(100);
    await reading.return?.();
  });

  test('takes frames in while it sends parts out, in order and all of them', async () => {
    const engine = open();
    async function* frames() {
      for (let i = 0; i < 5_000; i++) yield new Int16Array([i % 7]);
    }
    let last = 0;
    let count = 0;
    for await (const part of engine.stream<number>('sum', {}, frames(), { signal: live })) {
      last = part;
      count++;
    }
    expect(count).toBe(5_001);
    expect(last).toBe(-Array.from({ length: 5_000 }, (_, i) => i % 7).reduce((a, b) => a + b, 0));
  });

  test('does not read its input far ahead of a slow engine', async () => {
    const engine = open();
    let read = 0;
    async function* frames() {
      for (;;) {
        read++;
        yield new Int16Array([1]);
      }
    }
    const stop = new AbortController();
    const reading = engine.stream<number>('sum', { slowMs: 5 }, frames(), { signal: stop.signal })[Symbol.asyncIterator]();
    for (let i = 0; i < 20; i++) await reading.next();
    expect(read).toBeLessThan(20 + 64 * 6);
    stop.abort();
    await expect(reading.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('gives back the error of its input', async () => {
    async function* frames() {
      yield new Int16Array([1]);
      throw new AppError('too-large', 'The recording is too long.');
    }
    const heard = async () => {
      for await (const _ of open().stream('sum', {}, frames(), { signal: live }));
    };
    expect((await failure(heard())).code).toBe('too-large');
  });

  test('lets go of an aborted call at once, in every phase of its life', async () => {
    const engine = open({ loadMs: 300 });
    const loading = new AbortController();
    const early = failure(engine.request('echo', 1, { signal: loading.signal }));
    loading.abort();
    expect((await early).code).toBe('cancelled');
    await engine.warm(live);
    const working = new AbortController();
    const held = failure(engine.request('hold', { ms: 1_500 }, { signal: working.signal }));
    const begun = performance.now();
    setTimeout(() => working.abort(new AppError('timed-out', 'It took too long.')), 50);
    expect((await held).code).toBe('timed-out');
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect((await failure(engine.request('echo', 1, { signal: AbortSignal.abort() }))).code).toBe('cancelled');
  });

  test.each(['SIGKILL', 'SIGSEGV', 'SIGABRT'] as const)(
    'after %s the victim gets a typed error, others are served, and the engine is back',
    async (signal) => {
      const engine = open({}, { circuit: rarely });
      const other = open();
      await Promise.all([engine.warm(live), other.warm(live)]);
      const pid = engine.state().pid as number;
      const waits = failure(engine.request('wait', { ms: 60_000 }, { signal: live }));
      const streams = failure(
        (async () => {
          for await (const _ of engine.stream('wait', { ms: 60_000 }, undefined, { signal: live }));
        })(),
      );
      const othersCall = other.request('wait', { ms: 300 }, { signal: live });
      const begun = performance.now();
      engine.request('die', { signal }, { signal: live }).catch(() => {});
      for (const error of [await waits, await streams]) {
        expect(error.code).toBe('unavailable');
        expect(error.details.reason).toBe('ENGINE_UNAVAILABLE');
        expect(error.details.context).toMatchObject({ purpose: 'speech-to-text', fix: 'bedside models pull zipformer', cause: 'crashed' });
      }
      expect(performance.now() - begun).toBeLessThan(1_000);
      expect(await othersCall).toBe('waited');
      expect(await engine.request('echo', 'back', { signal: live })).toBe('back');
      expect(engine.state().pid).not.toBe(pid);
      expect(engine.state()).toMatchObject({ state: 'ready', deaths: 1 });
    },
  );

  test('a process that stands still is found and replaced', async () => {
    const engine = open({}, { circuit: rarely, beatMs: 100, stillMs: 1_000 });
    await engine.warm(live);
    const waits = failure(engine.request('wait', { ms: 60_000 }, { signal: live }));
    process.kill(engine.state().pid as number, 'SIGSTOP');
    const error = await waits;
    expect(error.details.context).toMatchObject({ cause: 'hung' });
    expect(await engine.request('echo', 'back', { signal: live })).toBe('back');
  });

  test('native code that holds the loop is no hang within the allowance of its call, and one beyond it', async () => {
    const engine = open({}, { circuit: rarely, beatMs: 100, stillMs: 5_000, idleHangMs: 500 });
    expect(await engine.request('hold', { ms: 2_000 }, { signal: live })).toBe('held');
    const error = await failure(engine.request('hold', { ms: 60_000 }, { signal: live, allowanceMs: 700 }));
    expect(error.details.context).toMatchObject({ cause: 'hung' });
    expect(engine.state().deaths).toBe(1);
  });

  test('a listener whose speaker is silent does not count as hung', async () => {
    const engine = open({}, { circuit: rarely, beatMs: 50 });
    async function* frames() {
      yield new Int16Array([1]);
      await systemClock.sleep(800);
      yield new Int16Array([2]);
    }
    const sums: number[] = [];
    for await (const sum of engine.stream<number>('sum', {}, frames(), { signal: live, allowanceMs: 300 })) sums.push(sum);
    expect(sums).toEqual([1, 3, -3]);
  });

  test('after three deaths callers are refused at once, until a trial succeeds', async () => {
    const engine = open({}, { circuit: { ...circuitPolicy, openMs: 1_200, firstDelayMs: 20 } });
    for (let death = 1; death <= 3; death++) {
      await engine.warm(live);
      await failure(engine.request('die', { signal: 'SIGKILL' }, { signal: live }));
    }
    const took: number[] = [];
    let refused = await failure(engine.request('echo', 1, { signal: live }));
    for (let i = 0; i < 5; i++) {
      const begun = performance.now();
      refused = await failure(engine.request('echo', 1, { signal: live }));
      took.push(performance.now() - begun);
    }
    expect(Math.min(...took)).toBeLessThan(50);
    expect(refused.code).toBe('unavailable');
    expect(refused.details).toMatchObject({
      reason: 'ENGINE_UNAVAILABLE',
      context: { purpose: 'speech-to-text', fix: 'bedside models pull zipformer' },
    });
    expect(engine.state()).toMatchObject({ state: 'failed', deaths: 3 });
    await until(() => engine.state().state === 'ready');
    const trial = engine.request('wait', { ms: 300 }, { signal: live });
    await systemClock.sleep(20);
    expect((await failure(engine.request('echo', 'second', { signal: live }))).code).toBe('unavailable');
    expect(await trial).toBe('waited');
    expect(await engine.request('echo', 'healed', { signal: live })).toBe('healed');
  });

  test('says what is missing when its files are missing', async () => {
    const engine = open({ fail: 'missing' });
    const error = await failure(engine.request('echo', 1, { signal: live }));
    expect([error.code, error.message]).toEqual(['unavailable', 'The model file is missing. Run “bedside models pull”.']);
    expect(engine.state()).toMatchObject({ state: 'absent', detail: error.message });
  });

  test.each(['throw', 'abort'] as const)('callers of an engine that cannot load (%s) do not wait for ever', async (fail) => {
    const engine = open({ fail }, { circuit: { ...circuitPolicy, firstDelayMs: 20 } });
    const error = await failure(engine.request('echo', 1, { signal: live }));
    expect(error.details.reason).toBe('ENGINE_UNAVAILABLE');
    expect(engine.state().state).toBe('failed');
  });

  test('what native code prints is marked as possibly a patient’s', async () => {
    await open().request('print', { text: 'she said her chest hurts' }, { signal: live });
    await until(() => lines.some((line) => line.message === 'engine.output'));
    const printed = lines.find((line) => line.message === 'engine.output');
    expect(printed?.fields).toEqual({ pii: 'she said her chest hurts' });
    expect(lines.filter((line) => JSON.stringify({ ...line.fields, pii: undefined }).includes('chest'))).toEqual([]);
  });

  test('an engine that outgrows its memory is ended', async () => {
    const engine = open({}, { circuit: rarely, beatMs: 50 }, { limits: { residentBytes: 300 * 2 ** 20 } });
    const error = await failure(engine.request('grow', { megabytes: 2_000 }, { signal: live }));
    expect(error.details.context).toMatchObject({ cause: 'memory' });
  });

  test('unloading ends the process, the next call starts it again, and a busy one stays', async () => {
    const engine = open({}, {}, { lazy: true });
    expect(engine.state().pid).toBeUndefined();
    await engine.warm(live);
    const pid = engine.state().pid as number;
    const call = engine.request('wait', { ms: 100 }, { signal: live });
    await systemClock.sleep(20);
    expect(await engine.unload()).toBe(false);
    await call;
    expect(await engine.unload()).toBe(true);
    expect(alive(pid)).toBe(false);
    expect(engine.state()).toMatchObject({ state: 'ready', deaths: 0 });
    expect(await engine.request('echo', 'again', { signal: live })).toBe('again');
  });

  test('closing ends it for good, also where it is held or stands still', async () => {
    const engine = open({}, { closeMs: 200 });
    await engine.warm(live);
    const pid = engine.state().pid as number;
    process.kill(pid, 'SIGSTOP');
    const lost = failure(engine.request('wait', { ms: 10_000 }, { signal: live }));
    await engine.close();
    expect(alive(pid)).toBe(false);
    expect((await lost).code).toBe('unavailable');
    expect((await failure(engine.request('echo', 1, { signal: live }))).code).toBe('unavailable');
  });

  test('it ends with its parent, even while native code holds its loop', async () => {
    const script = `
      import { startEngineProcess } from ${JSON.stringify(new URL('../../src/engines/host/process.ts', import.meta.url).href)};
      import { systemClock } from ${JSON.stringify(new URL('../../src/shared/clock.ts', import.meta.url).href)};
      const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
      const engine = startEngineProcess({ id: 'x', purpose: 'embedder', module: new URL(${JSON.stringify(new URL('../fakes/engine-worker.ts', import.meta.url).href)}), init: {} }, { log, clock: systemClock, environment: {} });
      await engine.warm(new AbortController().signal);
      engine.request('hold', { ms: 60000 }, { signal: new AbortController().signal });
      setTimeout(() => console.log(engine.state().pid), 200);
    `;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !alive(pid), 5_000);
  });

  test('a system without a file to spare costs a start, and not the service', async () => {
    const script = `
      import { closeSync, openSync } from 'node:fs';
      import { startEngineProcess } from ${JSON.stringify(new URL('../../src/engines/host/process.ts', import.meta.url).href)};
      import { runCommand } from ${JSON.stringify(new URL('../../src/engines/command.ts', import.meta.url).href)};
      import { systemClock } from ${JSON.stringify(new URL('../../src/shared/clock.ts', import.meta.url).href)};
      const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
      const { signal } = new AbortController();
      const files = [];
      try { for (;;) files.push(openSync('/dev/null')); } catch {}
      const engine = startEngineProcess({ id: 'x', purpose: 'embedder', module: new URL(${JSON.stringify(new URL('../fakes/engine-worker.ts', import.meta.url).href)}), init: {} }, { log, clock: systemClock, environment: {} });
      const command = { program: 'true', purpose: 'audio-decoder', fix: 'none', environment: {}, limits: { wallMs: 5000, outputBytes: 1000, virtualBytes: 1e9, fileBytes: 0 } };
      const said = await runCommand(command, [], new Uint8Array(0), signal).next().catch((error) => error.code);
      for (const file of files) closeSync(file);
      console.log(said, await engine.request('echo', 'alive', { signal }), engine.state().deaths > 0);
      await engine.close();
    `;
    const child = spawn(
      '/bin/sh',
      ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, '--input-type=module-typescript', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    child.stdout.on('data', (text) => {
      said += text;
    });
    await new Promise((resolve) => child.once('close', resolve));
    expect(said.trim()).toBe('overloaded alive true');
  });
});
