import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import { type Caller, PLATFORM } from './caller.ts';
import { type ClockFault, judgeClock } from './clock-verdict.ts';
import { authorize } from './policies.ts';

/**
 * Whether the clock of this box is believed. A wrong one books into the wrong week and signs at the wrong hour, so what names a
 * time that people rely on asks `require` first; what people read, and what patients are owed now, does not. What has a length
 * of life is measured by `lifeMs`, which no setting of the wall clock moves.
 */
export interface TrustedTime {
  /** Throws CLOCK_WRONG while a person must confirm the time: for bookings, approvals and new tokens. */
  require(): Promise<void>;
  /** The refusal that `require` would throw; undefined while the clock is believed. */
  doubt(): Promise<AppError | undefined>;
  /** The time by which tokens and leases live: it only ever goes on, as fast as time does. */
  lifeMs(): number;
  /** Judges the clock anew, and tells the box's people once when it has gone wrong. */
  look(): Promise<ClockState>;
  /** Remembers how late it is, where something was written since the last time. */
  note(): Promise<void>;
  read(caller: Caller): Promise<ClockState>;
  /** A person says that the clock is right. With the time that they read elsewhere, the two are compared. */
  confirm(caller: Caller, saidMs?: number): Promise<ClockState>;
}

export interface ClockState {
  readonly nowMs: number;
  readonly fault: ClockFault | undefined;
  /** The refusal in words, and what to do. */
  readonly sentence: string | undefined;
  readonly highestMs: number | undefined;
}

export interface TrustedTimeParts {
  readonly storage: Storage;
  readonly clock: Clock;
  /** When this release was built; undefined where that is not known. */
  readonly builtMs?: number | undefined;
  /** Milliseconds since the machine began, its sleep included: a lid that was shut is no clock that jumped. */
  readonly uptimeMs?: (() => number) | undefined;
  /** How many units of work have written something so far. */
  readonly commits: () => number;
  /** Told once, when the clock has gone wrong. */
  readonly warn?: (fault: ClockFault, sentence: string) => void;
}

/** What is kept, as JSON in a setting of the platform: times in milliseconds. */
export interface KeptTime {
  readonly highestMs?: number;
  /** When a person last confirmed the time, by the clock that they confirmed. */
  readonly confirmedMs?: number;
  /** The time of a build that a person overruled: it was made on a machine whose clock was wrong. */
  readonly overruledMs?: number;
  /** Why the running service doubts the clock, for those who look from beside it. */
  readonly doubt?: ClockFault;
}

export const KEPT_TIME = 'clock';
const SAID_MS = 5 * 60_000;
const SLEPT_MS = 1_000;

export const clockSentences: Readonly<Record<ClockFault, string>> = {
  beforeLastWrite:
    'The clock of this box stands before the time of what was last written here. Nothing is booked, approved or signed in until an administrator has set the clock, signed in and confirmed the time, or run "bedside doctor --fix-clock" at the box.',
  beforeBuild:
    'The clock of this box stands before the day on which this version was made. Nothing is booked, approved or signed in until an administrator has set the clock, signed in and confirmed the time, or run "bedside doctor --fix-clock" at the box.',
  longAfter:
    'By its clock this box was last used more than 400 days ago. Nothing is booked, approved or signed in until an administrator has checked the clock, signed in and confirmed the time, or run "bedside doctor --fix-clock" at the box.',
  jumped:
    'The clock of this box has jumped by more than an hour. Nothing is booked, approved or signed in until an administrator has checked the clock, signed in and confirmed the time, or run "bedside doctor --fix-clock" at the box.',
};

export async function openTrustedTime({ storage, clock, builtMs, uptimeMs, commits, warn }: TrustedTimeParts): Promise<TrustedTime> {
  const wall = () => clock.now().getTime();
  const began = { elapsedMs: clock.elapsedMs(), uptimeMs: uptimeMs?.() ?? 0 };
  let slept = 0;
  /** Monotonic milliseconds since the start. */
  const since = () => clock.elapsedMs() - began.elapsedMs + slept;

  let kept = await storage.read(PLATFORM, readKept);
  let fault = judgeClock({ wallMs: wall(), highestMs: kept.highestMs, builtMs: builtMs === kept.overruledMs ? undefined : builtMs });
  // Behind what was written is certainly behind the truth: what had run out by then must not live again.
  const lifeAtStart = Math.max(wall(), kept.highestMs ?? 0);
  let anchor = { wallMs: wall(), since: 0 };
  let notedCommits = -1;

  const box = (): Caller => ({
    userId: 'box',
    hospitalId: PLATFORM,
    role: 'platform_admin',
    via: 'job',
    requestId: newId(wall()),
    signal: new AbortController().signal,
  });

  const state = (): ClockState => ({
    nowMs: wall(),
    fault,
    sentence: fault && clockSentences[fault],
    highestMs: kept.highestMs,
  });

  /** The clock is not believed: said, written down, and left so until a person has looked. */
  async function tell(found: ClockFault): Promise<void> {
    warn?.(found, clockSentences[found]);
    await storage.transact(PLATFORM, async (stores) => {
      kept = { ...(await readKept(stores)), doubt: found };
      await stores.access.putSetting(KEPT_TIME, JSON.stringify(kept));
      await appendAudit(stores, box(), wall(), {
        eventType: 'clock.doubted',
        action: 'E',
        entityType: 'box',
        payload: { new: { fault: found, highest: isoOf(kept.highestMs) } },
      });
    });
  }

  /** A person may have confirmed the time at the box, beside this service. */
  async function learnOfConfirmation(): Promise<void> {
    const stored = await storage.read(PLATFORM, readKept);
    if (stored.confirmedMs === kept.confirmedMs) return;
    kept = stored;
    believe();
  }

  function believe(): void {
    fault = undefined;
    anchor = { wallMs: wall(), since: since() };
  }

  async function look(): Promise<ClockState> {
    const sleeping = uptimeMs === undefined ? 0 : uptimeMs() - began.uptimeMs - (clock.elapsedMs() - began.elapsedMs);
    if (sleeping > slept + SLEPT_MS) slept = sleeping;
    if (fault) await learnOfConfirmation().catch(() => {});
    else {
      fault = judgeClock({ wallMs: wall(), expectedMs: anchor.wallMs + since() - anchor.since });
      // Who asked is answered, whether or not there is room to write it down.
      if (fault) await tell(fault).catch(() => {});
    }
    return state();
  }

  async function doubt(): Promise<AppError | undefined> {
    await look();
    return fault && new AppError('unavailable', clockSentences[fault], { reason: 'CLOCK_WRONG', context: { clock: isoOf(wall()) } });
  }

  async function note(): Promise<void> {
    await look();
    if (fault || commits() === notedCommits) return;
    await storage.transact(PLATFORM, async (stores) => {
      const { doubt: _, ...stored } = await readKept(stores);
      kept = { ...stored, highestMs: Math.max(wall(), stored.highestMs ?? 0) };
      await stores.access.putSetting(KEPT_TIME, JSON.stringify(kept));
    });
    notedCommits = commits();
  }

  if (fault) await tell(fault);
  else await note();

  return {
    look,
    note,
    doubt,
    lifeMs: () => Math.floor(lifeAtStart + since()),

    async require() {
      const refusal = await doubt();
      if (refusal) throw refusal;
    },

    async read(caller) {
      authorize(caller, 'clock.confirm');
      return look();
    },

    async confirm(caller, saidMs) {
      kept = await confirmTime(storage, caller, { nowMs: wall(), saidMs, builtMs });
      believe();
      return state();
    },
  };
}

/** Writes down that a person believes the clock, whether the service runs or not. */
export async function confirmTime(
  storage: Storage,
  caller: Caller,
  { nowMs, saidMs, builtMs }: { nowMs: number; saidMs?: number | undefined; builtMs?: number | undefined },
): Promise<KeptTime> {
  authorize(caller, 'clock.confirm');
  if (saidMs !== undefined && Math.abs(saidMs - nowMs) > SAID_MS)
    throw new AppError('conflict', 'The clock of this box says {clock}. Set the clock of the machine first, then confirm the time.', {
      reason: 'CONFLICT',
      values: { clock: String(isoOf(nowMs)) },
      context: { field: 'time' },
    });
  return storage.transact(PLATFORM, async (stores) => {
    const { doubt, ...before } = await readKept(stores);
    const isBeforeBuild = builtMs !== undefined && nowMs < builtMs;
    // The person's word goes over what was written under a clock that ran ahead.
    const after: KeptTime = { ...before, highestMs: nowMs, confirmedMs: nowMs, ...(isBeforeBuild ? { overruledMs: builtMs } : {}) };
    await stores.access.putSetting(KEPT_TIME, JSON.stringify(after));
    await appendAudit(stores, { ...caller, hospitalId: PLATFORM }, nowMs, {
      eventType: 'clock.confirmed',
      action: 'E',
      entityType: 'box',
      payload: { old: { fault: doubt ?? null, highest: isoOf(before.highestMs) }, new: { now: isoOf(nowMs) } },
    });
    return after;
  });
}

/** Clocks that were set right by less than this are not doubted, so what they measured may be off by as much. */
const SLACK_MS = 3_600_000;

/** Pure: is what was to live for so long still open? With more left than it was ever given it comes from a clock that ran ahead. */
export function isOpen(expiresAt: number, lifeMs: number, givenMs: number): boolean {
  return expiresAt > lifeMs && expiresAt <= lifeMs + givenMs + SLACK_MS;
}

/** For a command beside a service that may be running: whoever stands at the box is refused nothing by its clock. */
export async function timeBeside(storage: Storage, clock: Clock): Promise<Pick<TrustedTime, 'lifeMs' | 'doubt' | 'require'>> {
  const { highestMs = 0 } = await storage.read(PLATFORM, readKept);
  return {
    lifeMs: () => Math.max(clock.now().getTime(), highestMs),
    doubt: async () => undefined,
    require: async () => {},
  };
}

async function readKept(stores: Stores): Promise<KeptTime> {
  return keptTimeOf(await stores.access.setting(KEPT_TIME));
}

/** Pure: what a setting of the platform says. */
export function keptTimeOf(text: string | undefined): KeptTime {
  return text === undefined ? {} : (JSON.parse(text) as KeptTime);
}

const isoOf = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
