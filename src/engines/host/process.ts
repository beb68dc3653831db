import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { abortable, cancelled } from '../../shared/abort.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { describeError, type Log } from '../../shared/log.ts';
import { siblingModule } from '../../shared/sibling.ts';
import type { CallOptions, EngineProcess, EngineSpec, EngineState } from '../engine-process.ts';
import { engineEnvironment } from '../environment.ts';
import { machineName } from '../names.ts';
import { type EngineCall, openCall } from './calls.ts';
import {
  afterAnswer,
  afterDeath,
  afterFailedStart,
  afterStart,
  type Circuit,
  type CircuitPolicy,
  circuitPolicy,
  closedCircuit,
  restartDelayMs,
} from './circuit.ts';
import type { SentError, ToChild, ToParent } from './protocol.ts';

/**
 * Starts an engine in a child process and keeps it running: the promises are those of EngineProcess, and this file is how they are kept.
 * A thread in the child beats twice a second, so that a process that stands still is told from one whose loop is held by native code.
 */
export interface HostPolicy {
  readonly circuit: CircuitPolicy;
  readonly beatMs: number;
  /** No beat for so long: the process stands still. */
  readonly stillMs: number;
  /** The loop may be held so long by native code while there is no call to excuse it. */
  readonly idleHangMs: number;
  readonly loadMs: number;
  readonly allowanceMs: number;
  /** How long an orderly exit may take. */
  readonly closeMs: number;
  /** Ends the process after so long without a call; 0 keeps it. */
  readonly idleUnloadMs: number;
}

export const hostPolicy: HostPolicy = {
  circuit: circuitPolicy,
  beatMs: 500,
  stillMs: 6_000,
  idleHangMs: 15_000,
  loadMs: 300_000,
  allowanceMs: 120_000,
  closeMs: 2_000,
  idleUnloadMs: 0,
};

export interface HostParts {
  readonly log: Log;
  readonly clock: Clock;
  /** The service's environment; only what engineEnvironment() lets through reaches the engine. */
  readonly environment: Record<string, string>;
  readonly policy?: Partial<HostPolicy>;
}

type Cause = 'crashed' | 'hung' | 'memory' | 'start-failed';

interface Child {
  readonly process: ChildProcess;
  readonly startedAt: number;
  readonly calls: Map<number, EngineCall>;
  ready: boolean;
  info: unknown;
  /** Why we end it, set before we do. */
  endedFor: Cause | 'asked' | undefined;
  startError: AppError | undefined;
  lastBeatAt: number;
  lastTurnAt: number;
  /** Until then a held loop is excused: it works on a call that its caller has left. */
  excusedUntil: number;
  idleSince: number;
  readonly gone: Promise<void>;
}

export function startEngineProcess(spec: EngineSpec, parts: HostParts): EngineProcess {
  const { clock } = parts;
  const log = parts.log.child({ engine: spec.id, purpose: spec.purpose });
  const policy: HostPolicy = { ...hostPolicy, ...parts.policy };
  const lifetime = new AbortController();
  const waiting = new Set<{ resolve: (child: Child) => void; reject: (error: unknown) => void }>();
  let child: Child | undefined;
  let circuit: Circuit = closedCircuit;
  let restarting = false;
  let deaths = 0;
  let nextCall = 1;
  let lastDeath: { cause: Cause; error?: AppError } | undefined;

  function start(): void {
    if (child || lifetime.signal.aborted) return;
    circuit = afterStart(circuit);
    const born = spawnEngine(spec, policy, parts.environment);
    const now = clock.elapsedMs();
    const gone = Promise.withResolvers<void>();
    const started: Child = {
      process: born,
      startedAt: now,
      calls: new Map(),
      ready: false,
      info: undefined,
      endedFor: undefined,
      startError: undefined,
      lastBeatAt: now,
      lastTurnAt: now,
      excusedUntil: 0,
      idleSince: now,
      gone: gone.promise,
    };
    child = started;
    born.once('error', () => {
      gone.resolve();
      died(started, null, null);
    });
    // Where the system has no process or file to spare, there is nothing to talk to; the error above follows.
    if (born.pid === undefined) return;
    born.on('message', (message) => receive(started, message as ToParent));
    born.once('exit', (code, signal) => {
      gone.resolve();
      died(started, code, signal);
    });
    const beats = born.stdio[4] as Readable;
    beats.on('data', (bytes: Buffer) => {
      started.lastBeatAt = clock.elapsedMs();
      if (bytes.includes(1)) started.lastTurnAt = started.lastBeatAt;
    });
    beats.on('error', () => {});
    logOutput(born, log);
    born.send({ kind: 'start', module: spec.module.href, init: spec.init } satisfies ToChild, () => {});
    void watch(started);
  }

  function receive(from: Child, message: ToParent): void {
    switch (message.kind) {
      case 'ready':
        from.ready = true;
        from.info = message.info;
        from.idleSince = clock.elapsedMs();
        lastDeath = undefined;
        log.info({ pid: from.process.pid, loadMs: Math.round(clock.elapsedMs() - from.startedAt) }, 'engine.started');
        for (const waiter of waiting) waiter.resolve(from);
        waiting.clear();
        break;
      case 'start-failed':
        from.startError = explain(message.error);
        end(from, 'start-failed');
        break;
      default:
        answeredCall();
        from.calls.get(message.id)?.receive(message);
    }
  }

  function answeredCall(): void {
    if (circuit.state === 'half-open') log.info({}, 'engine.circuit-closed');
    circuit = afterAnswer(circuit);
  }

  function end(one: Child, cause: Cause | 'asked'): void {
    one.endedFor ??= cause;
    one.process.kill('SIGKILL');
  }

  function died(one: Child, code: number | null, signal: NodeJS.Signals | null): void {
    if (child !== one) return;
    child = undefined;
    const now = clock.elapsedMs();
    const aliveMs = Math.round(now - one.startedAt);
    if (one.endedFor === 'asked' || lifetime.signal.aborted) {
      log.info({ aliveMs }, 'engine.stopped');
      for (const call of [...one.calls.values()]) call.fail(unavailable('stopped'));
      if (waiting.size > 0) start();
      return;
    }
    deaths++;
    const cause = one.endedFor ?? 'crashed';
    lastDeath = { cause, ...(one.startError ? { error: one.startError } : {}) };
    circuit = (one.startError ? afterFailedStart : afterDeath)(circuit, policy.circuit, now);
    log.error(
      {
        cause,
        code,
        signal,
        aliveMs,
        callsLost: one.calls.size,
        circuit: circuit.state,
        ...(one.startError ? { error: describeError(one.startError) } : {}),
      },
      'engine.died',
    );
    for (const call of [...one.calls.values()]) call.fail(unavailable(cause));
    if (circuit.state === 'open') {
      for (const waiter of waiting) waiter.reject(refusal());
      waiting.clear();
    }
    if (restarting) return;
    restarting = true;
    clock.sleep(restartDelayMs(circuit, policy.circuit, now), lifetime.signal).then(
      () => {
        restarting = false;
        start();
      },
      () => {},
    );
  }

  /** Looks at the child twice a second: does it run, does its loop turn, do its calls move, does it keep to its memory? */
  async function watch(one: Child): Promise<void> {
    let lookedAt = clock.elapsedMs();
    while (child === one) {
      await clock.sleep(policy.beatMs, lifetime.signal).catch(() => {});
      if (lifetime.signal.aborted || child !== one) return;
      const now = clock.elapsedMs();
      // When this process itself stood still (a laptop's sleep, a long pause), beats are waiting to be read: that is no fault of the engine.
      if (now - lookedAt > 3 * policy.beatMs) {
        one.lastBeatAt = now;
        one.lastTurnAt = now;
      }
      lookedAt = now;
      const hung = hangOf(one, now);
      if (hung) {
        log.error({ ...hung }, 'engine.hung');
        end(one, 'hung');
      } else if (spec.limits?.residentBytes && (residentBytes(one) ?? 0) > spec.limits.residentBytes) {
        log.error({ residentBytes: residentBytes(one), limit: spec.limits.residentBytes }, 'engine.memory-exceeded');
        end(one, 'memory');
      } else if (policy.idleUnloadMs > 0 && one.ready && one.calls.size === 0 && now - one.idleSince > policy.idleUnloadMs) await stop(one);
    }
  }

  function hangOf(one: Child, now: number): { found: string; quietMs: number } | undefined {
    if (now - one.lastBeatAt > policy.stillMs) return { found: 'standing-still', quietMs: now - one.lastBeatAt };
    if (!one.ready) return now - one.startedAt > policy.loadMs ? { found: 'loading', quietMs: now - one.startedAt } : undefined;
    for (const call of one.calls.values()) {
      const quietMs = call.quietMs(now);
      if (quietMs > call.allowanceMs) return { found: 'call', quietMs };
    }
    const heldMs = now - one.lastTurnAt;
    if (one.calls.size === 0 && now > one.excusedUntil && heldMs > policy.idleHangMs) return { found: 'loop', quietMs: heldMs };
    return undefined;
  }

  async function stop(one: Child): Promise<void> {
    one.endedFor ??= 'asked';
    one.process.send?.({ kind: 'stop' } satisfies ToChild, () => {});
    const patience = new AbortController();
    await Promise.race([one.gone, clock.sleep(policy.closeMs, patience.signal).catch(() => {})]);
    patience.abort();
    one.process.kill('SIGKILL');
    await one.gone;
  }

  function ready(signal: AbortSignal): Promise<Child> {
    if (signal.aborted) return Promise.reject(cancelled(signal));
    if (lifetime.signal.aborted) return Promise.reject(unavailable('stopped'));
    if (circuit.state === 'open' || (circuit.state === 'half-open' && child?.ready && child.calls.size > 0))
      return Promise.reject(refusal());
    if (child?.ready && !child.endedFor) return Promise.resolve(child);
    const waiter = Promise.withResolvers<Child>();
    waiting.add(waiter);
    if (!child && !restarting) start();
    return abortable(waiter.promise, signal).finally(() => waiting.delete(waiter));
  }

  async function place(
    method: string,
    params: unknown,
    input: AsyncIterable<unknown> | undefined,
    options: CallOptions,
  ): Promise<EngineCall> {
    const one = await ready(options.signal);
    const id = nextCall++;
    const allowanceMs = options.allowanceMs ?? policy.allowanceMs;
    const call = openCall({
      id,
      method,
      params,
      input,
      signal: options.signal,
      allowanceMs,
      elapsedMs: clock.elapsedMs,
      send: (message) => {
        if (one.process.connected) one.process.send(message, () => {});
      },
      explain,
      left: (early) => {
        one.calls.delete(id);
        const now = clock.elapsedMs();
        one.idleSince = now;
        if (early) one.excusedUntil = Math.max(one.excusedUntil, now + allowanceMs);
      },
    });
    if (!options.signal.aborted) one.calls.set(id, call);
    return call;
  }

  function explain(error: SentError): AppError {
    if (error.ours) return new AppError(error.code, error.sentence, error.details);
    const cause = Object.assign(new Error(error.message), { name: error.name, stack: error.stack });
    return new AppError(
      'internal',
      'The {machine} failed on this request. Please try again; if it happens again, tell the person who looks after this system.',
      { values: { machine: machineName(spec.purpose) }, context: { purpose: spec.purpose } },
      cause,
    );
  }

  const fix = spec.fix ?? 'bedside doctor';

  function unavailable(cause: Cause | 'stopped'): AppError {
    const sentence =
      cause === 'hung'
        ? 'The {machine} did not answer and is being started again. Please try once more in a moment.'
        : cause === 'memory'
          ? 'The {machine} needed more memory than it may have and is being started again. Please try with a shorter recording or text.'
          : cause === 'stopped'
            ? 'The {machine} is being switched off. Please try again in a moment.'
            : 'The {machine} stopped while it worked on this request and is being started again. Please try once more in a moment.';
    return new AppError('unavailable', sentence, {
      reason: 'ENGINE_UNAVAILABLE',
      retryAfterMs: 1_000,
      values: { machine: machineName(spec.purpose) },
      context: { purpose: spec.purpose, engine: spec.id, fix, cause },
    });
  }

  function refusal(): AppError {
    if (lastDeath?.error?.code === 'unavailable') return lastDeath.error;
    const retryAfterMs = Math.max(1_000, Math.ceil(restartDelayMs(circuit, policy.circuit, clock.elapsedMs())));
    return new AppError(
      'unavailable',
      'The {machine} is out of order. It will be tried again in about {seconds} seconds; the person who looks after this system can run “{fix}”.',
      {
        reason: 'ENGINE_UNAVAILABLE',
        retryAfterMs,
        values: { machine: machineName(spec.purpose), seconds: Math.ceil(retryAfterMs / 1_000), fix },
        context: { purpose: spec.purpose, engine: spec.id, fix, cause: lastDeath?.cause ?? 'crashed' },
      },
      lastDeath?.error,
    );
  }

  function state(): EngineState {
    const seen = {
      deaths,
      ...(child?.process.pid === undefined ? {} : { pid: child.process.pid }),
      ...(child && residentBytes(child) !== undefined ? { residentBytes: residentBytes(child) as number } : {}),
    };
    if (circuit.state === 'open')
      return { ...seen, state: lastDeath?.error?.code === 'unavailable' ? 'absent' : 'failed', detail: refusal().message };
    if (child?.ready) return { ...seen, state: 'ready', detail: 'Loaded.' };
    if (child) return { ...seen, state: 'loading', detail: 'Loading.' };
    if (restarting) return { ...seen, state: 'loading', detail: 'Starting again after it stopped.' };
    return { ...seen, state: 'ready', detail: 'Unloaded; it starts at the first request.' };
  }

  if (!spec.lazy) start();

  return {
    id: spec.id,
    purpose: spec.purpose,
    state,
    async request<Answer>(method: string, params: unknown, options: CallOptions) {
      return (await (
        await place(method, params, undefined, options)
      ).answer) as Answer;
    },
    async *stream<Part>(method: string, params: unknown, input: AsyncIterable<unknown> | undefined, options: CallOptions) {
      yield* (await place(method, params, input, options)).parts as AsyncIterable<Part>;
    },
    async warm<Info>(signal: AbortSignal) {
      return (await ready(signal)).info as Info;
    },
    async unload() {
      if (!child) return true;
      if (child.calls.size > 0 || waiting.size > 0) return false;
      await stop(child);
      return true;
    },
    async close() {
      const last = child;
      if (last) last.endedFor ??= 'asked';
      lifetime.abort(new AppError('cancelled', 'The request was cancelled.'));
      for (const waiter of waiting) waiter.reject(unavailable('stopped'));
      waiting.clear();
      if (last) await stop(last);
    },
  };
}

function spawnEngine(spec: EngineSpec, policy: HostPolicy, environment: Readonly<Record<string, string | undefined>>): ChildProcess {
  const heap = spec.limits?.heapMegabytes;
  const command = [
    process.execPath,
    ...(spec.limits?.virtualBytes ? ['--disable-wasm-trap-handler'] : []),
    ...(heap ? [`--max-old-space-size=${heap}`] : []),
    fileURLToPath(siblingModule(import.meta.url, 'child')),
    String(process.pid),
    String(spec.limits?.niceness ?? 0),
    String(policy.beatMs),
  ];
  const options = {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'] as ('ignore' | 'pipe' | 'ipc')[],
    serialization: 'advanced' as const,
    env: engineEnvironment(environment),
  };
  if (process.platform === 'win32') return spawn(command[0] as string, command.slice(1), options);
  // No core files: they would put what patients said on the disk.
  const ceilings = ['ulimit -c 0', ...(spec.limits?.virtualBytes ? [`ulimit -v ${Math.floor(spec.limits.virtualBytes / 1024)}`] : [])];
  return spawn('/bin/sh', ['-c', `${ceilings.join(' && ')} && exec "$@"`, 'engine', ...command], options);
}

function residentBytes(child: Child): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${child.process.pid}/statm`, 'latin1').split(' ')[1]);
    return Number.isFinite(pages) ? pages * 4096 : undefined;
  } catch {
    return undefined;
  }
}

/** What native libraries print goes to the log for developers: it may quote what was said. A flood is cut off, not kept. */
function logOutput(child: ChildProcess, log: Log): void {
  for (const stream of [child.stdout, child.stderr]) {
    let lines = 0;
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim() && lines++ < 500) log.debug({ pii: line.slice(0, 1_000) }, 'engine.output');
    });
    stream?.on('error', () => {});
  }
}
