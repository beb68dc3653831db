import type { FoundPassage } from './document.ts';
import { contextOf, shareOf } from './evidence.ts';
import type { Quoted } from './extract.ts';
import { addressesMachine } from './orders.ts';
import { sentencesOf } from './sentences.ts';
import { askedIn, contentOf, has, presence, termOf, termsOf, type Words, wordsIn } from './terms.ts';

/**
 * What an answer may claim to have read. A marker `[n]` stands behind a sentence only where passage n holds a sentence that says it, and
 * that one is kept as its quote, word for word. Markers that a model or a document brought along are nothing but text. Pure.
 */
export interface Citation {
  readonly sourceId: string;
  readonly quote: string;
  /** Characters of the answer: the sentence with its markers. */
  readonly start: number;
  readonly end: number;
}

/** A sentence as it is shown, with what it rests on; nothing where a model may speak freely. */
export interface CitedSentence {
  readonly text: string;
  readonly quotes: readonly { readonly passage: number; readonly quote: string }[];
}

export interface CitedAnswer {
  readonly answer: string;
  readonly citations: readonly Citation[];
}
export const nothingYet: CitedAnswer = { answer: '', citations: [] };

/** Adds a sentence with its markers; `[n]` is the 1-based place among `sourceIds`. */
export function addSentence(sofar: CitedAnswer, { text, quotes }: CitedSentence, sourceIds: readonly string[]): CitedAnswer {
  const start = sofar.answer === '' ? 0 : sofar.answer.length + 1;
  const markers = [...new Set(quotes.map(({ passage }) => passage))].map((passage) => `[${passage + 1}]`).join('');
  const answer = [sofar.answer, text, markers].filter(Boolean).join(' ');
  const citations = quotes.map(({ passage, quote }) => ({ sourceId: sourceIds[passage] ?? '', quote, start, end: answer.length }));
  return { answer, citations: [...sofar.citations, ...citations] };
}

/** A sentence of a passage as it is shown: itself, without what looks like a marker or would be fetched. */
export function citeQuoted({ passage, text }: Quoted): CitedSentence {
  return { text: shown(text), quotes: [{ passage, quote: text }] };
}

/** Text of documents and models without anything that could be taken for a marker of ours, and without pictures and addresses behind words. */
export function shown(text: string): string {
  return text
    .normalize('NFC')
    .replace(/!\[([^\]]{0,300})\]\([^)]{0,2000}\)/g, '$1')
    .replace(/\[([^\]]{0,300})\]\([^)]{0,2000}\)/g, '$1')
    .replace(/<\/?[a-z][^<>]{0,2000}>/gi, ' ')
    .replace(/\[\s*(S?\d+(?:\s*[,;–-]\s*S?\d+)*)\s*\]/gi, '($1)')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The markers a model was asked to write: `[S1]`, `[S1, S3]`, `[2]`. Answers the 0-based places and the sentence without them. */
export function readMarkers(sentence: string): { text: string; places: readonly number[] } {
  const places: number[] = [];
  const text = sentence.replace(/\s*[[(]\s*(?:source\s+)?(S?\d{1,3}(?:\s*[,;]\s*S?\d{1,3})*)\s*[\])]/gi, (whole, list: string) => {
    if (whole.trimStart().startsWith('(') && !/S\d/i.test(list)) return whole;
    places.push(...list.split(/[,;]/).map((one) => Number(one.replace(/\D/g, '')) - 1));
    return '';
  });
  return { text: shown(text), places };
}

/**
 * A sentence of a model with the passages that say it: those it names, else those found to. Undefined where none does, and for words that
 * are addressed to a machine.
 */
export function checkSentence(sentence: string, passages: readonly FoundPassage[]): CitedSentence | undefined {
  const { text, places } = readMarkers(sentence);
  if (addressesMachine(sentence) || addressesMachine(text) || contentOf(text).length === 0 || asks.test(text)) return undefined;
  const quotesAt = (place: number) => {
    const quote = passages[place] && quoteFor(text, passages[place]);
    return quote === undefined ? [] : [{ passage: place, quote }];
  };
  const named = [...new Set(places)].flatMap(quotesAt);
  const quotes = named.length > 0 ? named : passages.flatMap((_, place) => quotesAt(place)).slice(0, 1);
  return quotes.length > 0 ? { text, quotes } : undefined;
}

/** A question answers nothing. */
const asks = /[?？]\s*$/;

/** How much of a sentence's weight must stand in the sentence it quotes, and with what stands around that one. */
const BY_QUOTE = 0.5;
const BY_SURROUNDINGS = 0.6;

/** Words with which one tells what another wrote; every other word of weight must stand in the source. */
const retelling: ReadonlySet<string> = new Set(
  'dose dosage located worn wear immediately recommended advised avoid important remember according source sources document leaflet states stated mentioned people patients'
    .split(' ')
    .map((word) => termOf(word).stem),
);

/** Words that are right or wrong and never nearly right: which, how often, when. */
const exact =
  /^(?:once|twice|thrice|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|daily|hourly|weekly|monthly|yearly|alternate|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|october|november|december|morning|afternoon|evening|night|noon|midnight|bedtime|mg|mcg|g|kg|ml|l|iu|units?|drops?|tablets?|capsules?|puffs?|teaspoons?|tablespoons?|minutes?|hours?|days?|weeks?|months?|years?|सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार|सुबह|दोपहर|शाम|रात|पहला|पहली|दूसरा|दूसरी|तीसरा|तीसरी|मिनट|घंटे|दिन|हफ्ते|महीने|साल)$/u;

/** The sentence of the passage that says this, if one does: its words, all its numbers and names, and neither more nor less of a "not". */
function quoteFor(text: string, passage: FoundPassage): string | undefined {
  const said = askedIn(text);
  const content = contentOf(text);
  const strict = termsOf(text).filter(({ word }) => /\d/.test(word) || exact.test(word));
  const heavy = said.filter(({ names, weight }) => weight >= 1 && !names.flat().every(({ stem }) => retelling.has(stem)));
  const context = wordsIn(contextOf(passage));
  const sentences = sentencesOf(passage.chunk.text).map((one) => ({
    text: one.text,
    honest: !addressesMachine(one.text) && !asks.test(one.text),
  }));
  const read = sentences.map(({ text: words, honest }) => wordsIn(honest ? words : ''));
  const share = (words: readonly Words[]) =>
    shareOf(
      said,
      said.map((one) => Math.max(...words.map((some) => has(some, one)))),
    );
  const best = sentences
    .map(({ honest }, i) => ({ i, own: honest ? share([read[i] as Words]) : -1 }))
    .reduce((most, one) => (one.own > most.own ? one : most), { i: -1, own: -1 });
  const quote = sentences[best.i]?.text;
  if (quote === undefined || best.own < BY_QUOTE) return undefined;
  const near = [best.i - 1, best.i, best.i + 1].filter((i) => sentences[i]?.honest);
  const around = near.map((i) => read[i] as Words);
  const nearby = near.map((i) => sentences[i]?.text ?? '').join(' ');
  if (share([...around, context]) < BY_SURROUNDINGS) return undefined;
  if (!content.some((term) => presence(term, around[near.indexOf(best.i)] as Words) > 0)) return undefined;
  if (strict.some(({ stem }) => !around.some(({ stems }) => stems.has(stem)))) return undefined;
  // "6 mg" is not said by a source that has "under six" and "20 mg".
  const stemsOf = (words: string) =>
    ` ${termsOf(words)
      .map(({ stem }) => stem)
      .join(' ')} `;
  const amounts =
    stemsOf(text).match(
      / (?:\d[\d.,:]*) (?=(?:mg|mcg|g|kg|ml|l|iu|unit|drop|tablet|capsule|puff|teaspoon|tablespoon|minute|hour|day|week|month|year) )\S+/g,
    ) ?? [];
  const written = stemsOf(nearby);
  if (amounts.some((amount) => !written.includes(`${amount} `))) return undefined;
  if (heavy.some((one) => [...around, context].every((words) => has(words, one) === 0))) return undefined;
  return contradicts(text, quote, nearby) ? undefined : quote;
}

const denial =
  /\b(?:not|no|never|none|without|neither|nor|cannot|avoid|stop|must not|contraindicated)\b|n['’]t\b|(?<![\p{L}\p{M}])(?:नहीं|मत|न|ना|बिना|कभी नहीं)(?![\p{L}\p{M}])/iu;
const opposites: readonly (readonly [RegExp, RegExp])[] = [
  [/\bbefore\b|पहले/iu, /\bafter\b|के बाद|बाद में/iu],
  [/\b(?:increas|rais|higher|more)\w*|बढ़/iu, /\b(?:decreas|reduc|lower|less|fewer)\w*|घट|कम/iu],
  [/\babove\b|\bover\b|से ऊपर|से ज़्यादा|से ज्यादा/iu, /\bbelow\b|\bunder\b|से नीचे|से कम/iu],
  [/\bleft\b|बाएँ|बाएं|बायाँ|बायां/iu, /\bright\b|दाएँ|दाएं|दायाँ|दायां/iu],
  [/\badults?\b|बड़ों|वयस्क/iu, /\b(?:child|children|infants?)\b|बच्च/iu],
  [/\bmorning\b|सुबह/iu, /\b(?:evening|night)\b|शाम|रात/iu],
  [/\bhot\b|\bwarm\b|गरम|गर्म/iu, /\bcold\b|ठंड/iu],
  [/\bopens?\b|खुल/iu, /\bcloses?\b|बंद/iu],
];

/** A "not" that only one of the two has, or the one of two opposites where the source has the other. */
function contradicts(text: string, quote: string, nearby: string): boolean {
  const [said, written] = [text.normalize('NFC'), quote.normalize('NFC')];
  if (denial.test(said) !== denial.test(written) && denial.test(said) !== denial.test(nearby)) return true;
  if (!denial.test(said) && denial.test(written)) return true;
  return opposites.some(([one, other]) => {
    const swapped = (a: RegExp, b: RegExp) => a.test(said) && !b.test(said) && b.test(written) && !a.test(written) && !a.test(nearby);
    return swapped(one, other) || swapped(other, one);
  });
}
