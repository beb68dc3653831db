import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayIn, phoneAloud, timeIn } from '../../src/domain/consultation/reception/sentences.ts';
import { decodeWav } from '../../src/engines/wav.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { dataFolder } from '../contract/matrix.ts';
import { callWith, readClip } from '../contract/sounds.ts';
import { seedHospital } from './house.ts';
import { microphone, pcmOf, talk } from './talk.ts';
import type { VoiceHouse } from './voice-house.ts';
import { clinicAudio, clinicUtterances } from './voice-measures.ts';

/**
 * Callers with a goal, who speak recorded sentences into the voice socket of a whole house and listen to what is read back: they agree only
 * to what they want, and correct or give up otherwise. Afterwards the calendar is compared with the goal.
 */
export type Deed = 'book' | 'move' | 'cancel';
export type Sound = 'clean' | 'white noise' | 'babble';

interface Visit {
  readonly doctor: 'Rao' | 'Sharma';
  readonly date: string;
  readonly time: string;
}

export interface Script {
  readonly deed: Deed;
  /** What is spoken first: the id of a clip, words in quotes for the synthetic voice, or words after `=` that are typed. */
  readonly opening: string;
  /** Spoken when asked, or when the wrong thing was read back. */
  readonly say: { readonly day?: string; readonly time?: string; readonly doctor?: string; readonly which?: string };
  /** What the caller says to the first right read-back in place of a yes, and wants from then on. */
  readonly mind?: { readonly say: string; readonly goal: Visit };
  readonly as: 'patient' | 'receptionist';
  /** A name of the recordings is misheard more often than not; others type it, as a desk does. */
  readonly saysName?: boolean;
  /** Who speaks the ten digits of the telephone number; undefined: the clip in which it is said as a sentence. */
  readonly digits?: { readonly speaker: string; readonly number: string };
  readonly goal: Visit;
  /** Appointments of the caller before the call; the first is the one that is meant. */
  readonly standing: readonly Visit[];
}

export interface CallOutcome {
  readonly script: Script;
  readonly sound: Sound;
  readonly end: 'completed' | 'handed over' | 'given up';
  readonly turns: number;
  /** Rows that stand otherwise than the caller wanted, or that somebody else's became. */
  readonly wrongRows: number;
  /** Changes of the calendar with no yes of the caller to a read-back of day, time and doctor. */
  readonly unasked: number;
  readonly log: readonly string[];
}

/** Tuesday, so that no weekday of the recorded sentences may mean today. */
export const TODAY = '2026-12-08';
export function clockOfTuesday(): Clock {
  const ahead = Date.parse(`${TODAY}T09:00:00+05:30`) - Date.now();
  return { ...systemClock, now: () => new Date(Date.now() + ahead) };
}

const doctors = { Rao: ['Dr Asha Rao', 'Cardiology'], Sharma: ['Dr Vikram Sharma', 'Dermatology'] } as const;
const NAME = 'Anita Patel';
const speakers = ['jackson', 'theo', 'george', 'nicolas', 'lucas', 'yweweler'];
const digitClip = (digit: string, speaker: string) => join(dataFolder, `speech_digits_8k/dev/${digit}_${speaker}_0.wav`);
export const digitsFolder = join(dataFolder, 'speech_digits_8k/dev');
const hasSynthetic = spawnSync('espeak-ng', ['--version']).status === 0;

/* ---- who calls ---- */

const at = (doctor: Visit['doctor'], day: number, time: string): Visit => ({
  doctor,
  date: `2026-12-${String(day).padStart(2, '0')}`,
  time,
});
const numbers = ['9876540037', '8164093725', '9305271846', '7892046153', '9046183527', '9876543210'];

/** Scripts of one deed, each time with another speaker and number. */
export function scriptsOf(deed: Deed, count: number): Script[] {
  return Array.from({ length: count }, (_, n): Script => {
    const kinds = kindsOf[deed];
    const kind = kinds[n % kinds.length] as Omit<Script, 'deed' | 'digits'>;
    const speaker = speakers[n % speakers.length] as string;
    return {
      deed,
      ...kind,
      saysName: n % 6 === 4,
      ...(deed === 'book' && n % 6 !== 5 ? { digits: { speaker, number: numbers[n % numbers.length] as string } } : {}),
    };
  });
}

const kindsOf: Readonly<Record<Deed, readonly Omit<Script, 'deed' | 'digits'>[]>> = {
  book: [
    { opening: 'dev-003', say: {}, as: 'receptionist', goal: at('Rao', 15, '16:00'), standing: [] },
    { opening: 'dev-001', say: { time: 'dev-009' }, as: 'receptionist', goal: at('Sharma', 9, '10:15'), standing: [] },
    { opening: 'dev-002', say: {}, as: 'receptionist', goal: at('Rao', 14, '10:30'), standing: [] },
    { opening: 'dev-004', say: { doctor: 'dev-001', time: 'dev-009' }, as: 'receptionist', goal: at('Sharma', 9, '10:15'), standing: [] },
    {
      opening: 'dev-003',
      say: {},
      mind: { say: 'dev-010', goal: at('Rao', 11, '16:00') },
      as: 'receptionist',
      goal: at('Rao', 15, '16:00'),
      standing: [],
    },
  ],
  move: [
    { opening: 'dev-013', say: {}, as: 'patient', goal: at('Rao', 9, '09:00'), standing: [at('Rao', 10, '11:00')] },
    {
      opening: 'dev-014',
      say: { time: 'dev-009' },
      as: 'patient',
      goal: at('Sharma', 10, '10:15'),
      standing: [at('Sharma', 9, '11:00')],
    },
    { opening: 'dev-013', say: {}, as: 'receptionist', goal: at('Rao', 9, '09:00'), standing: [at('Rao', 10, '11:00')] },
    {
      opening: 'dev-013',
      say: {},
      mind: { say: 'dev-010', goal: at('Sharma', 11, '09:00') },
      as: 'patient',
      goal: at('Sharma', 9, '09:00'),
      standing: [at('Sharma', 10, '12:30')],
    },
    {
      opening: 'dev-013',
      say: { which: '"Doctor Sharma"' },
      as: 'patient',
      goal: at('Sharma', 9, '09:00'),
      standing: [at('Sharma', 10, '11:00'), at('Rao', 11, '15:00')],
    },
  ],
  cancel: [
    {
      opening: 'dev-011',
      say: { which: 'dev-012' },
      as: 'patient',
      goal: at('Sharma', 10, '15:00'),
      standing: [at('Sharma', 10, '15:00'), at('Rao', 11, '11:00')],
    },
    {
      opening: 'dev-012',
      say: { which: 'dev-012' },
      as: 'patient',
      goal: at('Rao', 10, '11:00'),
      standing: [at('Rao', 10, '11:00'), at('Sharma', 11, '11:00')],
    },
    { opening: 'dev-011', say: {}, as: 'receptionist', goal: at('Sharma', 14, '09:30'), standing: [at('Sharma', 14, '09:30')] },
    {
      opening: 'dev-012',
      say: { which: 'dev-012' },
      as: 'receptionist',
      goal: at('Sharma', 10, '16:45'),
      standing: [at('Sharma', 10, '16:45'), at('Rao', 9, '16:45')],
    },
  ],
};

/* ---- what is heard ---- */

const asSamples = (pcm: Buffer) => new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length));
const asBytes = (samples: Int16Array) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
const loudness = (samples: Int16Array) => Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / Math.max(1, samples.length));
/** Of all that speaks here, so that noise stands in one proportion to it. */
const VOICE = 2_500;
const levelled = (samples: Int16Array, level = VOICE): Int16Array => {
  const voiced = samples.filter((one) => Math.abs(one) > 200);
  const gain = level / Math.max(1, loudness(voiced));
  return samples.map((one) => Math.max(-32_768, Math.min(32_767, Math.round(one * gain))));
};
const joined = (parts: readonly Int16Array[]) => {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const part of parts) {
    all.set(part, from);
    from += part.length;
  }
  return all;
};

async function soundOf(words: string): Promise<Buffer> {
  if (!words.startsWith('"')) return asBytes(levelled(asSamples(pcmOf(clinicAudio(words)))));
  // Into a file: a WAV that espeak-ng writes to a pipe has no length.
  const folder = mkdtempSync(join(tmpdir(), 'bedside-caller-'));
  const file = join(folder, 'said.wav');
  spawnSync('espeak-ng', ['-v', 'en', '-s', '140', '-w', file, words.slice(1, -1)]);
  const spoken = readFileSync(file);
  rmSync(folder, { recursive: true });
  const parts: Int16Array[] = [];
  for await (const { samples } of decodeWav(spoken, 16_000, callWith().signal)) parts.push(samples);
  return asBytes(levelled(joined(parts)));
}

/** A number digit by digit, with the pauses of somebody who reads it from a card. */
async function numberSound({ speaker, number }: NonNullable<Script['digits']>): Promise<Buffer> {
  const parts: Int16Array[] = [new Int16Array(1_600)];
  for (const [index, digit] of [...number].entries()) {
    const clip = await readClip(digitClip(digit, speaker));
    parts.push(levelled(joined(clip.map(({ samples }) => samples))), new Int16Array(index === 4 ? 4_000 : 1_920));
  }
  return asBytes(joined([...parts, new Int16Array(1_600)]));
}

/** Ten decibels below the voice. */
const ROOM = VOICE / 10 ** (10 / 20);
let seed = 11;
const random = () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 31 - 1;
};
function roomOf(sound: Sound): Int16Array | undefined {
  if (sound === 'clean') return undefined;
  const length = 16_000 * 12;
  const roomLevel = (samples: Float64Array) => {
    const level = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / length);
    return Int16Array.from(samples, (one) => Math.round((one * ROOM) / level));
  };
  if (sound === 'white noise') return roomLevel(Float64Array.from({ length }, random));
  // Six others who talk of other things at once.
  const others = clinicUtterances().filter(({ id }) => id >= 'dev-021' && id <= 'dev-028');
  const babble = new Float64Array(length);
  for (let voice = 0; voice < 6; voice++) {
    let from = voice * 17_000;
    for (let n = 0; n < 4; n++) {
      const clip = levelled(asSamples(pcmOf(clinicAudio((others[(voice + n) % others.length] as { id: string }).id))));
      for (const [i, one] of clip.entries()) babble[(from + i) % length] = (babble[(from + i) % length] ?? 0) + one;
      from += clip.length;
    }
  }
  return roomLevel(babble);
}

/* ---- the call ---- */

interface Row {
  readonly appointment_id: string;
  readonly doctor_id: string;
  readonly patient_id: string;
  readonly patient_name: string;
  readonly start: string;
  readonly status: string;
}
let clinics = 0;

export async function callReception({ house }: VoiceHouse, script: Script, sound: Sound): Promise<CallOutcome> {
  const clinic = await seedHospital(house, await house.login(), `Reception ${++clinics}`, ['hospital_admin', 'receptionist', 'patient']);
  const desk = clinic.tokens.receptionist;
  const must = async (method: string, path: string, token: string | undefined, body?: unknown) => {
    const answer = await house.call(method, path, { token, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  };
  const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));
  const ids: Record<string, string> = {};
  for (const [key, [name, department]] of Object.entries(doctors)) {
    ids[key] = (await must('POST', '/api/v1/doctors', clinic.tokens.hospital_admin, { name, department })).doctor_id;
    await must('PUT', `/api/v1/doctors/${ids[key]}/schedule`, clinic.tokens.hospital_admin, { slot_minutes: 15, weekly });
  }
  const place = async (visit: Visit, who: object) =>
    (
      await must('POST', '/api/v1/appointments/book', desk, {
        doctor_id: ids[visit.doctor],
        appointment_date: visit.date,
        appointment_time: visit.time,
        ...who,
      })
    ).appointment_details.appointment_id as string;
  const own = script.as === 'patient' ? { patient_id: clinic.users.patient?.patient_id } : { patient_name: NAME, phone: '9811122233' };
  const mine: string[] = [];
  for (const visit of script.standing) mine.push(await place(visit, own));
  for (const visit of [at('Rao', 10, '14:00'), at('Sharma', 9, '14:30')])
    await place(visit, { patient_name: 'Omar Khan', phone: '9822233344' });
  const rows = async () =>
    (await must('GET', '/api/v1/appointments?from=2026-12-07&to=2027-01-31&limit=200', desk)).items.filter(
      ({ status }: Row) => status !== 'cancelled',
    ) as Row[];
  const drawn = (list: readonly Row[]) =>
    list
      .map(({ appointment_id, doctor_id, patient_id, start }) => `${appointment_id} ${doctor_id} ${patient_id} ${Date.parse(start)}`)
      .sort();
  const before = await rows();
  const number = script.digits ? script.digits.number : '9876543210';

  let wanted = script.goal;
  let mind = script.mind;
  const fits = (text: string) => text.includes(doctors[wanted.doctor][0]) && text.includes(`${dayIn('en', wanted.date)} at`);
  const fitsTime = (text: string) => new RegExp(` at ${timeIn('en', wanted.time)}`).test(text);
  const log: string[] = [];
  const line = await talk(house.base, clinic.tokens[script.as] as string, { mode: 'reception' });
  if (line.ready.type !== 'session-ready') throw new Error(`no session: ${JSON.stringify(line.ready)}`);
  const mic = microphone(line, 16_000, roomOf(sound));
  let from = 0;
  /** What the box says last, when it has said all; undefined where it says nothing. */
  const listen = async (ms: number): Promise<string | undefined> => {
    const isReply = (m: { type: string; is_final?: boolean }) => m.type === 'ai_response' && m.is_final === true;
    const first = await line.seen(isReply, 'a reply', { from, ms }).catch(() => undefined);
    if (!first) return undefined;
    for (;;) {
      const count = line.told.length;
      const ended = await line.seen((m) => m.type === 'audio-end', 'its sound', { from, ms: 3_000 }).catch(() => undefined);
      line.send({ type: 'playback', played_ms: Math.round(ended?.duration_ms ?? 0) });
      await new Promise((resolve) => setTimeout(resolve, 250));
      const later = line.told.slice(count).some(isReply);
      const open = line.told.slice(from);
      if (!later) {
        for (const m of open)
          if (m.type === 'transcript' && m.is_final) log.push(`> ${m.text}`);
          else if (isReply(m)) log.push(`< ${m.text}`);
        from = line.told.length;
        return open.findLast(isReply)?.text;
      }
    }
  };
  let turns = 0;
  const speak = async (words: string) => {
    turns++;
    if (words.startsWith('=')) {
      log.push(`  (typed: ${words.slice(1)})`);
      line.send({ type: 'text', text: words.slice(1) });
      return;
    }
    const rest = /^rest (\d+)$/.exec(words)?.[1];
    const digits = rest ?? (words === 'number' ? number : undefined);
    log.push(`  (${digits ?? words})`);
    const speaker = script.digits?.speaker ?? (rest === undefined ? undefined : 'jackson');
    if (digits === undefined || speaker === undefined) await mic.say(await soundOf(digits === undefined ? words : 'dev-007'));
    else await mic.say(await numberSound({ speaker, number: digits }));
  };
  /** Is it settled, and did the caller agree to it? */
  let [agreed, unasked, mended] = [false, 0, 0];
  let end: CallOutcome['end'] = 'given up';
  /** What to say to a read-back; undefined: the caller gives up. */
  const answerTo = (reply: string): string | undefined => {
    const rightVisit = fits(reply) && fitsTime(reply);
    const rightName = script.deed !== 'book' || reply.includes(NAME);
    const rightNumber = script.deed !== 'book' || reply.includes(phoneAloud(`+91${number}`));
    if (rightVisit && rightName && rightNumber) {
      if (mind) {
        const { say } = mind;
        wanted = mind.goal;
        mind = undefined;
        return say;
      }
      return 'yes';
    }
    if (++mended > 3) return undefined;
    if (!rightVisit) return mind === undefined && script.mind ? script.mind.say : (fits(reply) && script.say.time) || script.opening;
    return rightName ? 'number' : `=${NAME}`;
  };
  const name = script.saysName ? 'dev-006' : `=${NAME}`;
  const answerOf = (reply: string): string | undefined => {
    if (/Shall I (?:book|cancel|move)/.test(reply)) return answerTo(reply);
    if (/full name/.test(reply)) return name;
    // Who is asked for the rest says the rest, where what was heard is right.
    const known = /So far I have ([\d ]+)\d?/.exec(reply)?.[1]?.replaceAll(' ', '') ?? '';
    if (known !== '' && number.startsWith(known)) return `rest ${number.slice(known.length)}`;
    if (/number/.test(reply)) return 'number';
    if (/do you mean|mean this one/i.test(reply))
      return script.say.which?.startsWith('"') && !hasSynthetic ? 'dev-019' : (script.say.which ?? 'dev-019');
    if (/which doctor|department would/i.test(reply)) return script.say.doctor ?? script.opening;
    if (/which day/i.test(reply)) return script.say.day ?? script.opening;
    if (/time|free|suit/i.test(reply)) return script.say.time ?? script.opening;
    return script.opening;
  };
  try {
    let next: string | undefined = script.opening;
    for (let silent = 0; next !== undefined && turns < 14; ) {
      const isYes = next === 'yes';
      if (!agreed && drawn(await rows()).join() !== drawn(before).join()) unasked++;
      if (isYes) agreed = true;
      await speak(isYes ? 'dev-019' : next);
      const reply = await listen(silent > 0 ? 20_000 : 12_000);
      if (reply === undefined) {
        log.push('  (no reply)');
        if (++silent > 2) break;
        continue;
      }
      if (/calling a member of the staff|cannot reach anybody/.test(reply)) {
        end = 'handed over';
        break;
      }
      if (/is booked|is cancelled|is now booked/.test(reply)) {
        end = 'completed';
        break;
      }
      if (!isYes || !/not understand|still there/.test(reply)) agreed = false;
      next = answerOf(reply);
    }
  } finally {
    mic.stop();
    await line.end().catch(() => 0);
  }
  const after = await rows();
  // What the calendar should hold: as before, or with the one deed done as it was wanted.
  const changed = drawn(after).join() !== drawn(before).join();
  const others = (list: readonly Row[]) =>
    drawn(list.filter(({ appointment_id }) => before.some((row) => row.appointment_id === appointment_id) && appointment_id !== mine[0]));
  const fresh = after.filter(({ appointment_id }) => !before.some((row) => row.appointment_id === appointment_id));
  const target = after.find(({ appointment_id }) => appointment_id === mine[0]);
  const startMs = Date.parse(`${wanted.date}T${wanted.time}:00+05:30`);
  const isWanted = (row: Row | undefined) => row !== undefined && row.doctor_id === ids[wanted.doctor] && Date.parse(row.start) === startMs;
  let wrongRows = others(before).join() === others(after).join() ? 0 : 1;
  if (script.deed === 'book') {
    for (const row of fresh) {
      const reached = (await house.call('GET', `/api/v1/patients/lookup?phone=${number}`, { token: desk })).json?.patient?.patient_id;
      if (!isWanted(row) || row.patient_name !== NAME || reached !== row.patient_id) wrongRows++;
    }
    if (fresh.length > 1) wrongRows += fresh.length - 1;
  } else {
    wrongRows += fresh.length;
    if (changed && (script.deed === 'cancel' ? target !== undefined : !isWanted(target))) wrongRows++;
  }
  if (changed && !agreed) unasked++;
  if (end === 'completed' && !changed) throw new Error(`said to be done, but nothing is: ${log.join('\n')}`);
  return { script, sound, end, turns, wrongRows, unasked, log };
}

/** Calls, so many at a time; each is told of when it has ended. */
export async function callAll(
  voices: VoiceHouse,
  calls: readonly (readonly [Script, Sound])[],
  atOnce: number,
  ended: (outcome: CallOutcome) => void,
): Promise<CallOutcome[]> {
  const outcomes: CallOutcome[] = [];
  const queue = [...calls];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let one = queue.shift(); one; one = queue.shift()) {
        const outcome = await callReception(voices, ...one);
        ended(outcome);
        outcomes.push(outcome);
      }
    }),
  );
  return outcomes;
}
