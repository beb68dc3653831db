export interface BackupRun {
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number, unit: string) => Promise<void>;
}

export interface MadeBackup {
  readonly folder: string;
  readonly bytes: number;
  readonly files: number;
}

/** A folder that gets the box's backups: the one in the data folder, and those that settings name. */
export interface BackupPlace {
  readonly folder: string;
  readonly kind: 'box' | 'named';
  look(): PlaceLook;
  /**
   * The newest backup of this box in it whose list is signed and whose files are all there. One from the future was made under a
   * wrong clock, and must not hold up the next.
   */
  newest(): { readonly madeAtMs: number; readonly bytes: number } | undefined;
  make(run: {
    signal: BackupRun['signal'];
    onProgress: (done: number, total: number) => void;
  }): Promise<MadeBackup & { readonly madeAtMs: number }>;
}

export interface PlaceLook {
  readonly exists: boolean;
  /** It is, or lies on, a disk that is mounted beneath the root. */
  readonly mounted: boolean;
  /** A dead disk takes it together with the data. */
  readonly sameDisk: boolean;
}

/** What is kept of a place. */
export interface PlaceRecord {
  readonly mounted: boolean;
  readonly fault: PlaceFault | null;
}
export interface PlaceFault {
  readonly at: number;
  readonly reason: 'missing' | 'full' | 'failed';
  readonly sentence: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** A disk that is there and could hold backups. Nothing is written to it before somebody names it. */
export interface Volume {
  readonly folder: string;
  readonly freeBytes: number;
  readonly removable: boolean;
}

export interface PlaceStatus {
  readonly folder: string;
  readonly kind: BackupPlace['kind'];
  readonly state: 'well' | 'never' | 'late' | 'missing' | 'failed';
  readonly lastVerifiedAt: number | null;
  readonly bytes: number | null;
  readonly sameDisk: boolean | null;
  readonly fault: PlaceFault | null;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Pure: is the place there? An empty folder under which a disk was mounted before is not: it would fill the wrong disk. */
export function isThere({ exists, mounted }: PlaceLook, record: PlaceRecord | undefined): boolean {
  return exists && (mounted || !record?.mounted);
}

/** Pure: shall a backup be made there now? A place that failed is tried again in an hour, one that was missing as soon as it is back. */
export function isDue(
  place: { readonly newestMs: number | undefined; readonly there: boolean; readonly record: PlaceRecord | undefined },
  nowMs: number,
  everyMs: number,
): boolean {
  const { newestMs, there, record } = place;
  if (newestMs !== undefined && nowMs - newestMs < everyMs) return false;
  const fault = record?.fault;
  if (!fault) return true;
  return fault.reason === 'missing' ? there : nowMs - fault.at >= HOUR_MS;
}

/** Pure: how long a place may go without a backup before somebody should look. */
export function isLate(lastMs: number, nowMs: number, everyMs: number): boolean {
  return nowMs - lastMs > Math.max(2 * DAY_MS, 2 * everyMs);
}

/** What can be said of a place; it reads the disk. */
export function statusOf(place: BackupPlace, record: PlaceRecord | undefined, nowMs: number, everyMs: number): PlaceStatus {
  const look = place.look();
  const there = place.kind === 'box' || isThere(look, record);
  const newest = there ? place.newest() : undefined;
  const fault = record?.fault?.reason === 'missing' ? null : (record?.fault ?? null);
  const { folder, kind } = place;
  const state = !there
    ? 'missing'
    : fault
      ? 'failed'
      : newest === undefined
        ? 'never'
        : isLate(newest.madeAtMs, nowMs, everyMs)
          ? 'late'
          : 'well';
  return {
    folder,
    kind,
    state,
    lastVerifiedAt: newest?.madeAtMs ?? null,
    bytes: newest?.bytes ?? null,
    sameDisk: there ? look.sameDisk : null,
    fault,
  };
}

/** Pure: of the times of a place's backups those that stay: the newest seven, and the newest of each of five weeks and twelve months. */
export function timesToKeep(times: readonly number[]): ReadonlySet<number> {
  const sorted = [...times].sort((a, b) => b - a);
  const firstOfEach = (period: (time: number) => string, count: number) => {
    const seen = new Map<string, number>();
    for (const time of sorted) if (!seen.has(period(time))) seen.set(period(time), time);
    return [...seen.values()].slice(0, count);
  };
  return new Set([
    ...sorted.slice(0, 7),
    ...firstOfEach((time) => String(Math.floor(time / (7 * DAY_MS))), 5),
    ...firstOfEach((time) => new Date(time).toISOString().slice(0, 7), 12),
  ]);
}
