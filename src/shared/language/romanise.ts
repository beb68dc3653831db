import { foldedForm, plainForm } from './read-words.ts';

/**
 * The ways in which a word of Hindi is likely to be typed in Latin letters, in folded form. Spelling by ear leaves out some nasal sounds and
 * some of the short vowels that the script implies, so one word has several forms; auxiliaries, which everybody spells as they like, have one.
 */

// biome-ignore format: a table
const consonants: Readonly<Record<string, string>> = {
  क: 'k', ख: 'kh', ग: 'g', घ: 'gh', ङ: 'n', च: 'ch', छ: 'chh', ज: 'j', झ: 'jh', ञ: 'n', ट: 't', ठ: 'th', ड: 'd', ढ: 'dh', ण: 'n',
  त: 't', थ: 'th', द: 'd', ध: 'dh', न: 'n', प: 'p', फ: 'ph', ब: 'b', भ: 'bh', म: 'm', य: 'y', र: 'r', ल: 'l', व: 'v',
  श: 'sh', ष: 'sh', स: 's', ह: 'h', ळ: 'l',
};
const signs: Readonly<Record<string, string>> = { 'ा': 'aa', 'ि': 'i', 'ु': 'u', 'ृ': 'ri', 'े': 'e', 'ै': 'ai', 'ो': 'o', 'ौ': 'au' };
const vowels: Readonly<Record<string, string>> = { अ: 'a', आ: 'aa', इ: 'i', उ: 'u', ऋ: 'ri', ए: 'e', ऐ: 'ai', ओ: 'o', औ: 'au' };
const halant = '्';
const nasal = 'ं';

interface Sound {
  readonly consonant: string;
  vowel: string;
  /** A short a that the script does not write. */
  implied: boolean;
}

/** `word` in Devanagari, perhaps with the `*` of a word list; every form without it. */
export function romanised(word: string): string[] {
  const sounds = soundsOf(plainForm(word));
  const spelled = new Set<string>();
  for (const silent of silences(sounds))
    for (const heard of sounds.some((sound) => sound.vowel.includes(nasal)) ? ['n', 'm', ''] : ['']) {
      const form = spell(sounds, silent, heard);
      // Before h, a sounds nearly like e: pehle, zeher.
      if (form.includes('ah')) for (const [a, b] of besideH) spelled.add(form.replace(a, b));
      spelled.add(form);
      // The last two consonants may be parted in speech: khatm, khatam.
      spelled.add(form.replace(/(?<=[aeiou][kgcjtdpbmnrlsv]h?)(?=[bdgjklmnrsv]$)/, 'a'));
    }
  return [...new Set([...spelled].map(foldedForm))];
}

/** One plain transliteration, with every vowel that is written and every implied one but the last: what spelling is compared with when words are only alike. */
export function inLatinLetters(word: string): string {
  const sounds = soundsOf(plainForm(word));
  const last = sounds.at(-1);
  return spell(sounds, new Set(sounds.length > 1 && last?.implied && last.vowel === 'a' ? [sounds.length - 1] : []), 'n');
}

const besideH: readonly (readonly [RegExp, string])[] = [
  [/aha/g, 'ehe'],
  [/aha/g, 'eha'],
  [/ah(?!a)/g, 'eh'],
];

function soundsOf(word: string): Sound[] {
  const sounds: Sound[] = [];
  for (const letter of word) {
    const consonant = consonants[letter];
    const last = sounds.at(-1);
    if (consonant) sounds.push({ consonant, vowel: 'a', implied: true });
    else if (vowels[letter]) sounds.push({ consonant: '', vowel: vowels[letter], implied: false });
    else if (signs[letter] && last) Object.assign(last, { vowel: signs[letter], implied: false });
    else if (letter === halant && last) Object.assign(last, { vowel: '', implied: false });
    else if (letter === nasal && last) last.vowel += 'ं';
    // न्यू: the reading of words leaves a nasal sign before any consonant, also at the beginning.
    else if (letter === nasal) sounds.push({ consonant: 'n', vowel: '', implied: false });
    else if (/\d/.test(letter)) sounds.push({ consonant: letter, vowel: '', implied: false });
  }
  return sounds;
}

/** The implied vowel is silent at the end of a word; inside, it may be or not, but never in two sounds that follow each other. */
function silences(sounds: readonly Sound[]): ReadonlySet<number>[] {
  const end = sounds.length - 1;
  const inside = sounds
    .flatMap((sound, index) => (index > 0 && index < end && sound.implied && sound.vowel === 'a' ? [index] : []))
    .slice(0, 3);
  let sets: number[][] = [[]];
  for (const index of inside) sets = [...sets, ...sets.filter((set) => set.at(-1) !== index - 1).map((set) => [...set, index])];
  const last = sounds[end];
  return sets.map((set) => new Set(end > 0 && last?.implied && last.vowel === 'a' ? [...set, end] : set));
}

function spell(sounds: readonly Sound[], silent: ReadonlySet<number>, heard: string): string {
  return sounds
    .map((sound, index) => {
      if (!sound.vowel.includes(nasal)) return sound.consonant + (silent.has(index) ? '' : sound.vowel);
      const labial = /^[pbm]/.test(sounds[index + 1]?.consonant ?? '');
      return sound.consonant + sound.vowel.replace(nasal, heard === 'm' && !labial ? 'n' : heard);
    })
    .join('');
}
