import { describe, expect, it } from 'vitest';
import { citationFor, markersIn } from '../../../src/console/knowledge/citations.ts';
import { fitting, pagesInWords, tagsOf } from '../../../src/console/knowledge/labels.ts';
import { lengthOfPlace, lengthOfScore } from '../../../src/console/knowledge/lengths.ts';
import { markQuote, markWords } from '../../../src/console/knowledge/marked.ts';
import { timeLeftS } from '../../../src/console/knowledge/time-left.ts';
import { isReadable, stateOfJob } from '../../../src/console/knowledge/upload-line.ts';
import { documentOf } from '../../fakes/fake-library.ts';

const hits = (text: string, asked: string) => markWords(text, asked).flatMap((piece) => (piece.hit ? [piece.text] : []));

describe('asked words in a passage', () => {
  it.each([
    ['The eye clinic opens at nine.', 'When does the eye clinic open?', ['eye', 'clinic', 'opens']],
    ['Dose: 250 mg, never 2500 mg.', 'dose of 250', ['Dose', '250']],
    ['आँखों का क्लिनिक नौ बजे खुलता है।', 'आँखों का क्लिनिक कब खुलता है?', ['आँखों', 'क्लिनिक', 'खुलता']],
    ['Fever and fees', 'fee', []],
    ['It is what it is.', 'What is it?', []],
    ['Café menu', 'CAFE', ['Café']],
  ])('of %j for %j are %j', (text, asked, marked) => expect(hits(text, asked)).toEqual(marked));

  it('never lose or change a letter of it', () => {
    for (const text of ['', 'a <b>nine</b> &amp; eye', '\n\teye  eye\n', '👁 eye 𝟗 नौ'])
      expect(
        markWords(text, 'eye nine नौ <b>')
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
  });

  it('stand in their passage as a quote, or nowhere', () => {
    expect(markQuote('one two three', 'two')).toEqual([
      { text: 'one ', hit: false },
      { text: 'two', hit: true },
      { text: ' three', hit: false },
    ]);
    expect(markQuote('one two', 'three')).toBeUndefined();
    expect(markQuote('one', '')).toBeUndefined();
  });
});

describe('an answer', () => {
  it('comes apart at its markers; a number without a source is only words', () => {
    expect(markersIn('Nine [1], ten [2][9] [0].', 2)).toEqual([
      { at: 0, text: 'Nine ' },
      { at: 5, n: 1 },
      { at: 8, text: ', ten ' },
      { at: 14, n: 2 },
      { at: 17, text: '[9] [0].' },
    ]);
  });

  it('shows at each marker the quote that stands there', () => {
    const source = { id: 's', document_id: 'd', title: '', excerpt: '', score: 1 };
    const quotes = [
      { source_id: 's', quote: 'first', start: 0, end: 10 },
      { source_id: 'other', quote: 'not this', start: 20, end: 30 },
      { source_id: 's', quote: 'second', start: 20, end: 30 },
    ];
    expect(citationFor(quotes, source, 9)?.quote).toBe('first');
    expect(citationFor(quotes, source, 31)?.quote).toBe('second');
    expect(citationFor([], source, 0)).toBeUndefined();
  });
});

describe('pictures of why', () => {
  it('grow with a better place and a better score, and are nothing where there is none', () => {
    expect([1, 2, 5, 20, 500].map(lengthOfPlace)).toEqual([...[1, 2, 5, 20, 500].map(lengthOfPlace)].sort((a, b) => b - a));
    expect(lengthOfPlace(1)).toBe(1);
    expect(lengthOfPlace(500)).toBeGreaterThan(0);
    expect(lengthOfPlace(undefined)).toBe(0);
    expect([lengthOfScore(0.5, 1), lengthOfScore(-3, -1), lengthOfScore(-1, -1), lengthOfScore(-2, 4)]).toEqual([0.5, 0, 1, 0]);
  });
});

describe('small words of the library', () => {
  it('write pages and tags as people do', () => {
    expect(pagesInWords([9, 3, 2, 4, 12, 11])).toBe('2–4, 9, 11, 12');
    expect(tagsOf(' fees, rooms;fees,, बच्चे ')).toEqual(['fees', 'rooms', 'बच्चे']);
  });

  it('find a document by every word that is shown of it', () => {
    const documents = [
      documentOf('1', 'fees.pdf', { title: 'Fees of 2027', tags: ['money'] }),
      documentOf('2', 'fever.md', { title: 'Fever', language: 'hi' }),
    ];
    const ids = (words: string, tag = '', language = '') => fitting(documents, { words, tag, language }).map((each) => each.document_id);
    expect(ids('')).toEqual(['1', '2']);
    expect(ids('MONEY 2027')).toEqual(['1']);
    expect(ids('fe', '', 'hi')).toEqual(['2']);
    expect(ids('fever', 'money')).toEqual([]);
  });

  it('tell what a job has come to, what is left of it, and what is not sent at all', () => {
    const job = { progress: { done: 3, total: 9, unit: 'chunks' } };
    expect(stateOfJob({ ...job, status: 'running' })).toEqual({ at: 'reading', done: 3, total: 9 });
    expect(stateOfJob({ ...job, status: 'failed', error: 'No.' })).toEqual({ at: 'failed', why: 'No.' });
    expect(timeLeftS({ elapsedMs: 10_000, from: 10, done: 30, total: 50 })).toBe(10);
    expect(timeLeftS({ elapsedMs: 500, from: 0, done: 30, total: 50 })).toBeUndefined();
    expect(timeLeftS({ elapsedMs: 10_000, from: 30, done: 30, total: 50 })).toBeUndefined();
    expect([isReadable('A.PDF'), isReadable('b.docx'), isReadable('c.dcm'), isReadable('pdf')]).toEqual([true, true, false, false]);
  });
});
