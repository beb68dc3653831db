import { describe, expect, it } from 'vitest';
import { readPassage, weighEvidence } from '../../../src/domain/knowledge/evidence.ts';
import { extract } from '../../../src/domain/knowledge/extract.ts';
import { answersKind, kindOf } from '../../../src/domain/knowledge/question-kind.ts';
import { confidenceOf, isSupported, type Signs } from '../../../src/domain/knowledge/support.ts';
import { askedIn, has, termOf, wordsIn } from '../../../src/domain/knowledge/terms.ts';
import { type Leaflet, passageOf } from '../../kit/little-search.ts';

const isThere = (asked: string, text: string) => {
  const [first] = askedIn(asked);
  return first ? has(wordsIn(text), first) : 0;
};

describe('words', () => {
  it.each([
    ['tablets', 'One tablet a day.'],
    ['treatment', 'It is treated at home.'],
    ['vaccination', 'The vaccine is free.'],
    ['haemorrhage', 'A hemorrhage is seen.'],
    ['diarrhoea', 'Diarrhea lasts three days.'],
    ['Melorine', 'Melorin is kept cool.'],
    ['kidney', 'The renal ward.'],
    ['shockwave', 'A shock wave breaks the stone.'],
    ['hypertension', 'High blood pressure is common.'],
    ['UTI', 'A urinary tract infection hurts.'],
    ['fifteen', 'Wash it for 15 minutes.'],
    ['गोलियाँ', 'एक गोली लें।'],
    ['जाँच', 'खून की जांच होती है।'],
    ['ज़ुकाम', 'जुकाम में आराम करें।'],
    ['मेलोरिन', 'Melorin is swallowed whole.'],
    ['08:15', 'From 8:15 on.'],
    ['८', 'सुबह 8 बजे'],
  ])('finds %s in "%s"', (asked, text) => expect(isThere(asked, text)).toBeGreaterThan(0));

  it.each([
    ['hypertension', 'Hypotension is low pressure.'],
    ['prednisone', 'Prednisolone is another medicine.'],
    ['1998', 'In 1989 it was built.'],
    ['dental', 'The mental ward.'],
  ])('does not take %s for what is in "%s"', (asked, text) => expect(isThere(asked, text)).toBe(0));

  it('weighs names most, what every page has least, and the words of asking nothing', () => {
    const weights = new Map(
      askedIn('When does Zorvexin help an itching patient?').map(({ names, weight }) => [names[0]?.[0]?.word, weight]),
    );
    expect([...weights.keys()]).toEqual(['zorvexin', 'help', 'itching', 'patient']);
    expect(weights.get('zorvexin')).toBeGreaterThan(weights.get('itching') ?? 9);
    expect(weights.get('itching')).toBeGreaterThan(weights.get('patient') ?? 9);
  });

  it('is one word in one form', () => expect([termOf('studies').stem, termOf('study').stem]).toEqual(['study', 'study']));
});

describe('what a question wants', () => {
  it.each([
    ['What is the adult dose of Melorin?', 'dose'],
    ['How many tablets should I take?', 'dose'],
    ['How long is the sling worn?', 'length'],
    ['When does the clinic open?', 'time'],
    ['How often is it washed?', 'time'],
    ['Where is the lift?', 'place'],
    ['Who keeps the key?', 'person'],
    ['Why are rings taken off?', 'reason'],
    ['What is asthma?', 'meaning'],
    ['खिड़की कब खुलती है?', 'time'],
    ['मात्रा कितनी है?', 'dose'],
    ['dawa kitni baar leni hai', 'time'],
  ])('%s', (question, kind) => expect(kindOf(question)).toBe(kind));

  it('knows an answer of its kind', () => {
    expect(answersKind('It opens at 08:15.', 'time')).toBe(true);
    expect(answersKind('It opens beside the stairs.', 'time')).toBe(false);
    expect(answersKind('Take 45 mg.', 'dose')).toBe(true);
    expect(answersKind('The dose is written on the box.', 'dose')).toBe(false);
    expect(answersKind('Anything.', 'person')).toBeUndefined();
  });
});

describe('support', () => {
  const none: Signs = { passage: 0, document: 0, sentence: 0, own: 0, missing: 1, named: 0 };
  const all: Signs = { passage: 1, document: 1, sentence: 1, own: 1, missing: 0, named: 1 };

  it('rises with everything that speaks for an answer', () => {
    expect(confidenceOf(none)).toBeLessThan(0.01);
    expect(confidenceOf(all)).toBeGreaterThan(0.99);
    const middle = { passage: 0.6, document: 0.6, sentence: 0.5, own: 0.5, missing: 0.5, named: 0 };
    for (const sign of ['passage', 'document', 'sentence', 'own', 'named'] as const)
      expect(confidenceOf({ ...middle, [sign]: 0.9 })).toBeGreaterThan(confidenceOf(middle));
    expect(confidenceOf({ ...middle, missing: 1 })).toBeLessThan(confidenceOf(middle));
  });

  const weigh = (question: string, ...leaflets: Omit<Leaflet, 'id'>[]) =>
    weighEvidence(
      question,
      leaflets.map((leaflet, i) => readPassage(passageOf({ id: `${i}`, ...leaflet }))),
    );

  it('needs the subject of the question, not only its other words', () => {
    const hours = { title: 'Hours', text: 'The night desk opens at 22:00. The day train of trolleys leaves the kitchen at noon.' };
    expect(isSupported(weigh('What time does the night desk open?', hours))).toBe(true);
    expect(isSupported(weigh('What time does the night train to Chennai leave?', hours))).toBe(false);
    const dose = { title: 'Melorin', text: 'Adults take 20 mg of Melorin twice a day.' };
    expect(isSupported(weigh('What is the adult dose of Karbadol?', dose))).toBe(false);
  });

  it('is not had by questions, crumbs and headings alone', () => {
    expect(
      isSupported(weigh('What is the dose of Melorin?', { title: 'Melorin', text: 'What is the dose of Melorin?\nMelorin\nDose' })),
    ).toBe(false);
  });

  it('takes the headings of a passage into account', () => {
    const text = 'Adults take 20 mg twice a day. Children take 5 mg.';
    const evidence = weigh('What is the adult dose of Melorin?', { title: 'Melorin', headings: ['Dose'], text });
    expect(isSupported(evidence)).toBe(true);
    expect(extract(evidence)[0]?.text).toBe('Adults take 20 mg twice a day.');
  });

  it('prefers the sentence with the fact to one with more of the words', () => {
    const text = 'The adult dose of Melorin is written on the box in small letters. Adults take 20 mg of Melorin.';
    expect(extract(weigh('What is the adult dose of Melorin?', { title: 'Melorin', text }))[0]?.text).toMatch(/20 mg/);
  });
});
