import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ChainVerdict, startVerification } from '../../src/domain/audit/audit-log.ts';
import { openConnection } from '../../src/storage/sqlite/database.ts';
import { hospitalOf, UNDONE, type WriterOrder } from './crash-order.ts';
import { makeDatabase } from './storage.ts';

/**
 * Kills a writing process at random instants, again and again, and compares what it was promised with what is there afterwards.
 *
 * This proves that nothing depends on the process ending well. It cannot show what a power cut loses: what a killed process had
 * handed to the kernel is still written. Power cuts are replayed in test/kit/power.
 */
export interface CrashReport {
  cycles: number;
  acknowledged: number;
  /** Each fault in words; empty is what is wanted. */
  faults: string[];
}

export interface CrashOptions {
  readonly cycles: number;
  readonly full?: boolean;
  readonly lanes?: number;
  /** The longest that a writer lives after its first acknowledged unit. */
  readonly longestMs?: number;
  readonly afterCycle?: (report: Readonly<CrashReport>) => void;
}

/** Cycles on one database, until it gives way to a new one: a chain of some thousand entries is verified in passing. */
const CYCLES_PER_DATABASE = 25;
const CYCLES_PER_INSPECTION = 5;
const HANG_MS = 60_000;

export async function crashAndCompare({
  cycles,
  full = false,
  lanes = 8,
  longestMs = 100,
  afterCycle,
}: CrashOptions): Promise<CrashReport> {
  const report: CrashReport = { cycles: 0, acknowledged: 0, faults: [] };
  const folder = mkdtempSync(join(tmpdir(), 'bedside-crash-'));
  // The next writer loads while this one writes: most of a cycle is the start of a process.
  const start = () => startWriter(join(folder, 'compiled'));
  let waiting: Writer | undefined = start();
  try {
    for (let done = 0; done < cycles; ) {
      const file = join(folder, `${done}.db`);
      const key = randomBytes(32);
      await makeDatabase(file, key);
      const acknowledged = Array.from({ length: lanes }, () => 0);
      const until = Math.min(cycles, done + CYCLES_PER_DATABASE);
      for (; done < until; done++) {
        const writer: Writer = waiting ?? start();
        waiting = done + 1 < cycles ? start() : undefined;
        const order = { file, key: key.toString('hex'), lanes, full, checkpoints: done % 2 === 1 };
        // One in ten dies while it still opens the database, or in its first units.
        const { found, acks } = await writer.writeAndDie(order, done % 10 === 9 ? 'found' : 'ack', Math.random() * longestMs);
        report.faults.push(...compare(found, acknowledged, done));
        // What was there when it was opened again is there for good, whether its answer had come through or not.
        found.forEach((there, lane) => {
          acknowledged[lane] = Math.max(acknowledged[lane] ?? 0, there);
        });
        for (const [lane, n] of acks) acknowledged[lane] = Math.max(acknowledged[lane] ?? 0, n);
        report.acknowledged += acks.length;
        report.cycles++;
        if (done % CYCLES_PER_INSPECTION === CYCLES_PER_INSPECTION - 1 || done === until - 1)
          report.faults.push(...inspect(file, key, acknowledged).map((fault) => `cycle ${done}: ${fault}`));
        afterCycle?.(report);
      }
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    }
  } finally {
    await waiting?.end();
    rmSync(folder, { recursive: true, force: true });
  }
  return report;
}

function compare(found: readonly number[], acknowledged: readonly number[], cycle: number): string[] {
  return acknowledged.flatMap((promised, lane) => {
    const there = found[lane];
    if (there === undefined) return []; // killed before it had looked: the next one looks
    if (there < promised) return [`cycle ${cycle}: lane ${lane} lost ${promised - there} acknowledged units`];
    // A unit may be there that was never acknowledged: one a lane, because each lane waits for its answer.
    return there > promised + 1 ? [`cycle ${cycle}: lane ${lane} holds ${there} and only ${promised} were acknowledged`] : [];
  });
}

/** Everything that must hold of the file, whatever happened: whole, no gaps, no halves, nothing undone, an unbroken chain. */
export function inspect(file: string, key: Buffer, acknowledged: readonly number[]): string[] {
  const faults: string[] = [];
  const db = openConnection(file, key);
  try {
    const integrity = db.pragma('integrity_check') as { integrity_check: string }[];
    if (integrity.length !== 1 || integrity[0]?.integrity_check !== 'ok') faults.push(`integrity: ${JSON.stringify(integrity)}`);
    const rows = db
      .prepare(`SELECT json_extract(data, '$.lane') AS lane, json_extract(data, '$.n') AS n FROM notices ORDER BY lane, n`)
      .all() as { lane: number; n: number }[];
    const audited = new Set(db.prepare(`SELECT entity_id FROM audit_entries WHERE event_type = 'unit.written'`).pluck().all() as string[]);
    acknowledged.forEach((promised, lane) => {
      const numbers = rows.filter((row) => row.lane === lane).map((row) => row.n);
      if (numbers.some((n, at) => n !== at + 1)) faults.push(`lane ${lane} has a gap or a number twice`);
      if (numbers.length < promised) faults.push(`lane ${lane} lost ${promised - numbers.length} acknowledged units`);
      if (numbers.some((n) => !audited.has(`${lane} ${n}`))) faults.push(`lane ${lane} has a unit without its audit entry`);
    });
    if (rows.some(({ n }) => n === UNDONE)) faults.push('a unit that was undone is there');
    if (audited.size !== rows.length) faults.push(`${audited.size} audit entries for ${rows.length} units`);
    for (const hospitalId of new Set([hospitalOf(0), hospitalOf(1)])) {
      const { ok, brokenAt } = followChain(db, hospitalId);
      if (!ok) faults.push(`the chain of ${hospitalId} is broken: ${JSON.stringify(brokenAt)}`);
    }
  } finally {
    db.close();
  }
  return faults;
}

function followChain(db: ReturnType<typeof openConnection>, hospitalId: string): ChainVerdict {
  const verification = startVerification();
  const links = db
    .prepare(
      `SELECT e.*, p.payload FROM audit_entries e LEFT JOIN audit_payloads p ON p.hospital_id = e.hospital_id AND p.id = e.id
       WHERE e.hospital_id = ? ORDER BY e.seq`,
    )
    .all(hospitalId) as Record<string, unknown>[];
  const head = db.prepare('SELECT seq, hash FROM audit_heads WHERE hospital_id = ?').get(hospitalId) as { seq: number; hash: string };
  const camel = (row: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()), value]),
    );
  verification.next(
    links.map(({ payload, ...entry }) => ({ entry: camel(entry) as never, payload: (payload as string | null) ?? undefined })),
    head,
  );
  return verification.end();
}

interface Writer {
  writeAndDie(order: WriterOrder, from: 'found' | 'ack', afterMs: number): Promise<{ found: number[]; acks: [lane: number, n: number][] }>;
  end(): Promise<void>;
}

function startWriter(compiled: string): Writer {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
  const gone = once(child, 'close');
  const lines: string[] = [];
  const waiting: { text: string; done: () => void }[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(line);
    for (const one of waiting) if (line.startsWith(one.text)) one.done();
  });
  const said = (text: string) =>
    new Promise<void>((done, fail) => {
      if (lines.some((line) => line.startsWith(text))) return done();
      waiting.push({ text, done });
      void gone.then(() => fail(new Error(`the writer ended before it said “${text}”`)));
    });
  return {
    async writeAndDie(order, from, afterMs) {
      const hang = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
      await said('ready');
      child.stdin?.write(`${JSON.stringify(order)}\n`);
      await said(from);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      child.kill('SIGKILL');
      await gone;
      clearTimeout(hang);
      const read = (word: string) =>
        lines.filter((line) => line.startsWith(word)).map((line) => line.split(' ').slice(1).map(Number) as [number, number]);
      const found: number[] = [];
      for (const [lane, n] of read('found')) found[lane] = n;
      return { found, acks: read('ack') };
    },
    async end() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
