import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeLog } from '../../../src/shared/log.ts';
import { openLocalFiles } from '../../../src/storage/files/local-files.ts';
import { layoutOf } from '../../../src/storage/home-layout.ts';
import { openKeyRing } from '../../../src/storage/key-ring.ts';
import { openHome } from '../../../src/storage/open-home.ts';
import { inspect } from '../crash.ts';
import { hospitalOf } from '../crash-order.ts';
import { writeUnit } from '../units.ts';
import { type Loss, makeDisk } from './disk.ts';
import type { PowerOrder } from './order.ts';
import { type DiskEvent, traceOf } from './trace.ts';

/**
 * Power cuts, replayed: everything that a writing storage did to its disk is recorded once, and cut off at many instants. Each image
 * of what the disk could then hold is opened by the storage of the service, recovery included, and compared with what had been
 * acknowledged by that instant. The shared memory beside the database (`-shm`) is mapped and not written by calls; an image holds
 * junk in its place, because SQLite makes it anew when nobody has it open.
 */
export interface PowerReport {
  cuts: number;
  /** Units acknowledged in the whole recording, and in the sum of what the cuts were compared with. */
  acknowledged: number;
  compared: number;
  events: number;
  /** Flushes that the recording holds. */
  flushes: number;
  /** Each fault in words; empty is what is wanted. */
  faults: string[];
}

export interface PowerOptions {
  readonly cuts: number;
  readonly seed?: number;
  readonly flushless?: boolean;
  /** A writer is recorded anew after so many cuts: another interleaving of its lanes. */
  readonly cutsPerRecording?: number;
  readonly unitsPerLane?: number;
  readonly afterCut?: (report: Readonly<PowerReport>) => void;
}

const LANES = 6;
const SIDE_BY_SIDE = 3;
const quiet = makeLog({ level: 'silent', showPii: false });

export async function cutPower(options: PowerOptions): Promise<PowerReport> {
  const { cuts, seed = 1, flushless = false, cutsPerRecording = 250, unitsPerLane = 30, afterCut } = options;
  const report: PowerReport = { cuts: 0, acknowledged: 0, compared: 0, events: 0, flushes: 0, faults: [] };
  const folder = mkdtempSync(join(tmpdir(), 'bedside-power-'));
  const images = mkdtempSync(join(quickest(), 'bedside-power-'));
  try {
    for (let recording = 0; report.cuts < cuts; recording++) {
      const order: PowerOrder = {
        home: join(folder, `home-${recording}`),
        key: randomBytes(32).toString('hex'),
        lanes: LANES,
        unitsPerLane,
        flushless,
      };
      mkdirSync(order.home, { mode: 0o700 });
      const events = await traceOf(join(import.meta.dirname, 'writer.ts'), [JSON.stringify(order)]);
      rmSync(order.home, { recursive: true });
      await replay(events, order, Math.min(cutsPerRecording, cuts - report.cuts), seed + recording, images, report, afterCut);
    }
  } finally {
    for (const one of [folder, images]) rmSync(one, { recursive: true, force: true });
  }
  return report;
}

async function replay(
  events: readonly DiskEvent[],
  order: PowerOrder,
  cuts: number,
  seed: number,
  images: string,
  report: PowerReport,
  afterCut: PowerOptions['afterCut'],
): Promise<void> {
  const random = randomOf(seed);
  const disk = makeDisk(order.home);
  const acknowledged = Array.from({ length: order.lanes }, () => 0);
  const first = events.findIndex((event) => event.type === 'open' && event.create && event.path.startsWith(order.home));
  const instants = Array.from({ length: cuts }, () => first + Math.floor(random() * (events.length - first))).sort((a, b) => a - b);
  const opening = new Set<Promise<void>>();
  let next = 0;
  for (const [index, event] of events.entries()) {
    disk.take(event);
    if (event.type === 'flush-end') report.flushes++;
    const [, lane, n] = (event.type === 'said' && /^ack (\d+) (\d+)/.exec(event.text)) || [];
    if (lane !== undefined) acknowledged[Number(lane)] = Number(n);
    for (; instants[next] === index; next++) {
      const kind = losses[next % losses.length] as (typeof losses)[number];
      const image = join(images, `${seed}-${next}`);
      disk.imageTo(join(image, 'home'), kind.make(random, index + 1));
      const promised = [...acknowledged];
      const name = `cut ${next} (seed ${seed}, event ${index} of ${events.length}, ${kind.name})`;
      const done = open(join(image, 'home'), order, promised).then((faults) => {
        opening.delete(done);
        rmSync(image, { recursive: true, force: true });
        report.faults.push(...faults.map((fault) => `${name}: ${fault}`));
        report.cuts++;
        report.compared += sum(promised);
        afterCut?.(report);
      });
      opening.add(done);
      // Most of an opening is the start of its threads.
      if (opening.size >= SIDE_BY_SIDE) await Promise.race(opening);
    }
  }
  await Promise.all(opening);
  report.events += events.length;
  report.acknowledged += sum(acknowledged);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

/** Opens an image as `serve` does, works on it, and holds it against what was acknowledged. */
async function open(home: string, order: PowerOrder, acknowledged: readonly number[]): Promise<string[]> {
  const faults: string[] = [];
  const keyRing = openKeyRing({ given: order.key, keyFile: `${home}.key`, home }, { mayMake: false });
  try {
    const { storage, recovery } = await openHome({
      home,
      keyRing,
      full: false,
      strictUnits: false,
      log: quiet,
      madeBy: 'test',
      nowMs: Date.now(),
    });
    try {
      if (recovery) faults.push('a backup took the place of the database');
      const files = await openLocalFiles({ folder: join(home, 'files'), key: keyRing.files });
      for (let lane = 0; lane < order.lanes; lane++) {
        const rows = await storage.read(hospitalOf(lane), (stores) => stores.notices.since('', 100_000));
        const own = rows.filter(({ data }) => data.lane === lane);
        const [there, promised] = [own.length, acknowledged[lane] ?? 0];
        // Each lane waits for its answer, so that one unit more than was acknowledged can be there, and no two.
        if (there > promised + 1) faults.push(`lane ${lane} holds ${there} units and only ${promised} were acknowledged`);
        for (const { data } of own)
          if (typeof data.file === 'string' && (await sha256Of(files, hospitalOf(lane), data.file)) !== data.sha256)
            faults.push(`lane ${lane} names a file that is not whole`);
        // It is not enough that it can be read: work goes on.
        await writeUnit(storage, lane, there + 1);
      }
    } finally {
      await storage.close();
    }
    faults.push(...inspect(layoutOf(home).database, keyRing.database as Buffer, acknowledged));
  } catch (error) {
    faults.push(`it cannot be opened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return faults;
}

async function sha256Of(files: Awaited<ReturnType<typeof openLocalFiles>>, hospitalId: string, key: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of files.read(hospitalId, key, { signal: new AbortController().signal })) hash.update(piece);
  } catch (error) {
    return `unreadable: ${error instanceof Error ? error.message : String(error)}`;
  }
  return hash.digest('hex');
}

/** What a disk may lose, from all to nothing; in turn. */
const losses: readonly { readonly name: string; readonly make: (random: () => number, now: number) => Loss }[] = [
  { name: 'all lost', make: (random) => loss(random, 512, () => 0) },
  { name: 'torn at 512 bytes, any order', make: (random) => scattered(random, 512, 0.5) },
  { name: 'torn at 4 KB, any order', make: (random) => scattered(random, 4_096, 0.5) },
  { name: 'some lost, any order', make: (random) => scattered(random, 4_096, 0.9) },
  { name: 'most lost, any order', make: (random) => scattered(random, 512, 0.1) },
  {
    name: 'in order, up to an instant',
    make(random, now) {
      const until = now - Math.floor(random() ** 3 * 400);
      return loss(random, 512, (_, at) => at.filter((instant) => instant <= until).length);
    },
  },
  { name: 'nearly nothing lost', make: (random) => scattered(random, 512, 0.98) },
  { name: 'nothing lost', make: (random) => loss(random, 512, (n) => n) },
];

const loss = (random: () => number, sector: number, reached: Loss['reached']): Loss => ({
  sector,
  reached,
  junk: (bytes) => Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256))),
});

/** Each thing at its newest with this likelihood, else as it was or at some age between. */
function scattered(random: () => number, sector: number, newest: number): Loss {
  return loss(random, sector, (n) => (random() < newest ? n : random() < 0.5 ? 0 : Math.floor(random() * (n + 1))));
}

/** The same numbers for the same seed (mulberry32), so that a fault can be met again. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Images are opened from memory where there is some: what they lose was decided when they were made. */
function quickest(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
