import { bengali } from './advice/bn.ts';
import { english } from './advice/en.ts';
import { gujarati } from './advice/gu.ts';
import { hindi } from './advice/hi.ts';
import { kannada } from './advice/kn.ts';
import { malayalam } from './advice/ml.ts';
import { marathi } from './advice/mr.ts';
import { punjabi } from './advice/pa.ts';
import { tamil } from './advice/ta.ts';
import { telugu } from './advice/te.ts';
import { urdu } from './advice/ur.ts';
import type { AdviceWords } from './advice/words.ts';
import type { RedFlagCode, Severity } from './rules.ts';

/** The hospital's own numbers; what it does not name is answered by its general one. */
export interface EmergencyNumbers {
  readonly general: string;
  readonly ambulance?: string | undefined;
  readonly mentalHealth?: string | undefined;
  readonly poison?: string | undefined;
}

const words: Readonly<Record<string, AdviceWords>> = {
  en: english,
  hi: hindi,
  bn: bengali,
  ta: tamil,
  te: telugu,
  mr: marathi,
  kn: kannada,
  gu: gujarati,
  ml: malayalam,
  pa: punjabi,
  ur: urdu,
};

/** The languages in which the advice is written; another is answered in English. */
export const adviceLanguages: readonly string[] = Object.keys(words);

export function adviceFor(code: RedFlagCode, severity: Severity, language: string, numbers: EmergencyNumbers): string {
  const said = words[language.split(/[-_]/)[0]?.toLowerCase() ?? ''] ?? english;
  const { general, ambulance, mentalHealth, poison } = numbers;
  const first = said.codes[code];
  const opening = severity === 'urgent' ? said.urgent : ambulance && ambulance !== general ? said.emergencyWithAmbulance : said.emergency;
  const sentences = [
    first.includes('{general}') ? '' : opening,
    first,
    code === 'poisoning' && poison && poison !== general ? said.poison : '',
    code === 'self_harm' && mentalHealth && mentalHealth !== general ? said.mentalHealth : '',
  ];
  const places: Readonly<Record<string, string>> = {
    general,
    ambulance: ambulance ?? general,
    mentalHealth: mentalHealth ?? general,
    poison: poison ?? general,
  };
  return sentences
    .filter((sentence) => sentence !== '')
    .join(' ')
    .replace(/\{(\w+)\}/g, (place, name: string) => places[name] ?? place);
}
