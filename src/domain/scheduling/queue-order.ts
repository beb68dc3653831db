/** What of a person in the line decides where they stand. */
export interface Standing {
  readonly tokenNumber: number;
  /** 0 for nearly everybody; the higher the sooner. */
  readonly priority: number;
  /** When their appointment begins; null for who walked in. */
  readonly appointmentAt: number | null;
  readonly joinedAt: number;
}

/**
 * Why somebody stands where they stand. `urgent`: somebody at the desk gave them priority. `appointment`: their time has come.
 * `late`: they came after their time, and count from when they came. `walk_in`: they came without. `early`: their time is still to come.
 */
export const whys = ['urgent', 'appointment', 'late', 'walk_in', 'early'] as const;
export type Why = (typeof whys)[number];
export type Lane = 'appointment' | 'walk_in';

export interface Placed<T> {
  readonly entry: T;
  /** From 1, who is called next. */
  readonly position: number;
  readonly why: Why;
}

/**
 * Pure: a doctor's line, who is called next in front. Whoever has priority goes first, the highest and then the oldest. Then those whose
 * appointment has come and those who walked in take turns, one of each, beginning with whichever was not called last, so that neither
 * waits behind all of the other; among themselves by their time. Who is early for their appointment goes behind whoever waits already.
 */
export function inOrder<T extends Standing>(
  waiting: readonly T[],
  { nowMs, last }: { readonly nowMs: number; readonly last: Lane | undefined },
): Placed<T>[] {
  const of = (...reasons: Why[]) => sorted(waiting.filter((one) => reasons.includes(whyOf(one, nowMs))));
  const urgent = of('urgent').sort((a, b) => b.priority - a.priority);
  const ordered = [...urgent, ...takingTurns(of('appointment', 'late'), of('walk_in'), last), ...of('early')];
  return ordered.map((entry, index) => ({ entry, position: index + 1, why: whyOf(entry, nowMs) }));
}

/** Pure: by what somebody stands in the line at this moment. */
export function whyOf({ priority, appointmentAt, joinedAt }: Standing, nowMs: number): Why {
  if (priority > 0) return 'urgent';
  if (appointmentAt === null) return 'walk_in';
  if (appointmentAt > nowMs) return 'early';
  return joinedAt > appointmentAt ? 'late' : 'appointment';
}

/** Pure: on whose turn somebody is called. */
export const laneOf = ({ appointmentAt }: Pick<Standing, 'appointmentAt'>): Lane => (appointmentAt === null ? 'walk_in' : 'appointment');

/** Pure: from when their waiting counts. */
export const countsFrom = ({ appointmentAt, joinedAt }: Standing): number => Math.max(appointmentAt ?? joinedAt, joinedAt);

function takingTurns<T extends Standing>(appointments: readonly T[], walkIns: readonly T[], last: Lane | undefined): T[] {
  const [a, w] = [appointments[0], walkIns[0]];
  const isFirst = a !== undefined && w !== undefined && (last === undefined ? countsFrom(a) <= countsFrom(w) : last === 'walk_in');
  const [first, second] = isFirst ? [appointments, walkIns] : [walkIns, appointments];
  const longest = Math.max(first.length, second.length);
  return Array.from({ length: longest }, (_, turn) => [...first.slice(turn, turn + 1), ...second.slice(turn, turn + 1)]).flat();
}

/** Of two who came in the same millisecond, the lower number goes first. */
function sorted<T extends Standing>(some: readonly T[]): T[] {
  return [...some].sort((a, b) => countsFrom(a) - countsFrom(b) || a.joinedAt - b.joinedAt || a.tokenNumber - b.tokenNumber);
}
