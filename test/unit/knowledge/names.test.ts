import { describe, expect, it } from 'vitest';
import { answerFrom } from '../../../src/domain/knowledge/answer.ts';
import { makeCrossLanguage } from '../../../src/domain/knowledge/cross-language.ts';

const call = {
  signal: new AbortController().signal,
  label: { hospitalId: 'here', use: 'knowledge', requestId: 'r' },
} as const;
const crossing = makeCrossLanguage();

async function ask(question: string, text: string, title = 'Leaflet') {
  const chunk = {
    id: 'c',
    documentId: 'd',
    place: 0,
    text,
    page: null,
    headings: [],
    tableHead: null,
    language: 'en',
    start: 0,
    end: text.length,
  };
  const passages = [{ chunk, title, hospitalId: 'here', score: 1, keywordRank: 1, vectorRank: 1 }];
  const language = crossing.questionLanguage(question).split('-')[0] ?? 'en';
  const inEnglish = crossing.inEnglishWords(question, crossing.questionLanguage(question));
  const limits = { passages: 5, characters: 4_000, tokens: 300 };
  for await (const part of answerFrom({ question, passages, language, inEnglish, policy: 'cited', limits }, call))
    if (part.type === 'done') return part.answer;
  throw new Error('no answer');
}

const leaflet = (name: string) =>
  `The adult dose of ${name} is 20 mg once a day, taken with food. ${name} is kept in the refrigerator. Children must not take ${name}.`;

/** Names that have been taken for each other in hospitals. */
const lookAlikes = [
  ['prednisone', 'prednisolone'],
  ['hydroxyzine', 'hydralazine'],
  ['cefixime', 'cefuroxime'],
  ['metformin', 'metronidazole'],
  ['clonidine', 'clonazepam'],
  ['amlodipine', 'amiloride'],
  ['losartan', 'valsartan'],
  ['chlorpromazine', 'chlorpropamide'],
  ['vinblastine', 'vincristine'],
  ['dopamine', 'dobutamine'],
  ['carbamazepine', 'carbimazole'],
  ['quinine', 'quinidine'],
  ['azathioprine', 'azithromycin'],
  ['glipizide', 'gliclazide'],
  ['lamotrigine', 'lamivudine'],
  ['cetirizine', 'levocetirizine'],
  ['ephedrine', 'epinephrine'],
  ['tramadol', 'trazodone'],
  ['Crocin', 'Combiflam'],
  ['Betacor', 'Zorvexin'],
] as const;

describe('a medicine that is asked for by name', () => {
  it.each(lookAlikes)('%s is answered by no leaflet of %s, nor the other way round', async (one, other) => {
    for (const [asked, told] of [
      [one, other],
      [other, one],
    ] as const)
      for (const question of [
        `What is the adult dose of ${asked}?`,
        `How is ${asked} stored, in the refrigerator?`,
        `${asked} ki dose kitni hai?`,
      ])
        if (question.includes('dose') || !/^[A-Z]/.test(asked))
          expect((await ask(question, leaflet(told), told)).abstained, question).toBe(true);
    expect((await ask(`What is the adult dose of ${one}?`, leaflet(one), one)).answer).toContain('20 mg');
  });

  it('is known by its other names, and when its name is misspelt into none', async () => {
    for (const [asked, told] of [
      ['acetaminophen', 'paracetamol'],
      ['adrenaline', 'epinephrine'],
      ['salbutamol', 'albuterol'],
      ['paracetmol', 'paracetamol'],
      ['amoxycillin', 'amoxicillin'],
      ['metformine', 'metformin'],
      ['azithromicin', 'azithromycin'],
      ['Zorvexine', 'Zorvexin'],
    ] as const)
      expect((await ask(`What is the adult dose of ${asked}?`, leaflet(told))).answer, asked).toContain('20 mg');
  });

  it('is asked for in Hindi, too', async () => {
    expect((await ask('मेटफॉर्मिन की खुराक कितनी है?', leaflet('metronidazole'))).abstained).toBe(true);
    expect((await ask('मेटफॉर्मिन की खुराक कितनी है?', leaflet('metformin'))).answer).toContain('20 mg');
  });
});

describe('one of a kind', () => {
  it.each([
    ['What are the signs of hepatitis A?', 'The signs of hepatitis B are tiredness and yellow eyes.'],
    ['How is type 1 diabetes treated?', 'Type 2 diabetes is treated first with food and walking, then with tablets.'],
    ['When may visitors come to ward seven?', 'Visitors may come to ward six between 16:00 and 18:00.'],
    ['Who needs vitamin B12?', 'Vitamin D is needed by people who see little sun.'],
    ['When does counter 3 open?', 'Counter 4 opens at half past eight in the morning.'],
  ])('%s is not answered by its neighbour', async (question, text) => {
    expect((await ask(question, text)).abstained).toBe(true);
  });

  it('is answered by its own page, however the number is written', async () => {
    expect((await ask('When may visitors come to ward 6?', 'Visitors may come to ward six between 16:00 and 18:00.')).answer).toContain(
      '16:00',
    );
  });
});
