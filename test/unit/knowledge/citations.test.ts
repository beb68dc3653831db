import { describe, expect, it } from 'vitest';
import { addSentence, checkSentence, nothingYet, readMarkers, shown } from '../../../src/domain/knowledge/citations.ts';
import { passageOf } from '../../kit/little-search.ts';

const passages = [
  'Adults take 20 mg of Melorin twice a day. It is swallowed whole with a glass of water. Do not take Melorin with milk. Melorin is not given to children under six.',
  'A broken collarbone is rested in a sling for four weeks. The sling is taken off only for washing. Fingers that become numb or pale are shown to the nurse at once.',
  'The eye clinic is on the second floor, opposite the lift. It is open on Tuesdays and Fridays from 09:30 to 13:00. Glasses are fitted by Mr Pillai.',
].map((text, i) => passageOf({ id: `${i}`, title: ['Melorin tablets', 'Arm in a sling', 'Eye clinic'][i] ?? '', text }));

describe('a sentence of a model', () => {
  it.each([
    'Melorin should be swallowed whole with water [S1].',
    'Avoid taking Melorin with milk [S1].',
    'Children under 6 should not be given Melorin [S1].',
    'The sling should be worn for 4 weeks [S2].',
    'Show numb or pale fingers to the nurse immediately [S2].',
    'The eye clinic opens at 09:30 and closes at 13:00 on Tuesdays and Fridays [S3].',
    'Mr Pillai fits glasses.',
  ])('may say "%s"', (sentence) => expect(checkSentence(sentence, passages)?.quotes).toHaveLength(1));

  it.each([
    'Children over six may take 20 mg of Melorin three times a day [S1].',
    'The sling should be worn for six weeks [S2].',
    'The eye clinic is open on Mondays [S3].',
    'The eye clinic is on the first floor [S3].',
    'Mr Rao fits glasses [S3].',
    'Take Melorin with a glass of milk [S1].',
    'It is safe for children under six [S1].',
    'The sling is taken off for sleeping [S2].',
    'Numb fingers are amputated at once [S2].',
  ])('may not say "%s"', (sentence) => expect(checkSentence(sentence, passages)).toBeUndefined());
});

describe('markers', () => {
  it('are read in the forms that models write, and taken out', () => {
    expect(readMarkers('It is kept cool [S1][S3].')).toEqual({ text: 'It is kept cool.', places: [0, 2] });
    expect(readMarkers('It is kept cool (S2).')).toEqual({ text: 'It is kept cool.', places: [1] });
    expect(readMarkers('It lasts [1, 2] long (14 days).')).toEqual({ text: 'It lasts long (14 days).', places: [0, 1] });
  });

  it('of documents become brackets of another kind, and pictures and tags nothing', () => {
    expect(shown('See [7], [12-14] and [S1].')).toBe('See (7), (12-14) and (S1).');
    expect(shown('A ![map](http://a.example/x.png) of the [ward](http://b.example) <b>here</b>, p < 0.05.')).toBe(
      'A map of the ward here , p < 0.05.',
    );
  });

  it('stand behind their sentence, whose characters the citation gives', () => {
    const ids = ['a', 'b'];
    const one = addSentence(nothingYet, { text: 'It is cool.', quotes: [{ passage: 1, quote: 'Keep it cool.' }] }, ids);
    const two = addSentence(
      one,
      {
        text: 'It is dry.',
        quotes: [
          { passage: 0, quote: 'Keep it dry.' },
          { passage: 1, quote: 'Dry it.' },
        ],
      },
      ids,
    );
    expect(two.answer).toBe('It is cool. [2] It is dry. [1][2]');
    expect(two.citations.map(({ sourceId, start, end }) => [sourceId, two.answer.slice(start, end)])).toEqual([
      ['b', 'It is cool. [2]'],
      ['a', 'It is dry. [1][2]'],
      ['b', 'It is dry. [1][2]'],
    ]);
  });
});
