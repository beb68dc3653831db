import { englishStem } from './english-stem.ts';

/**
 * A text as the terms it is found by: the one place that says when two spellings are the same word. Both sides of the search go
 * through it, passages when they are put and queries when they are asked; SQLite's own tokenizer only splits what it gives at its spaces.
 *
 * Case, accents, compatibility forms, invisible joiners, the nukta (क़ and क) and which of its two signs a nasal has (ँ and ं) make no
 * other word; the digits of Hindi are 0 to 9. "250mg" is "250" and "mg", "Wegener's" is "Wegener", "x-ray" is "x", "ray" and "xray".
 * English and Hindi words lose their endings.
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [compound] of fold(text).matchAll(COMPOUND)) {
    const parts = compound.split('-');
    for (const part of parts) {
      const [, amount, unit] = WITH_UNIT.exec(part) ?? [];
      if (amount !== undefined && unit !== undefined) terms.push(amount, stem(unit));
      else terms.push(stem(part));
    }
    if (parts.length === 2 && compound.length <= LONGEST_COMPOUND) terms.push(stem(parts.join('')));
  }
  return terms;
}

/** Longer "words" are the data of some machine, and their beginnings tell them apart. */
const LONGEST = 48;
const LONGEST_COMPOUND = 24;
const COMPOUND = /(?:[\p{L}\p{M}\p{N}\p{Co}]|(?<=\p{N})\.(?=\p{N}))+(?:-(?:[\p{L}\p{M}\p{N}\p{Co}]|(?<=\p{N})\.(?=\p{N}))+)*/gu;
const WITH_UNIT = /^(\d+(?:\.\d+)?)([a-z]{1,4})$/;

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f\u093c\u00ad\u200b-\u200d\u2060\ufeff]+/g, '')
    .replaceAll('\u0901', '\u0902')
    .replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - 0x966))
    .replace(/(?<=\d),(?=\d{2,3}(?!\d))/g, '') // 1,000 and 1,00,000
    .replace(/(?<=\p{L})['’]s(?![\p{L}\p{N}])/gu, '')
    .replace(/(?<=\p{L})['’](?=\p{L})/gu, '')
    .replace(/[‐‑]/g, '-')
    .normalize('NFC');
}

function stem(word: string): string {
  if (/^[a-z]+$/.test(word)) return englishStem(word).slice(0, LONGEST);
  if (/^[\u0900-\u097f]+$/.test(word)) return word.replace(HINDI_ENDING, '$1').slice(0, LONGEST);
  return [...word].slice(0, LONGEST).join('');
}

/**
 * What number and case add behind at least two letters of a noun, after A. Ramanathan and D. Rao ("A lightweight stemmer for Hindi",
 * 2003): दवा, दवाओं and दवाइयां are one, and so are बच्चा, बच्चे and बच्चों.
 */
const HINDI_ENDING = /^([\u0900-\u097f]{2,}?)(?:ाइयां|ाइयों|ियां|ियों|ाओं|ाएं|ुओं|ुएं|ाई|ओं|एं|ों|ें|ीं|ा|ि|ी|ु|ू|े|ो)$/;
