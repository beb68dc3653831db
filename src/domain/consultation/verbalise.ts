import { guessLanguage } from '../../shared/language/script-check.ts';
import { cleanText, listMark, tidy } from './verbalise/clean.ts';
import { english } from './verbalise/english.ts';
import { hindi } from './verbalise/hindi.ts';
import type { Tongue } from './verbalise/piece.ts';
import { plainDigits, readPieces } from './verbalise/read.ts';
import { speakPieces } from './verbalise/speak.ts';

/**
 * Written answer text as the words a voice says: numbers, doses, times, dates, units, codes and abbreviations written out in English or Hindi,
 * and nothing left that only the eye needs. It promises for these two that no digit remains, that what is already spoken stays as it is, and
 * time proportional to the text. In other languages it only removes marks; digits stay, for their voice to read.
 */
export function verbalise(text: string, language: string, options: { readonly country?: string | undefined } = {}): string {
  const base = language.toLowerCase().split(/[-_]/)[0] ?? '';
  const stop = dandaLanguages.has(base) ? '।' : '.';
  const clean = cleanText(text, stop);
  if (base !== 'en' && base !== 'hi') return tidy(clean.replaceAll(listMark, ''));
  const inEnglish = english(options.country === 'IN');
  const spoken = stretches(plainDigits(clean), base).map(({ text, language }) => {
    const tongue: Tongue = language === 'hi' ? hindi : inEnglish;
    return speakPieces(readPieces(text, options), tongue);
  });
  return tidy(spoken.join('')).normalize('NFC');
}

const dandaLanguages: ReadonlySet<string> = new Set(['hi', 'bn', 'as', 'pa', 'or', 'ne', 'mai', 'bho', 'sa']);

/** Numbers are said in the language of their sentence: an English sentence quoted to a Hindi speaker keeps English numbers. */
function stretches(text: string, language: 'en' | 'hi'): { text: string; language: 'en' | 'hi' }[] {
  const parts: { text: string; language: 'en' | 'hi' }[] = [];
  for (const [sentence] of text.matchAll(/[^.!?।॥]*(?:[.!?।॥](?!\s|$)[^.!?।॥]*)*(?:[.!?।॥]\s*|$)/gu)) {
    if (sentence === '') continue;
    const own = languageOf(sentence, language);
    const last = parts.at(-1);
    if (last?.language === own) last.text += sentence;
    else parts.push({ text: sentence, language: own });
  }
  return parts;
}

function languageOf(sentence: string, language: 'en' | 'hi'): 'en' | 'hi' {
  const devanagari = sentence.match(/\p{Script=Devanagari}/gu)?.length ?? 0;
  const latin = sentence.match(/[a-z]/gi)?.length ?? 0;
  if (language === 'en') return devanagari > latin ? 'hi' : 'en';
  if (devanagari > 0 || latin < 8) return 'hi';
  const guess = guessLanguage(sentence);
  return guess?.language === 'en' && guess.sure ? 'en' : 'hi';
}
