import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Call } from '../../src/engines/call.ts';
import type { EngineProcess, EngineSpec } from '../../src/engines/engine-process.ts';
import { startEngineProcess } from '../../src/engines/host/process.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Log } from '../../src/shared/log.ts';

/** Ratios taken in one run: both sides take turns, so that what else the box does falls on both. */
export const live = new AbortController().signal;
export const benchCall: Call = { signal: live, label: { hospitalId: 'bench', use: 'voice', requestId: 'bench' } };

const silent: Log = { debug() {}, info() {}, warn() {}, error: (fields, message) => console.error(message, fields), child: () => silent };

/** An engine as the service runs it. `BENCH_NICENESS` gives it the priority of the bench itself on a box that is busy otherwise. */
export function startForBench(spec: EngineSpec): EngineProcess {
  const niceness = Number(process.env.BENCH_NICENESS ?? 0);
  return startEngineProcess(
    { ...spec, limits: { ...spec.limits, niceness } },
    { log: silent, clock: systemClock, environment: { PATH: process.env.PATH ?? '' } },
  );
}

/** Processor time that this process and an engine's have used so far, in milliseconds: what counts on a box that is busy otherwise. */
export function cpuMs(engine?: EngineProcess): { readonly here: number; readonly engine: number } {
  const { user, system } = process.cpuUsage();
  const pid = engine?.state().pid;
  const fields = pid ? readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') : undefined;
  return { here: (user + system) / 1000, engine: fields ? (Number(fields[11]) + Number(fields[12])) * 10 : 0 };
}

/**
 * Does the work before all else on this box, where `BENCH_REALTIME=1` asks for it and the user may (Linux, root): bursts of a second or
 * two, so that a figure for two threads can be had while other work goes on. Everything else stands still meanwhile.
 */
export async function undisturbed<T>(engine: EngineProcess | undefined, work: () => Promise<T>): Promise<T> {
  if (process.env.BENCH_REALTIME !== '1') return work();
  const all = [process.pid, engine?.state().pid].filter((pid) => pid !== undefined);
  const schedule = (...how: string[]) => {
    for (const pid of all) execFileSync('chrt', ['-a', ...how, String(pid)]);
  };
  schedule('-f', '-p', '1');
  try {
    return await work();
  } finally {
    schedule('-o', '-p', '0');
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

/** Prints one line: what, the figure, the bar, and whether it is met. */
export function report(what: string, value: number, bar: { atLeast?: number; atMost?: number } = {}, detail = ''): boolean {
  const met = (bar.atLeast === undefined || value >= bar.atLeast) && (bar.atMost === undefined || value <= bar.atMost);
  const limit = bar.atLeast !== undefined ? `bar >= ${bar.atLeast}` : bar.atMost !== undefined ? `bar <= ${bar.atMost}` : 'no bar';
  console.log(`${(met ? 'met ' : 'MISSED').padEnd(7)}${what.padEnd(64)}${value.toFixed(3).padStart(9)}   ${limit}   ${detail}`);
  return met;
}
