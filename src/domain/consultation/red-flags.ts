import { readWords, type Word } from '../../shared/language/read-words.ts';
import { withoutFalseFriends } from './meaning/clauses.ts';
import { englishCues } from './meaning/cues/en.ts';
import { hindiCues } from './meaning/cues/hi.ts';
import { romanisedCues } from './meaning/cues/hi-latn.ts';
import { compileLexicon, findHits, type Hit, hitsByConcept, type Lexicon } from './meaning/lexicon.ts';
import { readNumbers } from './meaning/numbers.ts';
import { once } from './meaning/once.ts';
import { matchPattern, type Pattern, readPattern } from './meaning/patterns.ts';
import { readScope } from './meaning/scope.ts';
import { adviceFor, type EmergencyNumbers } from './red-flags/advice.ts';
import { readingHits } from './red-flags/readings.ts';
import { type RedFlagCode, redFlagCodes, rules, type Severity } from './red-flags/rules.ts';
import { english } from './red-flags/words/en.ts';
import { hindi } from './red-flags/words/hi.ts';
import { romanisedHindi } from './red-flags/words/hi-latn.ts';

/**
 * Words that must stop the normal flow, found by rules before any model hears them. What is looked for is data (red-flags/): concepts with
 * their words in each language, and rules over concepts. How it is meant (denied, long past, asked about) is read by meaning/scope.ts.
 * Knows nothing of sessions, staff or models; it does not judge how ill somebody is, only that a person should look now.
 */
export interface RedFlag {
  readonly code: RedFlagCode;
  readonly severity: Severity;
  /** The language of the words: `en`, `hi` or `hi-Latn`. */
  readonly language: string;
  /** The patient's words. */
  readonly matched: string;
  /** What to do, in the language of the session, with the hospital's own numbers. */
  readonly advice: string;
}

export interface RedFlagOptions {
  /** The language of the session: of the advice, never of what is looked for. */
  readonly language: string;
  readonly emergencyNumbers: EmergencyNumbers;
}

/** The languages that have rules; in others, red flags are not found and the box says so. Hindi is read in both scripts. */
export const redFlagLanguages: readonly string[] = ['en', 'hi'];

interface Rules {
  readonly lexicon: Lexicon;
  readonly patterns: readonly { readonly code: RedFlagCode; readonly severity: Severity; readonly pattern: Pattern }[];
}

/** The data made ready once, when it is first needed; the same for every caller. */
const compiled = once((): Rules => {
  const lexicon = compileLexicon({
    en: { ...englishCues, ...english },
    hi: { ...hindiCues, ...hindi },
    'hi-Latn': { ...romanisedCues, ...romanisedHindi },
  });
  const patterns = rules.flatMap(({ code, severity, when }) => when.map((source) => ({ code, severity, pattern: readPattern(source) })));
  return { lexicon, patterns };
});

/** Every red flag of a message, the most severe first, one a code. The rules of every language are tried whatever the session's language. */
export function findRedFlags(text: string, { language, emergencyNumbers }: RedFlagOptions): RedFlag[] {
  const words = readWords(text);
  if (words.length === 0) return [];
  const { lexicon, patterns } = compiled();
  const all = [...withoutFalseFriends(words, findHits(words, lexicon)), ...readingHits(words, readNumbers(words, lexicon.numbers))];
  const hits = withoutIdioms(words, all);
  const scope = readScope(words, hits);
  const found = hitsByConcept(hits);
  const matching = { bind: partsOfBody(words, hits), people };

  const flags = new Map<RedFlagCode, RedFlag>();
  for (const { code, severity, pattern } of patterns) {
    const known = flags.get(code);
    if (known && (known.severity === 'emergency' || severity === 'urgent')) continue;
    const match = matchPattern(pattern, found, scope, matching);
    if (!match) continue;
    flags.set(code, {
      code,
      severity,
      language: languageOf(match.flat()),
      matched: excerpt(text, words, match),
      advice: adviceFor(code, severity, language, emergencyNumbers),
    });
  }
  const rank = ({ code, severity }: RedFlag) => (severity === 'emergency' ? 0 : redFlagCodes.length) + redFlagCodes.indexOf(code);
  return [...flags.values()].sort((a, b) => rank(a) - rank(b));
}

/** "Fits of laughter" holds no fits: an idiom keeps its words to itself, unless a longer phrase holds the idiom. */
function withoutIdioms(words: readonly Word[], hits: readonly Hit[]): Hit[] {
  const idiom = new Array<Hit | undefined>(words.length).fill(undefined);
  for (const hit of hits) if (hit.concept === '$idiom') idiom.fill(hit, hit.first, hit.last + 1);
  return hits.filter((hit) => {
    if (hit.concept.startsWith('$')) return true;
    const [a, b] = [idiom[hit.first], idiom[hit.last]];
    return (!a && !b) || (a !== undefined && a === b && hit.first <= a.first && hit.last >= a.last);
  });
}

const people = new Set(['child', 'baby', 'newborn', 'age_young']);

const bodyParts = new Set(['chest', 'heart', 'head', 'neck', 'throat', 'face', 'lips', 'eyes', 'limb', 'belly', 'other_part']);

/** A complaint belongs to the nearest part of the body: "my chest is fine, my back hurts" is no pain in the chest. */
function partsOfBody(words: readonly Word[], hits: readonly Hit[]): (match: readonly Hit[]) => boolean {
  const body = words.map(() => false);
  const joins = words.map((word) => word.mark === 'comma');
  for (const { concept, first, last } of hits) {
    if (bodyParts.has(concept)) body.fill(true, first, last + 1);
    if (concept === '$and') joins.fill(true, first, last + 1);
  }
  return (match) => {
    const taken = (index: number) => match.some((hit) => hit.first <= index && index <= hit.last);
    return match.every((part) => {
      if (!bodyParts.has(part.concept)) return true;
      return match.every((other) => {
        const [from, to] = part.first < other.first ? [part.last + 1, other.first - 1] : [other.last + 1, part.first - 1];
        for (let index = from; index <= to; index++) {
          if (!body[index] || taken(index)) continue;
          const [a, b] = part.first < other.first ? [part.last, index] : [index, part.first];
          if (!joins.slice(a, b + 1).some(Boolean)) return false;
        }
        return true;
      });
    });
  };
}

function languageOf(match: readonly Hit[]): string {
  return match.find((hit) => hit.language !== 'en')?.language ?? 'en';
}

/** The words of the match as they stand in the text. */
function excerpt(text: string, words: readonly Word[], match: readonly (readonly Hit[])[]): string {
  const spans = match
    .map((hits) => ({ first: Math.min(...hits.map((hit) => hit.first)), last: Math.max(...hits.map((hit) => hit.last)) }))
    .sort((a, b) => a.first - b.first);
  const joined: { first: number; last: number }[] = [];
  for (const span of spans) {
    const before = joined.at(-1);
    if (before && span.first <= before.last + 4) before.last = Math.max(before.last, span.last);
    else joined.push({ ...span });
  }
  return joined.map(({ first, last }) => text.slice(words[first]?.from, words[last]?.to).trim()).join(' … ');
}
