/** Mouth shapes for an avatar, from the letters that are spoken and how loud it is while they are. Pure; a drawing, not phonetics. */
export const visemeIds = ['rest', 'open', 'wide', 'round', 'closed', 'teeth', 'tongue'] as const;
export type VisemeId = (typeof visemeIds)[number];

export interface Viseme {
  /** From the beginning of the reply's sound. */
  readonly atMs: number;
  readonly id: VisemeId;
}

const shapes: readonly (readonly [RegExp, VisemeId])[] = [
  [/[mbpमबभपफ]/iu, 'closed'],
  [/[fvव]/iu, 'teeth'],
  [/[ouwओऔउऊोौुूृ]/iu, 'round'],
  [/[eiyएऐइईेैिीय]/iu, 'wide'],
  [/[aअआाहक-ङ]/iu, 'open'],
  [/[ltdnsrzjcgkqxhत-नच-ञट-णरलशषसज़]/iu, 'tongue'],
];

/** About how long one letter sounds. */
const LETTER_MS = 70;
const QUIET = 250;

/** Follows one piece of text through its sound. */
export function makeMouth(text: string, startMs: number): { follow(samples: Int16Array, sampleRate: number, atMs: number): Viseme[] } {
  const letters = [...text.normalize('NFC')].filter((letter) => /[\p{L}\p{M}]/u.test(letter));
  let last: VisemeId | undefined;
  return {
    follow(samples, sampleRate, atMs) {
      const step = Math.max(1, Math.round((sampleRate * LETTER_MS) / 1_000));
      const shown: Viseme[] = [];
      for (let from = 0; from < samples.length; from += step) {
        const hereMs = atMs + (from * 1_000) / sampleRate;
        const letter = letters[Math.floor((hereMs - startMs) / LETTER_MS)];
        const id = loudness(samples.subarray(from, from + step)) < QUIET ? 'rest' : shapeOf(letter);
        if (id !== last) shown.push({ atMs: Math.round(hereMs), id });
        last = id;
      }
      return shown;
    },
  };
}

function shapeOf(letter: string | undefined): VisemeId {
  if (letter === undefined) return 'open';
  return shapes.find(([letters]) => letters.test(letter))?.[1] ?? 'open';
}

/** Root mean square of 16-bit samples. */
export function loudness(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}
