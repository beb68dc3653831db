import { trivialReply } from '../trivial.ts';
import { timeOf } from './calendar-day.ts';
import { dealOf, logOf, rowFits, sameName } from './deeds.ts';
import { type Sentences, sentencesIn } from './sentences.ts';
import { spoken } from './spoken.ts';
import type { Act, Facts, State, Step } from './state.ts';
import { afresh, omit, pick, standing, without } from './state.ts';
import { fresh, merge, newDetails, ownChoice, withIntent } from './told.ts';
import type { AppointmentRow, Slot, ToolCall, ToolResult } from './tools.ts';
import { type Asked, type Heard, understand } from './understand.ts';
import { partHours } from './when-words.ts';

/**
 * The conversation at the reception as a table of what follows on what. It books, moves, cancels, tells and takes messages; it asks one thing at
 * a time, takes whatever is told unasked, reads everything back, and asks before anything is done. It refuses to know how words are heard and
 * how a calendar is kept: it only says what it wants (`Act`), and is told what came of it. The deed is told from the row that came back. Pure.
 */
export type Input =
  | { readonly type: 'heard'; readonly text: string }
  | { readonly type: 'silence' }
  | { readonly type: 'result'; readonly call: ToolCall; readonly result: ToolResult }
  /** `failed`: the calendar could not be asked, which is not the same as nothing found. */
  | { readonly type: 'found'; readonly rows: readonly AppointmentRow[]; readonly failed?: boolean };

/** So often in a row something may be said that is not understood, or nothing at all, before a person is called. */
const PATIENCE = 2;
/** So often may somebody try to show who they are. */
const TRIES = 3;

export function step(state: State, input: Input, facts: Facts): Step {
  const words = sentencesIn(facts.language);
  switch (input.type) {
    case 'heard':
      return spoken(input.text).length === 0 ? hush(state, words) : hear({ ...state, silences: 0 }, input.text, facts, words);
    case 'silence':
      return hush(state, words);
    case 'result':
      return afterCall(state, input.call, input.result, facts, words);
    case 'found':
      return input.failed ? failed(state, noAnswer, words) : afterFinding(state, input.rows, facts, words);
  }
}

const noAnswer = { success: false, error_type: 'service', message: '' } as const;

/** Nothing was heard, or nothing that is words. */
function hush(state: State, words: Sentences): Step {
  return state.silences + 1 >= PATIENCE
    ? transfer({ ...state, silences: 0 }, 'not_understood')
    : say({ ...state, silences: state.silences + 1 }, words.stillThere, state.said);
}

function hear(state: State, text: string, facts: Facts, words: Sentences): Step {
  const heard = understand(text, {
    date: facts.date,
    time: facts.time,
    open: facts.open,
    anchor: state.wish.date ?? state.slot?.date ?? state.target?.date,
    asked: state.asked,
    doctorsDue: state.asked === 'doctor' || (state.asked === 'which' && state.unclear.doctors !== undefined),
    doctors: facts.doctors,
    country: facts.country,
    digitsBefore: state.person.digits,
  });
  if (heard.asksPerson) return transfer(state, 'asked');
  if (heard.asksRepeat && state.said !== '') return say(state, state.said);
  // What others do here is told to nobody, staff apart: they have their own lists for it.
  if (heard.probes && !clearlyOwn(heard) && !(state.asked === 'confirm' && heard.answer === 'yes')) return back(state, words.onlyOwn);
  if (heard.asksStatus && heard.answer !== 'yes') return status(state, heard, words);

  const asked = state.asked;
  if (asked === 'message' && !heard.drop) return next({ ...without(state, 'asked'), message: text.trim().slice(0, 400) }, facts, words);
  const small = trivialReply(text, facts.language);
  const leaving = small !== undefined && small === trivialReply('bye', facts.language);
  if (leaving && !newDetails(heard)) return say(afresh(state), state.task ? words.nothingDone : '', words.goodbye);
  if (asked === 'confirm' && state.agreed) return answerToConfirm(state, heard, facts, words);
  if (heard.drop && heard.intent !== 'reschedule') return dropped(state, words);
  if (asked === 'again' && heard.answer)
    return heard.answer === 'yes' ? next(without(state, 'asked'), facts, words) : dropped(state, words);

  // Small talk says nothing about the matter in hand.
  if (heard.intent === 'existing' && standing(state).length > 0) return back(state, words.appointments(standing(state)));
  if (asked === 'more' && heard.thatIsAll && !newDetails(heard) && !heard.intent) return say(afresh(state), words.goodbye);
  if (small !== undefined && !state.task && asked !== 'task' && asked !== 'more') return say(state, small);
  if (asked === 'more' && heard.answer === 'yes' && !newDetails(heard) && !heard.intent && small !== undefined)
    return say({ ...state, asked: 'task' }, words.askTask);
  if (small !== undefined && (asked === 'more' || asked === undefined) && !newDetails(heard))
    return say(without(state, 'asked', 'task'), small);
  if (asked === 'more' && heard.answer === 'no' && !newDetails(heard) && !heard.intent)
    return say(without(state, 'asked', 'task'), words.goodbye);

  const own = ownChoice(state, heard);
  if (own) return next({ ...without(state, 'asked'), target: own, unclear: {} }, facts, words);
  const withTask = withIntent(state, heard, facts);
  const merged = merge(withTask, heard, facts);
  const learned = merged !== withTask || withTask !== state;
  if (!merged.task) return openMatter(merged, heard, facts, words);
  if (!learned) return nobodyOfThatName(state, heard, facts, words) ?? unhelpful(state, heard, facts, words);
  const note = noteOn(heard, merged, words);
  return nobodyOfThatName(merged, heard, facts, words) ?? prefix(next({ ...merged, notUnderstood: 0 }, facts, words), note);
}

/** A doctor or a department was named that is not here, and no other is known yet. */
function nobodyOfThatName(state: State, { doctor, department }: Heard, facts: Facts, words: Sentences): Step | undefined {
  if (state.task !== 'book' || state.wish.doctorId || state.wish.department || state.wish.anyDoctor) return undefined;
  const names = facts.doctors.map(({ name }) => name);
  if (doctor?.kind === 'none') return ask(state, 'doctor', words.noSuchDoctor(names));
  const departments = [...new Set(facts.doctors.map((one) => one.department))];
  return department?.kind === 'none' ? ask(state, 'doctor', words.noSuchDepartment(departments)) : undefined;
}

/** "When is my appointment" is nobody else's matter. */
const clearlyOwn = (heard: Heard) =>
  /\b(?:my|mine|mera|meri|our)\b|मेर[ाीे]/iu.test(heard.text) &&
  !/\b(?:other|another|else|patients|everyone|everybody|all)\b/i.test(heard.text);

/** Nothing is under way: questions about the house are answered, anything else is asked about. */
function openMatter(state: State, heard: Heard, facts: Facts, words: Sentences): Step {
  if (heard.intent === 'doctors') return say(state, words.doctors(facts.doctors), words.askTask);
  if (heard.intent === 'hours') return say(state, words.hours(facts.open));
  if (heard.symptom && !heard.question) return say({ ...state, asked: 'task', reason: heard.text.slice(0, 300) }, words.sorryToHear);
  if (state.asked === 'task' && heard.answer === 'no') return say(without(state, 'asked'), words.nothingDone);
  if (heard.question) return [{ ...state, asked: 'task' }, [{ type: 'pass', otherwise: words.askTask }]];
  if (state.asked === 'task' && state.notUnderstood + 1 >= PATIENCE) return transfer(state, 'not_understood');
  return say(
    { ...state, asked: 'task', notUnderstood: state.asked === 'task' ? state.notUnderstood + 1 : state.notUnderstood },
    words.askTask,
  );
}

/** What has to be said of a detail before the next question. */
function noteOn(heard: Heard, state: State, words: Sentences): string | undefined {
  if (heard.when.impossible) return words.noSuchDay;
  if (heard.when.past && !heard.when.old.date && state.task !== 'cancel') return words.dayIsOver;
  if (heard.doctor?.kind === 'closest') return words.understoodDoctor(heard.doctor.one.name);
  return undefined;
}

/* ---- what is missing ---- */

function next(state: State, facts: Facts, words: Sentences): Step {
  switch (state.task) {
    case 'book':
    case 'availability':
      return nextOfBooking(state, facts, words);
    case 'cancel':
    case 'existing':
      return state.target ? confirm(state, words) : identify(state, facts, words);
    case 'reschedule':
      return state.target ? nextOfMove(state, facts, words) : identify(state, facts, words);
    case 'message':
      return nextOfMessage(state, facts, words);
    default:
      return say({ ...state, asked: 'task' }, words.askTask);
  }
}

function nextOfBooking(state: State, facts: Facts, words: Sentences): Step {
  const { wish, unclear, person } = state;
  if (unclear.doctors) return ask(state, 'which', words.askWhichDoctor(unclear.doctors));
  const lone = facts.doctors.length === 1 ? facts.doctors[0] : undefined;
  if (!wish.doctorId && !wish.department && !wish.anyDoctor) {
    if (lone) return nextOfBooking({ ...state, wish: { ...wish, doctorId: lone.id } }, facts, words);
    // "Which doctors are free on Saturday?" asks for any.
    if (state.task === 'availability') return nextOfBooking({ ...state, wish: { ...wish, anyDoctor: true } }, facts, words);
    return ask(state, 'doctor', words.askDoctor(facts.doctors));
  }
  if (unclear.dates) return ask(state, 'which', words.askWhichDay(unclear.dates));
  if (!wish.date && !wish.days && !wish.soonest && !(state.task === 'availability' && !wish.time)) return ask(state, 'date', words.askDate);
  if (unclear.times) return ask(state, 'time', words.askWhichTime(unclear.times));
  if (!state.slot) return look(state, facts, { doctorId: wish.doctorId, department: wish.department });
  if (state.task === 'availability')
    return ask({ ...state, task: 'book', offered: [state.slot] }, 'choice', `${words.isFree(state.slot)} ${words.suits}`);
  const own = facts.caller.kind === 'patient' ? facts.caller : undefined;
  // Who is signed in as a patient books for themselves; for a child or a neighbour a person does.
  if (own?.name && (person.relation || (person.name !== undefined && !sameName(person.name, own.name))))
    return transfer(state, 'failed', words.onlyForYou);
  const known = knownOf(state, facts);
  const name = person.name ?? known.name;
  if (!name) return ask(state, 'name', words.askName(person.relation));
  const sameOne = person.name === undefined || known.name === undefined || sameName(person.name, known.name);
  const phone = person.phone ?? (sameOne ? known.phone : undefined);
  if (!phone && !person.noPhone && !own?.patientId) return askPhone(state, words);
  return confirm({ ...state, person: { ...person, name, ...(phone ? { phone } : {}) } }, words);
}

/** The name and the number that are known without being told: of who is signed in, of whom staff opened the conversation for, of the line. */
function knownOf({ person }: State, { caller }: Facts): { readonly name?: string | undefined; readonly phone?: string | undefined } {
  if (person.relation && caller.kind !== 'patient') return caller.kind === 'stranger' ? { phone: caller.phone } : {};
  return caller.kind === 'stranger' ? { phone: caller.phone } : { name: caller.name, phone: caller.phone };
}

function askPhone(state: State, words: Sentences): Step {
  const { digits } = state.person;
  if (!digits) return ask(state, 'phone', words.askPhone);
  // Too many digits, or enough of them that make no number: it is told again from its beginning.
  if (digits.length >= 9) return ask({ ...state, person: omit(state.person, 'digits') }, 'phone', words.phoneWrong);
  return ask(state, 'phone', words.phoneIncomplete(digits));
}

/** Is the time free; or where none was told, which are. */
function look(state: State, facts: Facts, who: { doctorId?: string | undefined; department?: string | undefined }): Step {
  const { wish } = state;
  const from = wish.date ?? wish.days?.from ?? facts.date;
  const part = wish.part ? partHours[wish.part] : undefined;
  const after = wish.window?.from ?? (part && wish.part !== 'morning' ? timeOf(part[0]) : undefined);
  const before = wish.window?.to ?? (part && part[1] < 24 * 60 ? timeOf(part[1]) : undefined);
  const until = wish.date ?? wish.days?.to ?? addWeeks(facts.date);
  const doctor = facts.doctors.find(({ id }) => id === who.doctorId);
  return [
    without(state, 'asked'),
    [
      {
        type: 'call',
        call: {
          name: 'check_appointment_availability',
          arguments: {
            appointment_date: from,
            ...(wish.time && wish.date ? { appointment_time: wish.time } : {}),
            ...(doctor ? { doctor_id: doctor.id, doctor_name: doctor.name } : who.department ? { department: who.department } : {}),
            ...(wish.time && wish.date ? {} : { until_date: until, ...(after ? { after } : {}), ...(before ? { before } : {}) }),
          },
        },
      },
    ],
  ];
}
const addWeeks = (date: string) => new Date(Date.parse(`${date}T00:00:00Z`) + 14 * 86_400_000).toISOString().slice(0, 10);

function nextOfMove(state: State, facts: Facts, words: Sentences): Step {
  const { wish, target, unclear } = state;
  if (!target) return identify(state, facts, words);
  if (unclear.dates) return ask(state, 'which', words.askWhichDay(unclear.dates));
  if (!wish.date && !wish.days && !wish.soonest) {
    if (!wish.time) return ask(state, 'date', words.askDate);
    return nextOfMove({ ...state, wish: { ...wish, date: target.date } }, facts, words);
  }
  if (unclear.times) return ask(state, 'time', words.askWhichTime(unclear.times));
  if (!state.slot) return look(state, facts, { doctorId: wish.doctorId ?? target.doctorId });
  return confirm(state, words);
}

function nextOfMessage(state: State, facts: Facts, words: Sentences): Step {
  if (!state.message) return ask(state, 'message', words.askMessage);
  const known = knownOf(state, facts);
  const name = state.person.name ?? known.name;
  if (!name) return ask(state, 'name', words.askName(undefined));
  const phone = state.person.phone ?? known.phone;
  if (!phone && !state.person.noPhone) return askPhone(state, words);
  return confirm({ ...state, person: { ...state.person, name, ...(phone ? { phone } : {}) } }, words);
}

/** Whose appointment: staff name somebody, a patient has their own, anybody else shows two of three. */
function identify(state: State, facts: Facts, words: Sentences): Step {
  const { person, proofs } = state;
  if (state.found.length > 0) return choose(state, facts, words);
  if (facts.caller.kind === 'patient') return [without(state, 'asked'), [{ type: 'find' }]];
  if (facts.caller.kind === 'staff' && facts.caller.name && !person.name && !person.phone && !proofs.code)
    return identify({ ...state, person: { ...person, name: facts.caller.name } }, facts, words);
  if (facts.caller.kind === 'staff')
    return person.name || person.phone || proofs.code
      ? [without(state, 'asked'), [{ type: 'find' }]]
      : ask(state, 'name', words.askAppointmentName);
  const given = [proofs.name, proofs.code, proofs.birthYear].filter((one) => one !== undefined).length;
  if (given >= 2) return [without(state, 'asked'), [{ type: 'find' }]];
  return proofs.name === undefined ? ask(state, 'name', words.askAppointmentName) : ask(state, 'code', words.askProof);
}

function afterFinding(state: State, rows: readonly AppointmentRow[], facts: Facts, words: Sentences): Step {
  const open = rows.filter(({ status }) => status === 'booked' || status === 'confirmed');
  if (open.length === 0) {
    const missed = state.missed + 1;
    if (facts.caller.kind === 'patient') return done({ ...state, missed }, words.noneOfYours, words);
    if (missed >= TRIES) return transfer({ ...state, missed }, 'identity', words.notFound);
    // Which of the details was wrong, or whether any was known, is not told.
    const cleared: State = { ...state, missed, proofs: {}, person: omit(state.person, 'name', 'phone') };
    return prefix(ask(cleared, 'name', words.askAppointmentName), words.notFound);
  }
  return choose({ ...state, found: open }, facts, words);
}

/** The appointment that is meant, among those found. */
function choose(state: State, facts: Facts, words: Sentences): Step {
  const { found, wish } = state;
  if (state.task === 'existing') return done(state, words.appointments(found), words);
  let rows = found;
  const narrow = (fits: (row: AppointmentRow) => boolean) => {
    rows = rows.filter(fits);
  };
  if (wish.oldDoctorId) narrow(({ doctorId }) => doctorId === wish.oldDoctorId);
  if (wish.oldDate) narrow(({ date }) => date === wish.oldDate);
  if (wish.oldTime) narrow(({ time }) => time === wish.oldTime);
  const target = rows.length === 1 ? rows[0] : undefined;
  if (target) return next({ ...without(state, 'asked'), target, unclear: omit(state.unclear, 'doctors') }, facts, words);
  const { oldDoctorId: _, oldDate: __, oldTime: ___, ...rest } = wish;
  if (rows.length === 0 && found.length === 1) return ask({ ...state, wish: rest }, 'which', `${words.theOnes(found)} ${words.meanThat}`);
  return ask({ ...state, wish: rest }, 'which', rows.length === 0 ? `${words.theOnes(found)} ${words.which(found)}` : words.which(rows));
}

/* ---- agreeing ---- */

function confirm(state: State, words: Sentences): Step {
  const { task, slot, target, person, message } = state;
  const agreed = dealOf(state);
  const sentence =
    task === 'book' && slot && person.name
      ? words.confirmBooking(slot, person.name, person.phone)
      : task === 'cancel' && target
        ? words.confirmCancel(target)
        : task === 'reschedule' && slot && target
          ? words.confirmMove(target, slot)
          : task === 'message' && message && person.name
            ? words.confirmMessage(message, person.name, person.phone ?? '')
            : undefined;
  if (!agreed || !sentence) return say({ ...without(state, 'task', 'asked') }, words.askTask);
  return say({ ...state, asked: 'confirm', agreed }, sentence);
}

function answerToConfirm(state: State, heard: Heard, facts: Facts, words: Sentences): Step {
  // Somebody moves on to another matter, or changes their mind about this one.
  if (heard.drop && !newDetails(heard)) return dropped(state, words);
  const asOther = withIntent(state, heard, facts);
  if (asOther !== state && asOther.task !== state.task && heard.answer !== 'yes') return next(merge(asOther, heard, facts), facts, words);
  // What is only said again does not undo the yes.
  const merged = merge(state, heard, facts);
  const same = dealOf(merged) === dealOf(state) || (dealOf(merged) === undefined && sameWish(merged, state));
  if (heard.answer === 'yes' && (same || !newDetails(heard)))
    return commit({ ...state, person: { ...state.person, ...pick(merged.person, 'email') } }, words);
  if (!same) {
    const note = noteOn(heard, merged, words);
    return prefix(next({ ...merged, notUnderstood: 0 }, facts, words), note);
  }
  if (heard.answer === 'no')
    return state.task === 'cancel' ? dropped(state, words) : ask(without(state, 'agreed'), 'change', words.askChange);
  if (heard.question) return back(state, words.unknownHere);
  if (heard.symptom) return back({ ...state, reason: heard.text.slice(0, 300) }, '');
  // What is known was told once more.
  if (newDetails(heard)) return back(state, '');
  return unhelpful(state, heard, facts, words);
}

const sameWish = (a: State, b: State) =>
  JSON.stringify(a.wish) === JSON.stringify(b.wish) && a.person.name === b.person.name && a.person.phone === b.person.phone;

/** Carries out what was agreed to, and only that. */
function commit(state: State, words: Sentences): Step {
  const { task, slot, target, person, agreed } = state;
  if (agreed === undefined || agreed !== dealOf(state)) return confirm(state, words);
  const going = without(state, 'asked', 'agreed');
  if (task === 'book' && slot && person.name) {
    const call: ToolCall = {
      name: 'book_appointment',
      arguments: {
        patient_name: person.name,
        ...(person.phone ? { phone: person.phone } : {}),
        ...(person.email ? { email: person.email } : {}),
        appointment_date: slot.date,
        appointment_time: slot.time,
        doctor_id: slot.doctorId,
        doctor_name: slot.doctorName,
        department: slot.department,
        ...(state.reason ? { notes: state.reason } : {}),
      },
    };
    return [going, [{ type: 'call', call }]];
  }
  if (task === 'cancel' && target)
    return [
      going,
      [
        {
          type: 'call',
          call: {
            name: 'cancel_appointment',
            arguments: { appointment_id: target.appointmentId, ...(state.reason ? { reason: state.reason } : {}) },
          },
        },
      ],
    ];
  if (task === 'reschedule' && target && slot)
    return [
      going,
      [
        {
          type: 'call',
          call: {
            name: 'reschedule_appointment',
            arguments: {
              appointment_id: target.appointmentId,
              appointment_date: slot.date,
              appointment_time: slot.time,
              ...(slot.doctorId === target.doctorId ? {} : { doctor_id: slot.doctorId }),
            },
          },
        },
      ],
    ];
  if (task === 'message' && state.message) return [going, [{ type: 'call', call: logOf(state, 'message', state.message) }]];
  return confirm(state, words);
}

/* ---- what came of it ---- */

function afterCall(state: State, call: ToolCall, result: ToolResult, facts: Facts, words: Sentences): Step {
  switch (call.name) {
    case 'check_appointment_availability':
      return afterLooking(state, call.arguments.appointment_time, result, facts, words);
    case 'book_appointment':
    case 'cancel_appointment':
    case 'reschedule_appointment':
      return afterDeed(state, call, result, words);
    case 'transfer_to_person':
      return say({ ...without(state, 'asked', 'agreed'), handedOver: result.success }, result.success ? words.calling : words.nobodyThere);
    case 'log_call_information':
      return result.success && state.task === 'message'
        ? done(state, words.messageKept, words)
        : result.success
          ? [state, []]
          : failed(state, result, words);
    default:
      return [state, []];
  }
}

function afterLooking(state: State, time: string | undefined, result: ToolResult, facts: Facts, words: Sentences): Step {
  if (!result.success)
    return result.error_type === 'validation'
      ? ask({ ...state, wish: omit(state.wish, 'date', 'time') }, 'date', `${words.noneFree(undefined)}`)
      : failed(state, result, words);
  const { wish } = state;
  if (time && result.available && result.slot) return next({ ...state, slot: result.slot, offered: [] }, facts, words);
  const others = inOrder(result.alternatives ?? []);
  const first = others[0];
  if (time && wish.date) {
    const settled: State = { ...state, offered: others, wish: omit(wish, 'time') };
    return ask(settled, others.length > 0 ? 'choice' : 'date', words.taken(time, wish.date, others));
  }
  if (!first)
    return ask(
      { ...state, offered: [], wish: omit(wish, 'date', 'days', 'part', 'window', 'soonest', 'anyTime') },
      'date',
      words.noneFree(wish.part),
    );
  // "As soon as possible", "any time": the first is proposed, and the read-back asks.
  if ((wish.soonest || wish.anyTime) && state.task !== 'availability')
    return next({ ...state, slot: first, offered: others, wish: { ...wish, date: first.date, time: first.time } }, facts, words);
  const doctorName = facts.doctors.find(({ id }) => id === wish.doctorId)?.name;
  const known = { doctorName: state.asked === undefined ? undefined : doctorName, date: wish.date };
  if (state.task === 'availability') return ask({ ...state, task: 'book', offered: others }, 'choice', words.availability(others));
  return ask({ ...state, offered: others, wish: omit(wish, 'time') }, 'choice', words.offer(others, known));
}

/** As people say them: the earliest first. */
const inOrder = (slots: readonly Slot[]): Slot[] => [...slots].sort((a, b) => `${a.date} ${a.time}`.localeCompare(`${b.date} ${b.time}`));

function afterDeed(state: State, call: ToolCall, result: ToolResult, words: Sentences): Step {
  if (result.success && result.row && rowFits(call, result.row)) {
    const { row } = result;
    const sentence =
      call.name === 'book_appointment' ? words.booked(row) : call.name === 'cancel_appointment' ? words.cancelled(row) : words.moved(row);
    const quiet: Act[] = [
      {
        type: 'call',
        call: logOf(
          state,
          call.name === 'book_appointment'
            ? 'appointment_booking'
            : call.name === 'cancel_appointment'
              ? 'appointment_cancel'
              : 'appointment_reschedule',
          row.appointmentId,
          row,
        ),
        quiet: true,
      },
    ];
    if (call.name === 'book_appointment' && state.person.email)
      quiet.unshift({
        type: 'call',
        call: { name: 'send_appointment_email', arguments: { appointment_id: row.appointmentId, email: state.person.email } },
        quiet: true,
      });
    const [after, acts] = done({ ...state, done: [...state.done, row], failures: 0 }, sentence, words);
    return [after, [...quiet, ...acts]];
  }
  if (result.success) return transfer(state, 'unsure', words.unsure);
  if (result.error_type === 'conflict' && call.name !== 'cancel_appointment' && state.slot) {
    const others = inOrder((result.alternatives ?? []).slice(0, 3));
    const { slot } = state;
    const again: State = { ...without(state, 'slot', 'agreed'), offered: others, wish: omit({ ...state.wish, date: slot.date }, 'time') };
    return ask(again, others.length > 0 ? 'choice' : 'date', words.taken(slot.time, slot.date, others));
  }
  return failed(state, result, words);
}

function failed(state: State, result: Extract<ToolResult, { success: false }>, words: Sentences): Step {
  // Nobody knows whether it was done: a person looks.
  if (result.error_type === 'unknown') return transfer(state, 'unsure', words.unsure);
  if (result.error_type === 'validation' || result.error_type === 'conflict')
    return transfer(state, 'failed', words.refused(result.message));
  if (state.failures + 1 >= PATIENCE) return transfer({ ...state, failures: 0 }, 'failed');
  return ask({ ...without(state, 'slot', 'agreed'), failures: state.failures + 1 }, 'again', words.failed);
}

/** The matter is settled; what was told stays for the next one. */
function done(state: State, sentence: string, words: Sentences): Step {
  const rest: State = {
    ...without(state, 'task', 'slot', 'target', 'agreed', 'message', 'reason'),
    offered: [],
    found: [],
    unclear: {},
    notUnderstood: 0,
    asked: 'more',
  };
  return say(rest, sentence, words.more);
}

function dropped(state: State, words: Sentences): Step {
  return say({ ...afresh(state), asked: 'more' }, words.nothingDone, words.more);
}

/** "Is it booked?", "just say that it is": only what stands is told. */
function status(state: State, heard: Heard, words: Sentences): Step {
  const last = state.done.at(-1);
  // Somebody who asks in the middle of agreeing has not agreed.
  if (last && !state.task && heard.question) return say(state, words.statusOf(last));
  return back(state, words.statusNothing);
}

/** Says something, and asks again what was asked. */
function back(state: State, first: string): Step {
  const again = state.asked === undefined || state.asked === 'more' ? '' : state.said;
  const [after, acts] = say(state, first, again || (first === '' ? state.said : ''));
  return [{ ...after, said: state.said || after.said }, acts];
}

function unhelpful(state: State, heard: Heard, facts: Facts, words: Sentences): Step {
  if (heard.symptom && !heard.question) return prefix(next({ ...state, reason: heard.text.slice(0, 300) }, facts, words), undefined);
  // "No" to times that were offered: other ones are looked for on another day.
  if (heard.answer === 'no' && state.asked === 'choice')
    return ask({ ...fresh(state), wish: omit(state.wish, 'date', 'time', 'part', 'window', 'days') }, 'date', words.askDate);
  if (heard.intent === 'doctors') return back(state, words.doctors(facts.doctors));
  if (heard.intent === 'hours') return back(state, words.hours(facts.open));
  if (state.notUnderstood + 1 >= PATIENCE + 1) return transfer(state, 'not_understood');
  const counted = { ...state, notUnderstood: state.notUnderstood + 1 };
  if (heard.question) return back(counted, words.unknownHere);
  return back(counted, heard.answer === 'yes' || heard.words === 0 ? '' : words.notUnderstood);
}

/* ---- small parts ---- */

function transfer(state: State, reason: 'asked' | 'not_understood' | 'failed' | 'unsure' | 'identity', first?: string): Step {
  const call: ToolCall = { name: 'transfer_to_person', arguments: { reason } };
  const acts: Act[] = [...(first ? [{ type: 'say' as const, text: first }] : []), { type: 'call', call }];
  return [{ ...without(state, 'asked', 'agreed'), notUnderstood: 0 }, acts];
}

function say(state: State, ...parts: readonly string[]): Step {
  const text = parts.filter(Boolean).join(' ');
  return [{ ...state, said: text }, [{ type: 'say', text }]];
}

const ask = (state: State, asked: Asked, question: string): Step => say({ ...state, asked }, question);

function prefix([state, acts]: Step, note: string | undefined): Step {
  return note ? [state, [{ type: 'say', text: note }, ...acts]] : [state, acts];
}
