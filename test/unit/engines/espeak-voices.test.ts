import { expect, test } from 'vitest';
import { readVoices } from '../../../src/engines/espeak/voices.ts';

const table = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  af              --/M      Afrikaans          gmw/af
 5  cmn-latn-pinyin --/M      Chinese_(Mandarin,_latin_as_Pinyin) sit/cmn-Latn-pinyin  (zh-cmn 5)(zh 5)
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 5  en-029          --/M      English_(Caribbean) gmw/en-029           (en 10)
 5  hi              --/M      Hindi              inc/hi
 5  hi              --/F      Hindi_again        inc/hi2

`;

test('the table of voices is read: language tags as browsers write them, each language once', () => {
  expect(readVoices(table)).toEqual([
    { id: 'espeak-af', language: 'af', name: 'af' },
    { id: 'espeak-cmn-latn-pinyin', language: 'cmn-Latn-pinyin', name: 'cmn-latn-pinyin' },
    { id: 'espeak-en-gb', language: 'en-GB', name: 'en-gb' },
    { id: 'espeak-en-029', language: 'en-029', name: 'en-029' },
    { id: 'espeak-hi', language: 'hi', name: 'hi' },
  ]);
});
