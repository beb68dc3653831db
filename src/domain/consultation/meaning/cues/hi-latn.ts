import type { WordList } from '../lexicon.ts';

/** Spellings of the small words of Hindi that cannot be made from Devanagari, and English ones in Hindi sentences. */
export const romanisedCues: WordList = {
  $over: '(ab|bilkul|phir|sab|) (theek|thik|ok|normal|fine) (hai|hoon|hun|ho gaya|ho jata|lag raha)',
  $ask: 'first aid, symptoms kya, kaunse doctor, kab serious',
  $care: 'checkup, check up, physiotherapy, appointment, report, scan, refill',
  $contrast: 'but, lekhin',
  $verbend: 'chahiye, chahie, chaiye',
  $soft: 'only, just',
  $leading: 'main, mai, mummy, papa, doctor',
};
