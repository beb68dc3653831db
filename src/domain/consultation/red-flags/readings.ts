import type { Word } from '../../../shared/language/read-words.ts';
import type { Hit } from '../meaning/lexicon.ts';
import type { SpokenNumber } from '../meaning/numbers.ts';

const times = /^(?:times?|motions?|बार|baar|bar|दस्त|dast)$/u;
const minutes = /^(?:minutes?|mins?|मिनट)$/u;
const hours = /^(?:hours?|hrs?|घंटे?|घंटा|ghante?|ghanta)$/u;
const days = /^(?:days?|दिन|din)$/u;
const weeks = /^(?:weeks?|हफ्ते|हफ्ता|सप्ताह|hafte|hafta)$/u;
const months = /^(?:months?|महिने|महिना|माह|mahine|mahina)$/u;
/** What is taken by the piece. */
const pieces =
  /^(?:of|tablets?|pills?|capsules?|strips?|sleeping|paracetamol|crocin|dolo|aspirin|iron|गोलिया|गोलि|गोलियो|टैबलेट|कैप्सूल|goli|goliyan|goliya|tablet)$/u;
const age = /^(?:old|का|कि|के|ka|ki|ke)$/u;

/** What follows a number that is no reading of a meter. */
const units =
  /^(?:years?|yrs?|old|months?|weeks?|days?|hours?|minutes?|times?|percent|kg|kilos?|units?|mg|ml|साल|सालो|महिने?|दिन|हफ्ते|घंटे?|मिनट|बार|यूनिट|बजे|saal|sal|mahine|din|hafte|ghante|minute|baar|unit|baje|am|pm|milligrams?|micrograms?|mcg)$/u;

/**
 * What numbers say by themselves, as hits for the rules. Blood sugar: `reading_low` below 3.0 mmol/l (54 mg/dl), the level that needs help at
 * once, `reading_high` from 20 mmol/l (360 mg/dl); with decimals below 34 a number is taken for mmol/l, else for mg/dl. Oxygen:
 * `reading_low_oxygen` below 91 %. `reading_often` is six times or more, `reading_long` twenty minutes or more, `age_young` up to
 * three months, `count_large` six or more of something, `reading_weeks_early` weeks of a pregnancy before
 * its time.
 */
export function readingHits(words: readonly Word[], numbers: readonly SpokenNumber[]): Hit[] {
  return numbers.flatMap(({ value, first, last }) => {
    const [next, after] = [words[last + 1]?.plain ?? '', words[last + 2]?.plain ?? ''];
    const also: Hit[] = [];
    const hit = (concept: string, end: number): Hit => ({ concept, first, last: end, language: 'en' });
    if (value >= 6 && value < 100 && times.test(next)) return [hit('reading_often', last + 1)];
    if ((value >= 20 && minutes.test(next)) || (value >= 1 && hours.test(next))) return [hit('reading_long', last + 1)];
    const young = (value <= 90 && days.test(next)) || (value <= 12 && weeks.test(next)) || (value <= 3 && months.test(next));
    if (young && age.test(after)) return [hit('age_young', last + 2)];
    if (value >= 20 && value < 37 && weeks.test(next)) return [hit('reading_weeks_early', last + 1)];
    if (units.test(next)) return [];
    if (value >= 6 && value < 360 && (pieces.test(next) || pieces.test(after)) && !/^(?:mg|ml|mcg|milligrams?|micrograms?)$/.test(next))
      also.push(hit('count_large', last));
    const millimoles = !Number.isInteger(value) || /^mmol/.test(next);
    if (millimoles ? value >= 1 && value < 3 : value >= 20 && value < 55) also.push(hit('reading_low', last));
    if (millimoles ? value >= 20 && value < 34 : value >= 360 && value < 1000) also.push(hit('reading_high', last));
    if (!millimoles && value >= 50 && value < 91) also.push(hit('reading_low_oxygen', last));
    return also;
  });
}
