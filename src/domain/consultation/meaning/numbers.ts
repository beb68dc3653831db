import { plainForm, type Word } from '../../../shared/language/read-words.ts';
import { romanised } from '../../../shared/language/romanise.ts';

/** A number that is said or written, and the words it takes. */
export interface SpokenNumber {
  readonly value: number;
  readonly first: number;
  readonly last: number;
}

const english = `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen`;
const englishTens = 'twenty thirty forty fifty sixty seventy eighty ninety';
/** 0 to 99 in Hindi, in the commonest spelling of each. */
const hindi = `शून्य एक दो तीन चार पाँच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस
  सत्ताईस अट्ठाईस उनतीस तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस चालीस इकतालीस बयालीस तैंतालीस चवालीस पैंतालीस
  छियालीस सैंतालीस अड़तालीस उनचास पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ
  अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी
  अट्ठासी नवासी नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे`;
const hundreds = ['hundred', 'सौ', 'sau', 'so', 'soo'];

/** Spoken numbers up to 999; a year or a telephone number is left as its digits. */
export function readNumbers(words: readonly Word[], table: ReadonlyMap<string, number>): SpokenNumber[] {
  const numbers: SpokenNumber[] = [];
  for (let index = 0; index < words.length; index++) {
    const plain = words[index]?.plain ?? '';
    if (/^\d/.test(plain)) {
      numbers.push({ value: Number(plain.replace(',', '')), first: index, last: index });
      continue;
    }
    const said = spokenFrom(words, index, table);
    if (!said) continue;
    numbers.push(said);
    index = said.last;
  }
  return numbers;
}

function spokenFrom(words: readonly Word[], first: number, table: ReadonlyMap<string, number>): SpokenNumber | undefined {
  const worth = (at: number) => table.get(words[at]?.plain ?? '') ?? table.get(words[at]?.folded ?? '');
  let value = worth(first);
  if (value === undefined) return undefined;
  let last = first;
  if (value < 10 && hundreds.includes(words[last + 1]?.plain ?? '')) {
    value *= 100;
    last++;
    const next = words[last + 1]?.plain === 'and' ? last + 2 : last + 1;
    const rest = worth(next);
    if (rest !== undefined) {
      value += rest;
      last = next;
    }
  }
  // "One thirty", "four eighty five": a hundred that is not said.
  const tens = worth(last + 1);
  if (value > 0 && value < 10 && tens !== undefined && tens >= 10 && tens < 100) {
    value = 100 * value + tens;
    last++;
  }
  // "Forty two": a ten and a one.
  const one = worth(last + 1);
  if (value % 10 === 0 && value % 100 !== 0 && one !== undefined && one > 0 && one < 10) {
    value += one;
    last++;
  }
  return { value, first, last };
}

export function numberTable(): ReadonlyMap<string, number> {
  const table = new Map<string, number>();
  for (const [value, word] of english.split(' ').entries()) table.set(word, value);
  for (const [index, word] of englishTens.split(' ').entries()) table.set(word, 20 + 10 * index);
  for (const [value, word] of hindi.split(/\s+/).entries()) {
    table.set(plainForm(word), value);
    // नौ (nine) sounds like "no".
    for (const form of romanised(word)) if (!table.has(form) && form !== 'no') table.set(form, value);
  }
  return table;
}
