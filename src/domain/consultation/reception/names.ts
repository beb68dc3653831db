import type { Word } from '../../../shared/language/read-words.ts';
import { familiesIn, familyOf } from './departments.ts';
import { type Ear, makeEar } from './sound.ts';
import { type Spoken, spoken } from './spoken.ts';

/** Doctors and departments, found in what was said and what a recogniser made of it. Who is nearly heard is read back before anything is done. Pure. */
export interface DoctorFact {
  readonly id: string;
  readonly name: string;
  readonly department: string;
}

export type Found<T> =
  | { readonly kind: 'exact' | 'closest'; readonly one: T; readonly from: number; readonly to: number }
  | { readonly kind: 'several'; readonly among: readonly T[]; readonly from: number; readonly to: number }
  /** Somebody was named whom nobody here is called. */
  | { readonly kind: 'none'; readonly said: string; readonly from: number; readonly to: number };

const title =
  /^(?:dr|doctor|doctors|doc|docter|dokter|daktar|doktor|doktar|daktor|डॉक्टर|डाक्टर|डाँक्टर|डॉ|डा|daaktar|dactar|prof|professor)$/u;
const degrees = /^(?:md|do|mph|phd|mbbs|dds|frcs|ms|mr|mrs|ms|jr|sr|inc|the|and|of|with)$/;
/** What follows "doctor" without being a name. */
const noName =
  /^(?:a|an|the|is|are|who|that|which|for|on|at|to|in|my|me|please|appointment|appointments|visit|today|tomorrow|free|available|any|ke|ka|ki|se|ko|saath|sath|chahiye|hai|hain|he|में|के|का|की|से|को|है|चाहिए|साहब|sahab|sahib|ji|जी|and|or|then|has|have|does|do|can|will|would|there|here|next|this|kal|aaj|parson|कल|आज|name|named|list|monday|tuesday|wednesday|thursday|friday|saturday|sunday|not|but|instead|when|what|time|i|you|of|says|said|asked|told|wants|was|dies|if|so|up|by|from|near|about|it|he|she|they|we|your|morning|evening|afternoon|earlier|later|soon|now)$/u;

const exactFrom = 0.95;
const nearFrom = 0.62;
const margin = 0.07;

const partsOf = (name: string): string[] =>
  name.split(/[\s.,:/-]+/u).filter((part) => part.length > 1 && !title.test(part.toLowerCase()) && !degrees.test(part.toLowerCase()));

interface Named {
  readonly doctor: DoctorFact;
  readonly parts: readonly string[];
}
/** Nobody names more in one breath; whoever does is heard from there on. */
const MOST_NAMED = 4;
const isTitle = (word: Word | undefined): boolean =>
  word !== undefined && title.test(word.plain) && (word.mark !== 'stop' || /^(?:dr|prof|डॉ|डा)$/u.test(word.plain));

/** The doctor who was named; undefined where nobody was. `due` = it was asked, so that a bare name is one. */
export function findDoctor(text: string, doctors: readonly DoctorFact[], due = false): Found<DoctorFact> | undefined {
  const words = spoken(text);
  const ear = makeEar();
  const named = doctors.map((doctor) => ({ doctor, parts: partsOf(doctor.name) }));
  const titled = [...words.keys()].filter((at) => isTitle(words[at]));
  let best: Found<DoctorFact> | undefined;
  for (const at of titled.slice(-MOST_NAMED)) {
    const found = among(text, words, at + 1, named, ear);
    // The last one named is the one wanted, unless it is the one refused.
    if (found && !refused(words, at)) best = found;
  }
  return best ?? untitled(words, named, due, ear);
}

function refused(words: Spoken, at: number): boolean {
  const lead = words
    .slice(Math.max(0, at - 3), at)
    .map((word) => word.plain)
    .join(' ');
  return /\b(?:not|instead of|rather than|other than|nahi)(?: with)?$/.test(lead) && words[at - 1]?.mark !== 'comma';
}

/** Compares the words from `first` on with every doctor's name. */
function among(text: string, words: Spoken, first: number, doctors: readonly Named[], ear: Ear): Found<DoctorFact> | undefined {
  const heard = nameWords(words, first, 4);
  if (heard.length === 0) return undefined;
  const scored = doctors
    .map(({ doctor, parts }) => ({
      doctor,
      ...score(
        heard.map(({ plain }) => plain),
        parts,
        ear,
      ),
    }))
    .sort((a, b) => b.score - a.score);
  const top = scored[0];
  const from = words[first]?.from ?? 0;
  const to = heard[Math.max(0, (top?.used ?? 1) - 1)]?.to ?? from;
  if (!top || top.score < nearFrom) return { kind: 'none', said: text.slice(from, heard[0]?.to ?? from), from, to: heard[0]?.to ?? from };
  const near = scored.filter(({ score }) => score >= top.score - margin && score >= nearFrom);
  if (near.length > 1) return { kind: 'several', among: near.map(({ doctor }) => doctor), from, to };
  return { kind: top.score >= exactFrom ? 'exact' : 'closest', one: top.doctor, from, to };
}

function nameWords(words: Spoken, first: number, most: number): Spoken {
  const heard: Spoken[number][] = [];
  for (let at = first; at < words.length && heard.length < most; at++) {
    const word = words[at];
    if (!word || noName.test(word.plain) || /^\d/.test(word.plain)) break;
    if (word.plain.length > 1 || heard.length === 0) heard.push(word);
    if (word.mark === 'question' || word.mark === 'comma' || (word.mark === 'stop' && word.plain.length > 1)) break;
  }
  return heard;
}

/** The likeness of what was heard to a name: its last part weighs most, and a first name that is another one weighs against it. */
function score(heard: readonly string[], parts: readonly string[], ear: Ear): { score: number; used: number } {
  const last = parts.at(-1);
  if (!last) return { score: 0, used: 0 };
  let best = { score: 0, used: 1 };
  // Only the first words after the title: what follows a name is no name.
  for (const [at, word] of heard.slice(0, 3).entries()) {
    for (const [place, part] of parts.entries()) {
      const own = ear.likeness(word, part);
      if (own < nearFrom) continue;
      // The rest of the name, where it was said before this word.
      const others = heard
        .slice(0, at)
        .map((other) => Math.max(0, ...parts.filter((_, index) => index !== place).map((third) => ear.likeness(other, third))));
      const rest = others.length === 0 ? 1 : others.reduce((sum, one) => sum + one, 0) / others.length;
      const value =
        others.length === 0
          ? own * (place === parts.length - 1 || parts.length === 1 ? 1 : 0.97)
          : 0.75 * own + 0.25 * rest + (rest > 0.9 && own > 0.9 ? 0.05 : 0);
      if (value > best.score) best = { score: value, used: at + 1 };
    }
    // A split name, as recognisers write it: "shar ma".
    const joined = heard[at + 1] ? ear.likeness(`${word}${heard[at + 1]}`, last) : 0;
    if (at === 0 && joined > best.score && joined >= 0.85) best = { score: joined * 0.99, used: 2 };
  }
  return best;
}

/** A doctor's name said without a title: only as good as certain, so that a patient's own name is not taken for a doctor's. */
function untitled(words: Spoken, doctors: readonly Named[], due: boolean, ear: Ear): Found<DoctorFact> | undefined {
  let best: { found: Found<DoctorFact>; sure: number } | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (!word || word.plain.length < 3 || /^\d/.test(word.plain)) continue;
    const lead = words[at - 1]?.plain ?? '';
    const near = /^(?:with|see|to|meet|visit|of|se|from|is|for|like|want|prefer)$/.test(lead) || due;
    const scored = doctors
      .map(({ doctor, parts }) => ({
        doctor,
        value: Math.max(
          0,
          ...parts.filter((part) => part.length > 2 && ear.beginsAlike(word.plain, part)).map((part) => ear.likeness(word.plain, part)),
        ),
      }))
      .filter(({ value }) => value >= (due && words.length <= 4 ? 0.72 : near ? 0.9 : 0.97))
      .sort((a, b) => b.value - a.value);
    const top = scored[0];
    if (!top || noName.test(word.plain)) continue;
    if (!near && !due) {
      // Elsewhere in a sentence a whole name is needed, or a surname that nothing introduces as the speaker's own.
      const parts = partsOf(top.doctor.name);
      const before = words[at - 1]?.plain ?? '';
      const whole = parts.length > 1 && parts.some((part) => ear.likeness(before, part) > 0.9);
      const leading = at === 0 && (word.mark === 'comma' || words.length === 1);
      if (!whole && !leading) continue;
    }
    const from = words[at]?.from ?? 0;
    const ties = scored.filter(({ value }) => value >= top.value - margin);
    const pick =
      ties.length > 1
        ? ties.filter(({ doctor }) => partsOf(doctor.name).every((part) => words.some((other) => ear.likeness(other.plain, part) > 0.85)))
        : ties;
    const found: Found<DoctorFact> =
      pick.length === 1 && pick[0]
        ? { kind: top.value >= exactFrom ? 'exact' : 'closest', one: pick[0].doctor, from, to: word.to }
        : { kind: 'several', among: ties.map(({ doctor }) => doctor), from, to: word.to };
    if (!best || top.value > best.sure) best = { found, sure: top.value };
  }
  return best?.found;
}

/** The department that was named, by its own name or by what people call it. */
export function findDepartment(text: string, departments: readonly string[], due = false): Found<string> | undefined {
  const words = spoken(text);
  const named = departments
    .map((name) => ({ name, words: spoken(name) }))
    .map((one) => ({ ...one, family: familyOf(one.name, one.words) }));
  for (const { family, at } of familiesIn(words, due).reverse()) {
    const own = named.filter((one) => one.family === family);
    const word = words[at];
    if (!word) continue;
    const place = { from: word.from, to: word.to };
    if (own.length === 1 && own[0]) return { kind: 'exact', one: own[0].name, ...place };
    if (own.length > 1) return { kind: 'several', among: own.map(({ name }) => name), ...place };
    return { kind: 'none', said: family, ...place };
  }
  // A name of the hospital's own, nearly heard.
  const ear = makeEar();
  for (const { name, words: parts } of named)
    for (const word of words) {
      if (word.plain.length < 6) continue;
      const value = Math.max(...parts.filter((part) => part.plain.length > 4).map((part) => ear.likeness(word.plain, part.plain)), 0);
      if (value >= 0.8) return { kind: value >= exactFrom ? 'exact' : 'closest', one: name, from: word.from, to: word.to };
    }
  return undefined;
}
