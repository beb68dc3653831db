import { describe, expect, it } from 'vitest';
import { askedTerms, isDoubtful, type KnownTerm, keywordQuery } from '../../../src/storage/sqlite/keyword-query.ts';
import { mistakesBetween, piecesOf, standInsOf } from '../../../src/storage/sqlite/near-terms.ts';

const known = (terms: Record<string, number>): KnownTerm[] => Object.entries(terms).map(([term, passages]) => ({ term, passages }));
const none = () => [];

describe('what a query asks for', () => {
  it('leaves out words that say nothing, in three ways of writing, unless there are no others', () => {
    expect(askedTerms('What is the treatment of asthma?')).toEqual(['treatment', 'asthma']);
    expect(askedTerms('बुखार में क्या करना चाहिए')).toEqual(['बुखार']);
    expect(askedTerms('bukhar mein kya karna chahiye')).toEqual(['bukhar']);
    expect(askedTerms('to be or not to be')).toEqual(['to', 'be', 'or', 'not']);
    expect(askedTerms('?!')).toEqual([]);
  });

  it('puts every word in quotes and asks for any of them, the rarest first', () => {
    expect(keywordQuery(known({ near: 9, or: 2 }), 100, none).exact).toBe('"or" OR "near"');
    expect(keywordQuery(known({ 'a"b': 1 }), 100, none).exact).toBe('"a""b"');
    expect(keywordQuery(known({ unknown: 0 }), 100, none)).toMatchObject({ exact: undefined, approximate: undefined });
    expect(keywordQuery([], 0, none)).toEqual({ exact: undefined, approximate: undefined, ideal: 0 });
  });

  it('asks for rare words only where common ones would cost too much, but never for none', () => {
    expect(keywordQuery(known({ common: 9_000, rare: 3, some: 200 }), 10_000, none).exact).toBe('"rare" OR "some"');
    expect(keywordQuery(known({ common: 90_000 }), 100_000, none).exact).toBe('"common"');
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`w${i}`, 1 + (i % 7)]));
    expect(keywordQuery(known(many), 10_000, none).exact?.split(' OR ')).toHaveLength(32);
  });

  it('measures a score against what all its words could give, also those that are not there', () => {
    const one = keywordQuery(known({ rare: 3 }), 1_000, none).ideal;
    const two = keywordQuery(known({ rare: 3, missing: 0 }), 1_000, none).ideal;
    expect(two).toBeGreaterThan(one * 1.5);
  });

  it('lets a commoner word stand in for one that is not there, and counts it less', () => {
    const standIns = ({ term }: KnownTerm) => known(term === 'paracetmol' ? { paracetamol: 40 } : { fewer: 11, fever: 900 });
    const query = keywordQuery(known({ paracetmol: 0, dose: 70 }), 1_000, standIns);
    expect(query).toMatchObject({ exact: '"dose"', approximate: '"paracetamol"' });
    expect(query.ideal).toBeLessThan(keywordQuery(known({ paracetamol: 40, dose: 70 }), 1_000, none).ideal);
    expect(keywordQuery(known({ fevr: 2 }), 1_000, standIns).approximate).toBe('"fever"');
    expect(keywordQuery(known({ fevr: 0, fever: 900 }), 1_000, standIns).approximate).toBe('"fewer"');
  });

  it('doubts words, never numbers', () => {
    expect(['fevr', 'flu', '2500', 'b12x'].map((term) => isDoubtful({ term, passages: 0 }))).toEqual([true, false, false, false]);
    expect(isDoubtful({ term: 'fever', passages: 3 })).toBe(false);
  });
});

describe('what a misspelt word may have meant', () => {
  it('counts mistakes as a person would', () => {
    const between = (a: string, b: string) => mistakesBetween([...a], [...b], 3);
    expect(between('fever', 'fever')).toBe(0);
    expect(between('fever', 'fevr')).toBe(1);
    expect(between('fever', 'feevr')).toBe(1);
    expect(between('बुखार', 'बुखर')).toBe(1);
    expect(between('haemorrhage', 'hemorrage')).toBe(2);
    expect(between('abcdef', 'uvwxyz')).toBe(4);
    expect(between('', 'abcd')).toBe(4);
  });

  it('likes fewest mistakes, then the commonest, and takes the rest of a half word', () => {
    const vocabulary = known({ paracetamol: 5, parasite: 50, paracet: 0, paracentesis: 2, paracetamolum: 1 });
    expect(standInsOf('paracetmol', vocabulary).map(({ term }) => term)).toEqual(['paracetamol']);
    expect(standInsOf('parac', vocabulary).map(({ term }) => term)).toEqual(['paracetamol', 'paracentesis', 'paracetamolum']);
    expect(standInsOf('zzzzzz', vocabulary)).toEqual([]);
    expect(standInsOf('vitamin', known({ vitamin1: 4 }))).toEqual([]);
  });

  it('looks at a part of the vocabulary that has every word with one mistake', () => {
    const word = 'amoxicillin';
    const letters = [...word];
    for (let i = 0; i < letters.length; i++)
      for (const wrong of [letters.toSpliced(i, 1), letters.toSpliced(i, 1, 'z'), letters.toSpliced(i, 0, 'z')]) {
        const reached = piecesOf(wrong.join('')).some(({ starts, backwards, shortest, longest }) => {
          const read = backwards ? letters.toReversed().join('') : word;
          return read.startsWith(starts) && letters.length >= shortest && letters.length <= longest;
        });
        expect([wrong.join(''), reached]).toEqual([wrong.join(''), true]);
      }
  });
});
