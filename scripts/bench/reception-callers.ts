import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeDoctor } from '../../test/fakes/fake-desk.ts';

/** Callers out of recorded dialogues: what they want, and their own words for it. */
export interface Goal {
  readonly task: 'book' | 'cancel' | 'reschedule';
  readonly doctorId: string;
  readonly date: string;
  readonly time: string;
  readonly name: string;
  readonly phone: string;
}
export interface ScriptedCaller {
  readonly id: string;
  readonly source: string;
  readonly today: string;
  readonly now: string;
  readonly language: string;
  readonly country: string;
  readonly doctors: readonly FakeDoctor[];
  readonly goal: Goal;
  /** Taken before the call: date and time of the goal's doctor. */
  readonly taken: readonly { readonly date: string; readonly time: string }[];
  /** All of that day is taken but the goal's time. */
  readonly onlyGoal?: boolean;
  readonly opening: string;
  /** The caller's own utterances about a day or a time, in their order. */
  readonly wording: readonly { readonly text: string; readonly slots: readonly ('date' | 'time' | 'doctor' | 'yes')[] }[];
  readonly facts: { readonly doctor: string; readonly name: string; readonly phone: string; readonly date: string; readonly time: string };
  /** What stands before the call, for a move or a cancellation. */
  readonly standing?: { readonly date: string; readonly time: string };
}

const names = [
  'Anita Patel',
  'John Mensah',
  'Meera Nair',
  'Grace Okafor',
  'Kiran Shah',
  'Omar Khan',
  'Sita Devi',
  'Lila Bose',
  'Tarun Reddy',
  'Farid Thomas',
  'Esha Menon',
  'Peter Asante',
];
const lines = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

interface SgdTurn {
  speaker: string;
  utterance: string;
  frames: {
    actions: { act: string; slot: string; canonical_values: string[] }[];
    service_call?: { method: string; parameters: Record<string, string> };
    service_results?: unknown[];
  }[];
}

const wallDay = (date: string) =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'long' });
const wallTime = (time: string) => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return `${hour % 12 === 0 ? 12 : hour % 12}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'am' : 'pm'}`;
};

/** Dentist and doctor bookings; the dataset's today is 2019-03-01. */
export function sgdCallers(data: string): ScriptedCaller[] {
  const dialogues = lines(join(data, 'sched_sgd/dev/dialogues.jsonl')) as { dialogue_id: string; turns: SgdTurn[] }[];
  const isBooking = (call: { method: string } | undefined) => call?.method === 'BookAppointment';
  const providers = [
    ...new Set(
      dialogues.flatMap(({ turns }) =>
        turns.flatMap(({ frames }) =>
          frames.flatMap(({ service_call: call }) =>
            isBooking(call) ? [call?.parameters.dentist_name ?? call?.parameters.doctor_name ?? ''] : [],
          ),
        ),
      ),
    ),
  ];
  const callers: ScriptedCaller[] = [];
  for (const [index, { dialogue_id, turns }] of dialogues.entries()) {
    const calls = turns.flatMap(({ frames }, at) =>
      frames.flatMap(({ service_call: call, service_results: results = [] }) =>
        isBooking(call) && call ? [{ at, results: results.length, ...call.parameters }] : [],
      ),
    );
    const last = calls.at(-1) as Record<string, string> | undefined;
    if (!last) continue;
    const provider = last.dentist_name ?? last.doctor_name ?? '';
    const others = providers.filter((name) => name !== provider).slice(index % 20, (index % 20) + 3);
    const doctors = [provider, ...others].map((name, n) => ({
      id: `d${n}`,
      name,
      department: n === 0 ? 'General medicine' : (['Cardiology', 'Dermatology', 'Ophthalmology'][n - 1] ?? ''),
      from: '09:00',
      to: '19:00',
      slotMinutes: 15,
    }));
    const taken = calls
      .slice(0, -1)
      .map((call) => ({
        date: String((call as Record<string, unknown>).appointment_date),
        time: String((call as Record<string, unknown>).appointment_time),
      }))
      .filter(({ date, time }) => date !== last.appointment_date || time !== last.appointment_time);
    const about = (turn: SgdTurn) => turn.frames.flatMap(({ actions }) => actions);
    const wording: { text: string; slots: ('date' | 'time' | 'doctor' | 'yes')[] }[] = [];
    let booking = false;
    for (const [at, turn] of turns.entries()) {
      if (turn.speaker !== 'USER' || at > Number(last.at)) continue;
      const acts = about(turn);
      if (acts.some(({ act, canonical_values: [value] }) => /INTENT/.test(act) && value === 'BookAppointment')) booking = true;
      if (acts.some(({ canonical_values: [value] }) => value === 'GetAvailableTime' || value === 'AddEvent')) booking = false;
      const slots = acts.filter(({ act }) => act === 'INFORM').map(({ slot }) => slot);
      const kinds = [
        ...(slots.includes('appointment_date') ? ['date' as const] : []),
        ...(slots.includes('appointment_time') ? ['time' as const] : []),
        ...(slots.some((slot) => /_name$/.test(slot)) ? ['doctor' as const] : []),
        ...(acts.some(({ act }) => act === 'AFFIRM') && booking ? ['yes' as const] : []),
      ];
      if (kinds.length > 0) wording.push({ text: turn.utterance, slots: kinds });
    }
    const name = names[index % names.length] ?? '';
    callers.push({
      id: dialogue_id,
      source: 'sgd',
      today: '2019-03-01',
      now: '08:00',
      language: 'en',
      country: 'US',
      doctors,
      goal: {
        task: 'book',
        doctorId: 'd0',
        date: last.appointment_date ?? '',
        time: last.appointment_time ?? '',
        name,
        phone: `+1650253${String(1000 + index).slice(-4)}`,
      },
      taken,
      opening:
        wording[0]?.slots.includes('date') || wording[0]?.slots.includes('time')
          ? (wording[0]?.text ?? '')
          : "I'd like to make an appointment.",
      wording,
      facts: {
        doctor: /^dr/i.test(provider) ? provider : `With ${provider}`,
        name: `My name is ${name}`,
        phone: `650 253 ${String(1000 + index).slice(-4)}`,
        date: wallDay(last.appointment_date ?? ''),
        time: wallTime(last.appointment_time ?? ''),
      },
    });
  }
  return callers;
}

interface StarEvent {
  Action: string;
  Agent: string;
  Text?: string;
  APIName?: string;
  Constraints?: Record<string, string>[];
  Item?: { Message?: string; Time?: string; DoctorName?: string };
}
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Human callers, some of them difficult: a second patient, no fixed time, small talk. Hours are round the clock, as there. */
export function starCallers(data: string): ScriptedCaller[] {
  const dialogues = lines(join(data, 'sched_star_doctor/dev/dialogues.jsonl')) as {
    DialogueID: number;
    Scenario: { UserTask: string; WizardCapabilities: { Task: string }[] };
    Events: StarEvent[];
  }[];
  const callers: ScriptedCaller[] = [];
  for (const [index, { DialogueID, Scenario, Events }] of dialogues.entries()) {
    if (!Scenario.WizardCapabilities.some(({ Task }) => Task === 'doctor_schedule')) continue;
    let query: Record<string, string> | undefined;
    let goal: Record<string, string> | undefined;
    for (const event of Events) {
      if (event.Action === 'query') query = Object.assign({}, ...(event.Constraints ?? []));
      else if (event.Action === 'return_item' && /success/i.test(event.Item?.Message ?? '') && !goal)
        goal = { ...query, Time: event.Item?.Time ?? '' };
    }
    const text = (value: string | undefined) => /"([^"]+)"/.exec(value ?? '')?.[1] ?? '';
    const doctor = text(goal?.Name);
    const day = days.indexOf(text(goal?.Day));
    const hour = /(\d{1,2}) ?(am|pm)/i.exec(goal?.Time || text(goal?.StartTimeHour));
    // The first patient is the caller; the wizards' queries misspell some, and some are for the child.
    const name = /You \(?(?:are )?(\w+)/.exec(Scenario.UserTask)?.[1] ?? '';
    if (!doctor || day < 0 || !hour || !name) continue;
    const time = `${String((Number(hour[1]) % 12) + (hour[2]?.toLowerCase() === 'pm' ? 12 : 0)).padStart(2, '0')}:00`;
    const todayName = /today \((\w+)\)/.exec(Scenario.UserTask)?.[1];
    const today = todayName && days.includes(todayName) ? days.indexOf(todayName) : day;
    const base = `2026-11-${String(22 + today).padStart(2, '0')}`;
    const date = new Date(Date.parse(`${base}T00:00:00Z`) + ((day - today + 7) % 7) * 86_400_000).toISOString().slice(0, 10);
    const said = Events.filter(({ Action, Agent }) => Action === 'utter' && Agent === 'User').map(({ Text }) => Text ?? '');
    const opening = said.find((line) => /\b(?:appointment|appt|see)\b/i.test(line)) ?? 'I need an appointment.';
    callers.push({
      id: String(DialogueID),
      source: 'star',
      today: base,
      now: '00:30',
      language: 'en',
      country: 'US',
      doctors: ['Dr. Johnson', 'Dr. Morgan', 'Dr. Alexis'].map((one) => ({
        id: one,
        name: one,
        department: 'General medicine',
        from: '01:00',
        to: '24:00',
        slotMinutes: 60,
      })),
      goal: { task: 'book', doctorId: doctor, date, time, name, phone: `+1650253${String(2000 + index).slice(-4)}` },
      taken: [],
      onlyGoal: true,
      opening,
      wording: [],
      facts: {
        doctor,
        name: `My name is ${name}`,
        phone: `650-253-${String(2000 + index).slice(-4)}`,
        date: date === base ? 'today' : (days[day] ?? ''),
        time: wallTime(time),
      },
    });
  }
  return callers;
}

export const clinicDoctors: readonly FakeDoctor[] = [
  ['Dr Vikram Sharma', 'Dermatology'],
  ['Dr Asha Rao', 'Cardiology'],
  ['Dr Neha Patel', 'Ophthalmology'],
  ['Dr Sunil Verma', 'General medicine'],
].map(([name = '', department = ''], n) => ({ id: `c${n}`, name, department, from: '09:00', to: '19:00', slotMinutes: 15 }));

export interface ClinicLine {
  id: string;
  text: string;
  language: string;
  intent: string;
  slots: Record<string, string>;
}

/** All sentences of the clinic sets, in both languages and scripts. */
export const clinicLines = (data: string): ClinicLine[] => [
  ...(lines(join(data, 'speech_clinic/dev/utterances.jsonl')) as ClinicLine[]),
  ...(lines(join(data, 'text_hindi/dev.jsonl')) as ClinicLine[]),
];

/** The reception sentences of the clinic sets as openings, in three ways of writing; what they leave open is answered when asked. */
export function clinicCallers(data: string): ScriptedCaller[] {
  const today = '2026-11-25';
  const day: Record<string, string> = {
    tomorrow: '2026-11-26',
    today: '2026-11-25',
    monday: '2026-11-30',
    tuesday: '2026-12-01',
    thursday: '2026-11-26',
    wednesday: '2026-12-02',
    saturday: '2026-11-28',
    'next tuesday': '2026-12-01',
    'next wednesday': '2026-12-02',
    'day after tomorrow': '2026-11-27',
  };
  const all = clinicLines(data);
  return all
    .filter(({ intent }) => ['book', 'cancel', 'reschedule', 'availability'].includes(intent))
    .flatMap(({ id, text, language, intent, slots }, index) => {
      const doctor =
        clinicDoctors.find(({ name }) => slots.doctor && name.endsWith(slots.doctor)) ??
        clinicDoctors.find(({ department }) => department.toLowerCase() === slots.department) ??
        clinicDoctors[3];
      const date = day[slots.date ?? ''] ?? '2026-11-27';
      const time = /^\d\d:\d\d$/.test(slots.time ?? '')
        ? (slots.time ?? '')
        : slots.time === 'morning'
          ? '10:15'
          : slots.time === 'afternoon'
            ? '15:15'
            : /^after/.test(slots.time ?? '')
              ? '17:30'
              : '11:30';
      const name = names[index % names.length] ?? '';
      const task = intent === 'cancel' ? 'cancel' : intent === 'reschedule' ? 'reschedule' : 'book';
      const hindi = language !== 'en';
      const caller: ScriptedCaller = {
        id,
        source: 'clinic',
        today,
        now: '08:30',
        language: language === 'hi' ? 'hi' : 'en',
        country: 'IN',
        doctors: clinicDoctors,
        goal: { task, doctorId: doctor?.id ?? '', date, time, name, phone: `+9198765${String(40_000 + index)}` },
        taken: [],
        opening: text,
        wording: [],
        facts: {
          doctor: doctor?.name ?? '',
          name: hindi ? `mera naam ${name} hai` : `My name is ${name}`,
          phone: `98765 ${40_000 + index}`,
          date: wallDay(date),
          time: wallTime(time),
        },
        ...(task === 'book'
          ? {}
          : { standing: { date: task === 'cancel' ? date : /shukrawar/.test(text) ? '2026-11-27' : '2026-11-26', time: '12:00' } }),
      };
      // The same as a recogniser writes it: capitals, no marks.
      const heard = /[a-z]/i.test(text) ? [{ ...caller, id: `${id} heard`, opening: text.toUpperCase().replace(/[.,!?]/g, '') }] : [];
      return [caller, ...heard];
    });
}
