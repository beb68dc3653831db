import type { DoctorFact } from './names.ts';
import type { Relation } from './person-name.ts';
import type { AppointmentRow, Slot, ToolCall } from './tools.ts';
import type { Asked } from './understand.ts';
import type { PartOfDay } from './when-words.ts';

/** What the reception knows in the middle of a conversation. Plain data: it is kept as JSON between turns, and restarts do not hurt it. */
export interface State {
  readonly task?: 'book' | 'cancel' | 'reschedule' | 'existing' | 'availability' | 'message';
  readonly wish: Wish;
  readonly person: Person;
  readonly proofs: { readonly name?: string; readonly code?: string; readonly birthYear?: number; readonly birthDate?: string };
  readonly asked?: Asked;
  /** What was said last, for whoever did not hear it. */
  readonly said: string;
  readonly offered: readonly Slot[];
  /** Free when it was looked at, and not agreed to yet. */
  readonly slot?: Slot;
  readonly found: readonly AppointmentRow[];
  readonly target?: AppointmentRow;
  /** What the caller was asked to agree to: only a yes to this carries it out. */
  readonly agreed?: string;
  /** Doctors, days or times of which one has to be chosen. */
  readonly unclear: { readonly doctors?: readonly string[]; readonly dates?: readonly string[]; readonly times?: readonly string[] };
  readonly notUnderstood: number;
  readonly silences: number;
  readonly missed: number;
  readonly failures: number;
  /** Deeds of this conversation, as their rows said. */
  readonly done: readonly AppointmentRow[];
  readonly message?: string;
  readonly reason?: string;
  readonly handedOver: boolean;
}

export interface Wish {
  readonly doctorId?: string;
  readonly department?: string;
  readonly anyDoctor?: boolean;
  readonly date?: string;
  readonly time?: string;
  readonly part?: PartOfDay;
  readonly window?: { readonly from?: string; readonly to?: string };
  readonly days?: { readonly from: string; readonly to: string };
  readonly soonest?: boolean;
  readonly anyTime?: boolean;
  /** Said of the appointment that is to be moved or cancelled. */
  readonly oldDate?: string;
  readonly oldTime?: string;
  readonly oldDoctorId?: string;
}

export interface Person {
  readonly name?: string;
  readonly phone?: string;
  /** Digits of a number that is not whole yet. */
  readonly digits?: string;
  readonly email?: string;
  readonly relation?: Relation;
  readonly noPhone?: boolean;
}

export const begin: State = {
  wish: {},
  person: {},
  proofs: {},
  said: '',
  offered: [],
  found: [],
  unclear: {},
  notUnderstood: 0,
  silences: 0,
  missed: 0,
  failures: 0,
  done: [],
  handedOver: false,
};

/** What is known before anybody speaks. Local dates and times are those of the hospital's wall. */
export interface Facts {
  readonly date: string;
  readonly time: string;
  readonly language: string;
  readonly country: string;
  readonly doctors: readonly DoctorFact[];
  readonly open?: { readonly from: string; readonly to: string } | undefined;
  readonly caller: CallerKind;
}

/** Staff speak for a patient; a patient is signed in as themselves; anybody else has to show who they are to hear of what stands. */
export type CallerKind =
  /** With the patient for whom they opened the conversation, where they named one. */
  | { readonly kind: 'staff'; readonly name?: string; readonly phone?: string }
  | { readonly kind: 'patient'; readonly patientId?: string; readonly name?: string; readonly phone?: string }
  | { readonly kind: 'stranger'; readonly phone?: string };

export type Act =
  | { readonly type: 'say'; readonly text: string }
  /** Its result is the next input, unless `quiet`. */
  | { readonly type: 'call'; readonly call: ToolCall; readonly quiet?: boolean }
  /** Looks for appointments; what is found is the next input. Not a tool: it tells nobody anything. */
  | { readonly type: 'find' }
  /** Not a matter of the reception: whoever answers questions may answer it. */
  | { readonly type: 'pass'; readonly otherwise: string };

export type Step = readonly [State, readonly Act[]];

/** Nothing under way, and nothing asked; who is calling and what was done stay known. */
export const afresh = (state: State): State => ({
  ...without(state, 'task', 'slot', 'target', 'agreed', 'message', 'asked'),
  wish: {},
  offered: [],
  found: [],
  unclear: {},
  notUnderstood: 0,
});

/** What was booked or moved in this conversation, and stands. */
export const standing = ({ done }: State): readonly AppointmentRow[] =>
  [...new Map(done.map((row) => [row.appointmentId, row])).values()].filter(({ status }) => status !== 'cancelled');

export function without<K extends keyof State>(state: State, ...keys: readonly K[]): State {
  return omit(state, ...keys) as State;
}

export function omit<T extends object, K extends keyof T>(thing: T, ...keys: readonly K[]): Omit<T, K> & Partial<Pick<T, K>> {
  const copy = { ...thing };
  for (const key of keys) delete copy[key];
  return copy;
}

export function pick<T extends object, K extends keyof T>(thing: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.filter((key) => thing[key] !== undefined).map((key) => [key, thing[key]])) as Pick<T, K>;
}
