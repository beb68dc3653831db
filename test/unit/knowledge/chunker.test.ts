import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkDocument, documentText, eachChunk } from '../../../src/domain/knowledge/chunker.ts';
import type { Block } from '../../../src/engines/document-reader.ts';

const options = () => {
  let next = 0;
  return { documentId: 'doc', language: 'en', newId: () => `c${next++}` };
};
const chunks = (blocks: readonly Block[]) => chunkDocument({ blocks }, options());
const heading = (level: number, text: string, page?: number): Block => ({ kind: 'heading', level, text, ...(page && { page }) });
const paragraph = (text: string, page?: number): Block => ({ kind: 'paragraph', text, ...(page && { page }) });
const sentences = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `Sentence ${from + i} says that water is given in small sips all day.`).join(' ');

describe('the chunks of a document', () => {
  it('are whole sentences, about a thousand characters, and begin with the last ones of the chunk before', () => {
    const text = sentences(60);
    const made = chunks([paragraph(text)]);
    expect(made.length).toBeGreaterThan(3);
    for (const [i, chunk] of made.entries()) {
      expect(chunk.text).toMatch(/^Sentence \d+ .*\.$/);
      expect(chunk.text.length).toBeLessThanOrEqual(1_300);
      if (i < made.length - 1) expect(chunk.text.length).toBeGreaterThan(800);
      const before = made[i - 1];
      if (before) {
        const shared = before.end - chunk.start;
        expect(shared).toBeGreaterThan(50);
        expect(shared).toBeLessThanOrEqual(200);
      }
    }
    expect(made.map((chunk) => [chunk.id, chunk.place, chunk.documentId, chunk.language])).toEqual(
      made.map((_, i) => [`c${i}`, i, 'doc', 'en']),
    );
  });

  it('never reach over a heading, and know under which headings they stand', () => {
    const made = chunks([
      heading(1, 'Fever'),
      paragraph('Measure it.'),
      heading(2, 'Children'),
      paragraph('Give water.'),
      paragraph('And rest.'),
      heading(2, 'Adults'),
      paragraph('Give tea.'),
      heading(1, 'Cough'),
      paragraph('Wait.'),
    ]);
    expect(made.map(({ text, headings }) => [text, headings])).toEqual([
      ['Measure it.', ['Fever']],
      ['Give water.\n\nAnd rest.', ['Fever', 'Children']],
      ['Give tea.', ['Fever', 'Adults']],
      ['Wait.', ['Cough']],
    ]);
  });

  it('lose no heading that has nothing under it', () => {
    const made = chunks([heading(1, 'Title'), heading(2, 'Empty'), heading(2, 'Full'), paragraph('Words.'), heading(2, 'Last')]);
    expect(made.map(({ text, headings }) => [text, headings])).toEqual([
      ['Empty', ['Title']],
      ['Words.', ['Title', 'Full']],
      ['Last', ['Title']],
    ]);
    expect(chunks([heading(1, 'Only a title')]).map(({ text }) => text)).toEqual(['Only a title']);
  });

  it('tell the rows of a table with their columns, whole, and keep caption and header', () => {
    const rows = Array.from({ length: 150 }, (_, i) => [`Substance${i}`, `${i} mg`, i % 2 ? '' : `every ${i % 6} hours`]);
    const made = chunks([
      heading(1, 'Formulary'),
      { kind: 'table', caption: 'Table 1. Doses', header: ['Medicine', 'Strength', 'Interval'], rows, page: 7 },
    ]);
    for (const chunk of made) {
      expect(chunk).toMatchObject({ tableHead: 'Table 1. Doses\nMedicine | Strength | Interval', headings: ['Formulary'], page: 7 });
      expect(chunk.text.length).toBeLessThanOrEqual(1_100);
      expect(chunk.text).toMatch(/^Medicine: Substance.*[.]$/s);
    }
    const all = made.flatMap((chunk) => chunk.text.split('\n'));
    expect(all).toHaveLength(150);
    expect(all[140]).toBe('Medicine: Substance140; Strength: 140 mg; Interval: every 2 hours.');
    expect(all[141]).toBe('Medicine: Substance141; Strength: 141 mg.');
  });

  it('split a row only when it is too long alone, and tell a table without a header as it stands', () => {
    const made = chunks([
      {
        kind: 'table',
        header: [],
        rows: [
          ['a', 'b'],
          ['x', sentences(40)],
          ['c', ''],
        ],
      },
    ]);
    expect(made[0]).toMatchObject({ text: 'a; b.', tableHead: null });
    expect(made.at(-1)?.text).toBe('c.');
    expect(made.length).toBeGreaterThan(4);
    for (const chunk of made) expect(chunk.text.length).toBeLessThanOrEqual(1_300);
  });

  it('stand on the page on which they begin', () => {
    const made = chunks([paragraph(sentences(12), 1), paragraph(sentences(14, 12), 2), paragraph(sentences(14, 26), 3)]);
    const pageOf = (n: number) => made.find((chunk) => chunk.text.includes(`Sentence ${n} `))?.page;
    expect([pageOf(0), pageOf(24), pageOf(39)]).toEqual([1, 2, 3]);
    expect(chunks([paragraph('Words.')])[0]?.page).toBeNull();
  });

  it('cut what has no sentences between words, and what has no words between letters', () => {
    const words = chunks([paragraph('word '.repeat(2_000).trim())]);
    for (const { text } of words) expect(text).toMatch(/^word(?: word)*$/);
    const letters = chunks([paragraph('नि'.repeat(3_000))]);
    for (const { text } of letters) expect(text).toMatch(/^न/);
    expect(letters.map(({ text }) => text).join('')).toBe('नि'.repeat(3_000));
    const faces = chunks([paragraph('\u{1F600}'.repeat(3_000))]);
    for (const { text } of faces) expect(text.isWellFormed()).toBe(true);
  });

  it('end at the danda in Hindi', () => {
    const made = chunks([paragraph('बच्चे को दस्त होने पर ओआरएस का घोल पिलाएँ। '.repeat(80).trim())]);
    expect(made.length).toBeGreaterThan(2);
    for (const { text } of made) expect(text).toMatch(/^बच्चे .*।$/s);
  });

  it('are exactly what stands at their place, and lose nothing, whatever the document', () => {
    const words = fc
      .array(fc.constantFrom('word', 'Dr.', 'end.', 'घोल।', '\n', '2.5', 'mg', '1.', 'x'.repeat(300), 'A', '\u{1F600}'), { maxLength: 400 })
      .map((parts) => parts.join(' ').trim());
    const block: fc.Arbitrary<Block> = fc.oneof(
      fc.record({
        kind: fc.constant('heading' as const),
        level: fc.integer({ min: 1, max: 6 }),
        text: fc.constantFrom('One', 'Two', 'Three'),
      }),
      fc.record({ kind: fc.constant('paragraph' as const), text: words }),
      fc.record({
        kind: fc.constant('table' as const),
        caption: fc.constantFrom('', 'Table 1'),
        header: fc.constantFrom([], ['a', 'b']),
        rows: fc.array(fc.tuple(words, fc.constantFrom('', '5 mg')), { maxLength: 5 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 12 }), (blocks) => {
        const text = documentText({ blocks });
        const made = chunks(blocks);
        const seen = new Uint8Array(text.length);
        let before = -1;
        for (const [i, chunk] of made.entries()) {
          expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
          expect(chunk.text.trim()).not.toBe('');
          expect(chunk.text.length).toBeLessThanOrEqual(1_320);
          expect(chunk.place).toBe(i);
          expect(chunk.start).toBeGreaterThan(before);
          before = chunk.start;
          seen.fill(1, chunk.start, chunk.end);
        }
        // What is in no chunk is space, a heading (which is in the path) or a caption (which is in the head).
        const left = [...text].length === text.length ? [...text].filter((_, i) => !seen[i]).join('') : '';
        expect(left.replace(/One|Two|Three|Table 1|\s/g, '')).toBe('');
      }),
      { numRuns: 150 },
    );
  });

  it('come one after another in small steps, however long the document is', () => {
    const blocks = [
      paragraph(sentences(40_000)),
      { kind: 'table' as const, header: ['a'], rows: Array.from({ length: 50_000 }, (_, i) => [`value ${i}`]) },
    ];
    let most = 0;
    let before = process.threadCpuUsage();
    let count = 0;
    for (const _ of eachChunk({ blocks }, options())) {
      const now = process.threadCpuUsage();
      most = Math.max(most, (now.user + now.system - before.user - before.system) / 1_000);
      before = now;
      count++;
    }
    expect(count).toBeGreaterThan(2_000);
    expect(most).toBeLessThan(20);
  });
});
