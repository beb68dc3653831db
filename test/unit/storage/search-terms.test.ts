import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishStem } from '../../../src/storage/sqlite/english-stem.ts';
import { termsOf } from '../../../src/storage/sqlite/search-terms.ts';

describe('the terms of a text', () => {
  it.each([
    ['बुखार', ['बुखार']],
    ['क़लम कलम \u0958लम', ['कलम', 'कलम', 'कलम']],
    ['हाँ हां', ['हां', 'हां']],
    ['क्\u200dष क्ष', ['क्ष', 'क्ष']],
    ['दवा दवाओं दवाइयां', ['दव', 'दव', 'दव']],
    ['बच्चा बच्चे बच्चों', ['बच्च', 'बच्च', 'बच्च']],
    ['में ५०० मिग्रा', ['में', '500', 'मिग्र']],
    ['CAFÉ cafe\u0301 ｃａｆｅ', ['cafe', 'cafe', 'cafe']],
    ['250mg 2.5 ml 1,00,000 1,000', ['250', 'mg', '2.5', 'ml', '100000', '1000']],
    ['HbA1c B12 h1n1', ['hba1c', 'b12', 'h1n1']],
    ['x-ray COVID‑19', ['x', 'rai', 'xrai', 'covid', '19', 'covid19']],
    ['Wegener’s don’t', ['wegen', 'dont']],
    ['"a OR b" NEAR(x) * ^ :', ['a', 'or', 'b', 'near', 'x']],
    ['தமிழ் ﬁbrosis', ['தமிழ்', 'fibrosi']],
    ['… — 🙂 \u0000 \ud800', []],
  ])('%s', (text, terms) => expect(termsOf(text)).toEqual(terms));

  it('holds nothing that SQLite’s tokenizer would split or drop, and is the same however a text is composed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const terms = termsOf(text);
        for (const term of terms) expect(term).toMatch(/^[\p{L}\p{M}\p{N}\p{Co}.]+$/u);
        expect(termsOf(text.normalize('NFD'))).toEqual(termsOf(text.normalize('NFC')));
      }),
    );
  });

  it('is soon done with a very long text', () => {
    const begun = performance.now();
    termsOf('a'.repeat(200_000));
    termsOf('1.'.repeat(100_000));
    termsOf('a-'.repeat(100_000));
    termsOf("a'".repeat(100_000));
    termsOf('1,000'.repeat(40_000));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});

// The examples of Porter's paper.
const porter = `caresses caress, ponies poni, caress caress, cats cat, feed feed, agreed agre, plastered plaster, bled bled, motoring motor, sing sing,
conflated conflat, troubled troubl, sized size, hopping hop, tanned tan, falling fall, hissing hiss, fizzed fizz, failing fail, filing file, happy happi,
sky sky, relational relat, conditional condit, rational ration, valenci valenc, digitizer digit, radicalli radic, generalization gener, oscillators oscil,
formaliti formal, triplicate triplic, formative form, electrical electr, hopeful hope, goodness good, revival reviv, allowance allow, inference infer,
airliner airlin, adoption adopt, homologous homolog, probate probat, rate rate, cease ceas, controll control, roll roll, infections infect, a a, is is`;

describe('the stem of an English word', () => {
  it.each(porter.split(/,\s+/).map((pair) => pair.split(' ') as [string, string]))('%s is %s', (word, stem) =>
    expect(englishStem(word)).toBe(stem),
  );
});
