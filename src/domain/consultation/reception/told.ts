import { minutesOf } from './calendar-day.ts';
import type { Facts, Person, State, Wish } from './state.ts';
import { omit, pick, without } from './state.ts';
import type { AppointmentRow, Slot } from './tools.ts';
import type { Heard } from './understand.ts';
import type { When } from './when.ts';
import { partHours } from './when-words.ts';

/** What somebody told, laid into what is known: which matter it is, with whom, when, and for whom. What changes undoes what was looked up for it. Pure. */

/** Did they tell anything of who, when or for whom? */
export const newDetails = (heard: Heard): boolean =>
  heard.when.date !== undefined ||
  heard.when.dates.length > 0 ||
  heard.when.time !== undefined ||
  heard.when.times.length > 0 ||
  heard.when.part !== undefined ||
  heard.when.window !== undefined ||
  heard.when.days !== undefined ||
  heard.when.soonest ||
  heard.when.anyTime ||
  heard.when.not.dates.length > 0 ||
  heard.when.not.times.length > 0 ||
  heard.doctor !== undefined ||
  heard.department !== undefined ||
  heard.anyDoctor ||
  heard.person?.name !== undefined ||
  heard.phone !== undefined ||
  heard.choice !== undefined;

export function withIntent(state: State, heard: Heard, facts: Facts): State {
  const { intent } = heard;
  if (!intent || intent === 'doctors' || intent === 'hours') {
    // After a deed, "and my daughter?" begins another one like it.
    if (!state.task && state.done.length > 0 && heard.person?.relation) return another(state, 'book', heard);
    // Details without a verb, where nothing is under way: who names a doctor or a time wants to come.
    if (
      !state.task &&
      intent === undefined &&
      (heard.doctor ||
        (!heard.question && (heard.department || heard.when.date || heard.when.time)) ||
        (heard.when.date && heard.when.time))
    )
      return { ...state, task: 'book' };
    if (state.asked === 'task' && heard.answer === 'yes') return { ...without(state, 'asked'), task: 'book' };
    return state;
  }
  if (intent === 'book' && heard.person?.relation && state.done.length > 0) return another(state, 'book', heard);
  if (state.task === intent) return state;
  // In the middle of one matter, asking when somebody is free or for "an appointment" is a part of it.
  if (intent === 'availability' && state.task) return state;
  if (intent === 'book' && (state.task === 'reschedule' || state.task === 'book') && state.target) return state;
  if (intent === 'book' && state.task === 'reschedule' && !heard.answer) return state;
  if (
    intent === 'reschedule' &&
    state.task === 'book' &&
    state.done.length === 0 &&
    !/\bmy (?:appointment|visit|booking)\b/i.test(heard.text)
  )
    return state;
  if (intent === 'existing' && state.done.length > 0 && !state.task) return state;
  if (intent === 'message' && state.task) return state;
  if (intent === 'availability' && facts.doctors.length === 0) return state;
  return another(state, intent, heard);
}

/** A new matter; of the last one stays who is calling, and for a booking also with whom. */
function another(state: State, task: NonNullable<State['task']>, heard: Heard): State {
  const fromAvailability = state.task === 'availability';
  const kept: Wish =
    state.done.length > 0 && task === 'book'
      ? { ...pick(state.wish, 'doctorId', 'department', 'date', 'anyDoctor') }
      : fromAvailability
        ? state.wish
        : {};
  const sameTime = task === 'book' && heard.sameTime && state.done.at(-1);
  const person: Person =
    state.done.length > 0 && task === 'book' ? pick(state.person, 'phone') : state.done.length > 0 ? state.person : state.person;
  return {
    ...without(state, 'asked', 'agreed', 'slot', 'target', 'message'),
    task,
    wish: { ...kept, ...(sameTime ? { date: sameTime.date, time: sameTime.time, doctorId: sameTime.doctorId } : {}) },
    person,
    unclear: {},
    offered: fromAvailability ? state.offered : [],
    found: [],
  };
}

export function merge(state: State, heard: Heard, facts: Facts): State {
  let next = state;
  if (state.task && state.task !== 'existing' && state.task !== 'message') next = mergeDoctor(next, heard, facts);
  next = mergeWhen(next, heard);
  return mergePerson(next, heard, facts);
}

function mergeDoctor(state: State, heard: Heard, facts: Facts): State {
  const { doctor, department } = heard;
  // Whose appointment is to be moved or cancelled: the doctor belongs to that one.
  const old = (state.task === 'cancel' || state.task === 'reschedule') && !state.target;
  const set = (doctorId: string | undefined, more: Partial<Wish> = {}): State => {
    if (old)
      return doctorId
        ? { ...state, wish: { ...state.wish, oldDoctorId: doctorId, ...more }, unclear: omit(state.unclear, 'doctors') }
        : state;
    const { doctorId: _, department: __, anyDoctor: ___, ...rest } = state.wish;
    return { ...fresh(state), wish: { ...rest, ...(doctorId ? { doctorId } : {}), ...more }, unclear: omit(state.unclear, 'doctors') };
  };
  if (doctor?.kind === 'exact' || doctor?.kind === 'closest')
    return doctor.one.id === (old ? state.wish.oldDoctorId : state.wish.doctorId) ? state : set(doctor.one.id);
  if (doctor?.kind === 'several') {
    // "Dr Rao, the heart doctor": the department tells them apart.
    const own = department?.kind === 'exact' ? doctor.among.filter((one) => one.department === department.one) : [];
    if (own.length === 1 && own[0]) return set(own[0].id);
    return { ...fresh(state), unclear: { ...state.unclear, doctors: doctor.among.map(({ name }) => name) } };
  }
  if (state.asked === 'which' && heard.choice !== undefined && state.unclear.doctors) {
    const name = state.unclear.doctors.at(heard.choice);
    const one = facts.doctors.find((other) => other.name === name);
    if (one) return set(one.id);
  }
  if (department?.kind === 'exact' || department?.kind === 'closest') {
    if (old) return state;
    const chosen = facts.doctors.find(({ id }) => id === state.wish.doctorId);
    if (chosen?.department === department.one || state.wish.department === department.one) return state;
    return set(undefined, { department: department.one });
  }
  if (
    heard.anyDoctor &&
    !old &&
    (state.asked === 'doctor' || state.offered.length > 0 || state.slot || state.wish.doctorId || !state.wish.department)
  ) {
    if (state.wish.anyDoctor) return state;
    const chosen = facts.doctors.find(({ id }) => id === state.wish.doctorId);
    return set(undefined, { anyDoctor: true, ...(chosen ? {} : state.wish.department ? { department: state.wish.department } : {}) });
  }
  if (
    state.asked === 'doctor' &&
    heard.when.anyTime === false &&
    /\b(?:no preference|doesn'?t matter|does not matter|not sure|don'?t know)\b/i.test(heard.text)
  )
    return set(undefined, { anyDoctor: true });
  return state;
}

function mergeWhen(state: State, heard: Heard): State {
  if (!state.task || state.task === 'message') return state;
  const when = state.task === 'book' || state.task === 'availability' ? asWish(heard.when) : heard.when;
  const { wish } = state;
  const patch: { -readonly [K in keyof Wish]?: Wish[K] | undefined } = {};
  const unclear: { doctors?: readonly string[]; dates?: readonly string[]; times?: readonly string[] } = { ...state.unclear };
  let changed = false;
  const put = <K extends keyof Wish>(key: K, value: Wish[K] | undefined) => {
    if (JSON.stringify(wish[key]) === JSON.stringify(value)) return;
    patch[key] = value;
    changed = true;
  };
  const moving = state.task === 'reschedule' && !state.target;
  const only = state.task === 'cancel' || state.task === 'existing' || (state.asked === 'which' && state.found.length > 0 && !state.target);
  if (when.old.date && (only || moving)) put('oldDate', when.old.date);
  if (when.old.time && (only || moving)) put('oldTime', when.old.time);
  if (moving && when.not.dates[0] && !when.old.date) put('oldDate', when.not.dates[0]);
  // A time chosen from those offered, whichever half of the day it was meant in.
  const meant = chosen(state, heard);
  if (meant) {
    // Also where it is the one that was wished all along: it has been agreed to now.
    changed = true;
    put('date', meant.date);
    put('time', meant.time);
    put('part', undefined);
    put('window', undefined);
    put('days', undefined);
    put('soonest', undefined);
    put('anyTime', undefined);
    if (wish.anyDoctor || wish.department) put('doctorId', meant.doctorId);
    delete unclear.times;
    delete unclear.dates;
  } else {
    if (when.date) {
      if (only) put('oldDate', when.date);
      else {
        put('date', when.date);
        put('days', undefined);
        if (wish.soonest && wish.date !== when.date) put('soonest', undefined);
      }
      delete unclear.dates;
    } else if (when.dates.length > 0) {
      const among = unclear.dates && when.dates.filter((date) => unclear.dates?.includes(date));
      if (among?.length === 1 && among[0]) {
        put('date', among[0]);
        delete unclear.dates;
      } else {
        unclear.dates = when.dates;
        changed = true;
      }
    } else if (when.days) {
      put('days', when.days);
      put('date', undefined);
    } else if (when.not.dates.includes(wish.date ?? '')) put('date', undefined);
    if (when.time) {
      if (only) put('oldTime', when.time);
      else {
        put('time', when.time);
        put('part', undefined);
        put('window', undefined);
        put('anyTime', undefined);
        put('soonest', undefined);
      }
      delete unclear.times;
    } else if (when.times.length > 0) {
      const among = unclear.times && when.times.filter((time) => unclear.times?.includes(time));
      if (among?.length === 1 && among[0]) put('time', among[0]);
      else {
        unclear.times = when.times;
        changed = true;
      }
    } else if (when.window || when.part) {
      // "In the evening": of the two times that are unclear one may be in it.
      const part = when.part;
      const within = part && unclear.times?.filter((time) => minutesOf(time) >= partHours[part][0] && minutesOf(time) < partHours[part][1]);
      if (within?.length === 1 && within[0]) {
        put('time', within[0]);
        delete unclear.times;
      } else {
        put('part', when.part);
        put('window', when.window);
        put('time', undefined);
      }
    } else if (when.not.times.includes(wish.time ?? '')) put('time', undefined);
    if (when.soonest) {
      put('soonest', true);
      if (!when.time) put('time', undefined);
    } else if (when.anyTime) {
      put('anyTime', true);
      put('time', undefined);
    }
    if (state.asked === 'which' && heard.choice !== undefined && unclear.dates) {
      const date = unclear.dates.at(heard.choice);
      if (date) {
        put('date', date);
        delete unclear.dates;
      }
    }
  }
  if (heard.sameTime && state.task === 'reschedule' && state.target && !when.time) put('time', state.target.time);
  if (!changed && JSON.stringify(unclear) === JSON.stringify(state.unclear)) return state;
  const merged = Object.fromEntries(Object.entries({ ...wish, ...patch }).filter(([, value]) => value !== undefined)) as Wish;
  return { ...fresh(state), wish: merged, unclear };
}

/** Where nothing stands yet, "book my appointment for Monday" names the day that is wished. */
function asWish(when: When): When {
  const { date, time } = when.old;
  return {
    ...when,
    ...(date && !when.date && when.dates.length === 0 ? { date } : {}),
    ...(time && !when.time && when.times.length === 0 ? { time } : {}),
  };
}

/** The one of the caller's own appointments that was chosen: "the second one", "yes" to the only one. */
export function ownChoice({ asked, found, target }: State, { choice, answer, when }: Heard): AppointmentRow | undefined {
  if (asked !== 'which' || target || found.length === 0) return undefined;
  if (choice !== undefined) return found.at(choice);
  return answer === 'yes' && found.length === 1 && !when.date ? found[0] : undefined;
}

/** The one of the times offered that was chosen. */
function chosen(state: State, { when, choice, answer }: Heard): Slot | undefined {
  const { offered } = state;
  if (offered.length === 0) return undefined;
  if (choice !== undefined) return offered.at(choice);
  const times = when.time ? [when.time] : when.times;
  const half = (time: string) => minutesOf(time) % 720;
  const days = when.date ? offered.filter(({ date }) => date === when.date) : offered;
  const exact = days.filter(({ time }) => times.includes(time));
  if (exact.length === 1 || (exact.length > 1 && times.length > 0)) return exact[0];
  const near = times.length === 0 ? [] : days.filter(({ time }) => times.some((one) => half(one) === half(time)));
  if (near.length === 1 && !when.part) return near[0];
  if (when.date && times.length === 0 && days.length === 1 && offered.length > 1) return days[0];
  return answer === 'yes' && offered.length === 1 && times.length === 0 && !when.date && !when.part ? offered[0] : undefined;
}

function mergePerson(state: State, heard: Heard, { caller }: Facts): State {
  const person: { -readonly [K in keyof Person]?: Person[K] | undefined } = {};
  const proofs: { name?: string; code?: string; birthYear?: number; birthDate?: string } = {};
  if (heard.person?.name && heard.person.name !== state.person.name) {
    person.name = heard.person.name;
    if (caller.kind !== 'patient') proofs.name = heard.person.name;
  }
  if (heard.person?.relation && heard.person.relation !== state.person.relation) {
    person.relation = heard.person.relation;
    // "For my daughter": the name told before was the caller's own, unless both were told together.
    if (!heard.person.name && state.asked !== 'name' && state.task === 'book') person.name = undefined;
  }
  if (heard.phone?.number && heard.phone.number !== state.person.phone) {
    person.phone = heard.phone.number;
    person.digits = undefined;
  } else if (heard.phone && !heard.phone.number && state.asked === 'phone')
    person.digits = (heard.phone.anew ? '' : (state.person.digits ?? '')) + heard.phone.digits;
  if (heard.noPhone && state.asked === 'phone') person.noPhone = true;
  if (heard.email && heard.email !== state.person.email) person.email = heard.email;
  if (heard.code) proofs.code = heard.code;
  if (heard.birth) {
    proofs.birthYear = heard.birth.year;
    if (heard.birth.date) proofs.birthDate = heard.birth.date;
  }
  if (Object.keys(person).length === 0 && Object.keys(proofs).length === 0) return state;
  const merged = Object.fromEntries(Object.entries({ ...state.person, ...person }).filter(([, value]) => value !== undefined)) as Person;
  return { ...without(state, 'agreed'), person: merged, proofs: { ...state.proofs, ...proofs } };
}

/** What was agreed or looked up before belongs to another wish now. */
export const fresh = (state: State): State => ({ ...without(state, 'slot', 'agreed'), offered: [] });
