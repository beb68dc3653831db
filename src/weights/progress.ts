/** How far a pull, an import or an export has come. Bytes count from the start of this run; `total` grows truer as servers tell sizes. */
export interface Progress {
  readonly stage: 'checking' | 'fetching' | 'copying' | 'unpacking';
  readonly model: string;
  readonly file: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'bytes';
  readonly bytesPerSecond: number;
  readonly secondsLeft: number | null;
}

export type OnProgress = (progress: Progress) => void;

/** A rate that follows the line without jumping: bytes of the last few seconds over their time. */
export function makeRate(windowMs = 8_000): { add(bytes: number, atMs: number): void; perSecond(atMs: number): number } {
  let marks: { atMs: number; bytes: number }[] = [];
  let since: number | undefined;
  return {
    add(bytes, atMs) {
      since ??= atMs;
      const last = marks.at(-1);
      // One mark a tenth of a second is enough, however small the pieces are.
      if (last && atMs - last.atMs < 100) last.bytes += bytes;
      else marks.push({ atMs, bytes });
      if (marks.length > 200) marks = marks.filter((mark) => mark.atMs > atMs - windowMs);
    },
    perSecond(atMs) {
      if (since === undefined) return 0;
      const from = Math.max(since, atMs - windowMs);
      const bytes = marks.filter((mark) => mark.atMs >= from).reduce((sum, mark) => sum + mark.bytes, 0);
      return atMs - from < 50 ? 0 : (bytes * 1000) / (atMs - from);
    },
  };
}

/** Adds up what several files report, and tells `onProgress` at most ten times a second and at each change of stage. */
export interface Tally {
  /** Says that a file's size is now known (or better known). */
  size(key: string, bytes: number | null): void;
  /** Says how much of a file is there; `moved` is what came just now over the wire or the disk. */
  at(key: string, done: number, moved: number, stage: Progress['stage'], model: string, file: string): void;
}

export function makeTally(onProgress: OnProgress | undefined, elapsedMs: () => number = () => performance.now()): Tally {
  const sizes = new Map<string, number | null>();
  const dones = new Map<string, number>();
  const rate = makeRate();
  let toldAt = Number.NEGATIVE_INFINITY;
  let toldStage: string | undefined;
  return {
    size(key, bytes) {
      sizes.set(key, bytes);
    },
    at(key, done, moved, stage, model, file) {
      const now = elapsedMs();
      dones.set(key, done);
      if (moved > 0) rate.add(moved, now);
      if (!onProgress || (now - toldAt < 100 && stage === toldStage)) return;
      toldAt = now;
      toldStage = stage;
      const sum = [...dones.values()].reduce((all, bytes) => all + bytes, 0);
      const total = [...sizes.values()].includes(null)
        ? null
        : [...sizes].reduce((all, [one, bytes]) => all + Math.max(bytes ?? 0, dones.get(one) ?? 0), 0);
      const bytesPerSecond = rate.perSecond(now);
      onProgress({
        stage,
        model,
        file,
        done: sum,
        total,
        unit: 'bytes',
        bytesPerSecond,
        secondsLeft: secondsLeft(sum, total, bytesPerSecond),
      });
    },
  };
}

export function secondsLeft(done: number, total: number | null, bytesPerSecond: number): number | null {
  if (total === null || bytesPerSecond < 1) return null;
  return Math.max(0, Math.ceil((total - done) / bytesPerSecond));
}

/** 12.3 MB, 1.1 GB: decimal, as disks and hubs count. */
export function sayBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [unit, size] = bytes < 999_500 ? ['kB', 1e3] : bytes < 999_500_000 ? ['MB', 1e6] : ['GB', 1e9];
  const amount = bytes / (size as number);
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}

export function saySeconds(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** One line for a terminal. */
export function sayProgress(progress: Progress): string {
  const { stage, model, file, done, total, bytesPerSecond } = progress;
  const what = { checking: 'checking', fetching: 'fetching', copying: 'copying', unpacking: 'unpacking' }[stage];
  const amount = total === null ? sayBytes(done) : `${sayBytes(done)} of ${sayBytes(total)}`;
  const rate = bytesPerSecond >= 1 ? `, ${sayBytes(Math.round(bytesPerSecond))}/s` : '';
  const left = progress.secondsLeft === null ? '' : `, ${saySeconds(progress.secondsLeft)} left`;
  return `${what} ${model}/${file}: ${amount}${rate}${left}`;
}
