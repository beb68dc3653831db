import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import type { Hit, Passage, SearchIndex, Within } from '../../src/domain/knowledge/search-index.ts';
import { mark, pointing } from './search-vectors.ts';

/** An index with nothing in it. */
export interface SearchIndexSubject {
  readonly open: () => Promise<{ index: SearchIndex; close(): Promise<void> }>;
}

export const live = new AbortController().signal;

export const passage = (chunkId: string, text: string, more: Partial<Passage> = {}): Passage => ({
  chunkId,
  text,
  title: '',
  vector: undefined,
  ...more,
});

export const chunkIds = (hits: readonly Hit[]) => hits.map(({ chunkId }) => chunkId);

export function searchIndexContract(name: string, subject: SearchIndexSubject): void {
  describe(`a search index: ${name}`, () => {
    let index: SearchIndex;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ index, close } = await subject.open());
    });
    afterAll(() => close());
    const matching = async (hospitalId: string, words: string, within: Partial<Within> = {}) =>
      chunkIds(await index.matching([hospitalId], words, { limit: 10, ...within }, live));
    const nearest = async (hospitalId: string, degrees: number, within: Partial<Within> = {}, embedder: string = mark.id) =>
      chunkIds(await index.nearest([hospitalId], pointing(degrees), embedder, { limit: 10, ...within }, live));

    test('finds by words and by meaning, best first, and says of which document', async () => {
      const h = 'finds';
      const texts = ['Fever and cough for three days', 'Fever', 'A broken wrist in plaster'];
      await index.put(
        h,
        'd1',
        texts.map((text, i) => passage(`c${i}`, text, { vector: pointing(i * 40) })),
        mark,
      );
      const words = await index.matching([h], 'cough with fever', { limit: 10 }, live);
      expect(words.map(({ chunkId, documentId }) => [chunkId, documentId])).toEqual([
        ['c0', 'd1'],
        ['c1', 'd1'],
      ]);
      expect(words[0]?.score).toBeGreaterThan(words[1]?.score ?? 1);
      const meant = await index.nearest([h], pointing(35), mark.id, { limit: 2 }, live);
      expect(chunkIds(meant)).toEqual(['c1', 'c0']);
      expect(meant[0]?.score).toBeCloseTo(Math.cos((5 * Math.PI) / 180), 5);
      expect(await index.documents(h)).toEqual([{ documentId: 'd1', passages: 3, embedder: mark.id }]);
      expect(await index.hospitals()).toContain(h);
    });

    test('finds a chapter by its title', async () => {
      const h = 'titles';
      await index.put(
        h,
        'd',
        [
          passage('a', 'Call before you come.', { title: 'Vaccination days' }),
          passage('b', 'On vaccination we say more elsewhere. '.repeat(3)),
        ],
        undefined,
      );
      expect(await matching(h, 'vaccination')).toEqual(['a', 'b']);
    });

    test('replaces what is there under a chunk’s id, whatever document it was of', async () => {
      const h = 'replaces';
      await index.put(h, 'old', [passage('c', 'measles', { vector: pointing(0) })], mark);
      await index.put(h, 'new', [passage('c', 'mumps', { vector: pointing(90) }), passage('c', 'rubella', { vector: pointing(45) })], mark);
      expect(await matching(h, 'measles mumps')).toEqual([]);
      expect(await matching(h, 'rubella')).toEqual(['c']);
      expect(await nearest(h, 0)).toEqual(['c']);
      expect(await index.documents(h)).toEqual([{ documentId: 'new', passages: 1, embedder: mark.id }]);
    });

    test('removes a document of many passages, and is as if it had never been there', async () => {
      const h = 'removes';
      await index.put(h, 'stays', [passage('s', 'asthma and its inhalers', { vector: pointing(10) })], mark);
      const before = await index.matching([h], 'asthma inhalers', { limit: 5 }, live);
      const many = Array.from({ length: 75 }, (_, i) => passage(`g${i}`, `asthma ${i} zymurgy`, { vector: pointing(i) }));
      await index.put(h, 'goes', many, mark);
      expect(await matching(h, 'zymurgy', { limit: 100 })).toHaveLength(75);
      expect(await matching(h, 'zymurgi')).not.toEqual([]);
      await index.remove(h, 'goes');
      expect(await matching(h, 'zymurgy')).toEqual([]);
      expect(await nearest(h, 40)).toEqual(['s']);
      expect(await index.matching([h], 'asthma inhalers', { limit: 5 }, live)).toEqual(before);
      await index.remove(h, 'goes');
      await index.remove(h, 'stays');
      expect(await index.documents(h)).toEqual([]);
      expect(await index.hospitals()).not.toContain(h);
      await index.remove('never seen', 'goes');
    });

    test('keeps to the documents that a search names, also where they are far down', async () => {
      const h = 'filters';
      for (let d = 0; d < 40; d++) await index.put(h, `d${d}`, [passage(`c${d}`, 'fever '.repeat(40 - d), { vector: pointing(d) })], mark);
      expect(await matching(h, 'fever', { documentIds: ['d39', 'd38', 'unknown'], limit: 2 })).toHaveLength(2);
      expect(new Set(await matching(h, 'fever', { documentIds: ['d39', 'd38'] }))).toEqual(new Set(['c39', 'c38']));
      expect(await nearest(h, 0, { documentIds: ['d39', 'd38'], limit: 3 })).toEqual(['c38', 'c39']);
      expect(await matching(h, 'fever', { documentIds: [] })).toEqual([]);
      expect(await nearest(h, 0, { documentIds: [] })).toEqual([]);
      expect(await matching(h, 'fever', { limit: 0 })).toEqual([]);
    });

    test('shows one hospital nothing of another, not even in a score', async () => {
      const text = (i: number) => (i % 3 ? `rash ${i}` : `rash and itching ${i}`);
      const texts = Array.from({ length: 30 }, (_, i) => passage(`a${i}`, text(i), { vector: pointing(i) }));
      await index.put('hospital-a', 'a', texts, mark);
      const ask = async () => ({
        words: await index.matching(['hospital-a'], 'itching rash xylocanary', { limit: 50 }, live),
        meant: await index.nearest(['hospital-a'], pointing(3), mark.id, { limit: 50 }, live),
      });
      const alone = await ask();
      const canaries = Array.from({ length: 300 }, (_, i) => passage(`b${i}`, 'xylocanary itching itching', { vector: pointing(3) }));
      await index.put('hospital-b', 'a', canaries, mark);
      await index.put('hospital-b', 'b', [passage('a1', 'the same chunk id elsewhere')], mark);
      expect(await ask()).toEqual(alone);
      expect(await matching('hospital-a', 'xylocanary')).toEqual([]);
      expect(await matching('hospital-a', 'xylocanari')).toEqual([]);
      expect(await matching('hospital-a', 'xylocan', { documentIds: ['b'] })).toEqual([]);
      expect(await index.documents('hospital-a')).toEqual([{ documentId: 'a', passages: 30, embedder: mark.id }]);
      await index.remove('hospital-a', 'b');
      expect(await matching('hospital-b', 'elsewhere')).toEqual(['a1']);
    });

    test('searches a hospital and what is shared as one, the better first', async () => {
      await index.put(
        'h-merge',
        'own',
        [passage('own', 'Visiting hours of the ward are from four to six', { vector: pointing(50) })],
        mark,
      );
      await index.put('h-merge', 'more', [passage('more', 'Parking is free', { vector: pointing(80) })], mark);
      const shared = Array.from({ length: 20 }, (_, i) => passage(`p${i}`, `Advice ${i} on hours of sleep`, { vector: pointing(60 + i) }));
      await index.put(PLATFORM, 'shared', [...shared, passage('dengue', 'Dengue: drink much and rest', { vector: pointing(0) })], mark);
      const both = ['h-merge', PLATFORM];
      const first = async (words: string) => (await index.matching(both, words, { limit: 3 }, live))[0]?.chunkId;
      expect(await first('visiting hours of the ward')).toBe('own');
      expect(await first('dengue what to drink')).toBe('dengue');
      expect(chunkIds(await index.nearest(both, pointing(56), mark.id, { limit: 2 }, live))).toEqual(['p0', 'p1']);
      expect(await index.matching(['h-merge', 'nobody'], 'dengue', { limit: 3 }, live)).toEqual([]);
      expect(await index.matching([], 'dengue', { limit: 3 }, live)).toEqual([]);
    });

    test('compares only vectors of one embedder', async () => {
      const h = 'embedders';
      await index.put(h, 'd1', [passage('one', 'word', { vector: pointing(0) })], mark);
      await index.put(h, 'd2', [passage('two', 'word', { vector: pointing(0) })], { id: 'another', dimensions: 8 });
      await index.put(h, 'd3', [passage('three', 'word', { vector: pointing(0, 4) })], { id: 'small', dimensions: 4 });
      await index.put(h, 'd4', [passage('four', 'word')], undefined);
      await index.put(h, 'd5', [passage('five', 'word', { vector: pointing(0) }), passage('six', 'word')], mark);
      expect(await nearest(h, 0)).toEqual(['one', 'five']);
      expect(await nearest(h, 0, {}, 'another')).toEqual(['two']);
      expect(await nearest(h, 0, {}, 'unknown')).toEqual([]);
      expect(await index.nearest([h], pointing(0, 4), mark.id, { limit: 5 }, live)).toEqual([]);
      expect(chunkIds(await index.nearest([h], pointing(0, 4), 'small', { limit: 5 }, live))).toEqual(['three']);
      expect((await index.documents(h)).map(({ documentId, embedder }) => [documentId, embedder])).toEqual([
        ['d1', mark.id],
        ['d2', 'another'],
        ['d3', 'small'],
        ['d4', null],
        ['d5', null],
      ]);
      await expect(index.put(h, 'd6', [passage('seven', 'word', { vector: pointing(0, 4) })], mark)).rejects.toThrow('dimensions');
    });

    test('takes every word for a word', async () => {
      const h = 'operators';
      await index.put(h, 'd', [passage('c', 'NEAR the door OR not AND so on; DROP TABLE, title: text 250mg of AT&T')], undefined);
      for (const words of [
        'NEAR(door table)',
        'door AND',
        'OR',
        'NOT',
        '"door',
        "door' OR 1=1 --",
        "'); DROP TABLE words_1; --",
        'title:door',
        'text : door',
        '{title text} : door',
        'door*',
        '^door',
        'door + -table',
        '(((door',
        'near/3 door',
        'door\u0000table',
        'door \ud800',
        '250 mg',
      ])
        expect([words, await matching(h, words)]).toEqual([words, ['c']]);
      for (const words of ['', ' ', '"', '*', '()', '\u0000', '…—', '🙂']) expect([words, await matching(h, words)]).toEqual([words, []]);
      expect(await matching("operators'; DROP TABLE passages; --", 'door')).toEqual([]);
      expect(await matching(h, 'door', { documentIds: ['d', "d') OR (1=1", '"'] })).toEqual(['c']);
    });

    test('knows a word in its other spellings, in Hindi and in English', async () => {
      const h = 'spellings';
      await index.put(
        h,
        'd',
        [
          passage('hindi', 'बुखार की दवाओं का असर ज़्यादा हो तो क़लम से लिखें, ५०० मिग्रा'),
          passage('english', 'The café on the first floor; X-rays of both hips'),
          passage('joiner', 'क्\u200dष रोग'),
          passage('other', 'बु खा र'),
        ],
        undefined,
      );
      expect(await matching(h, 'बुखार')).toEqual(['hindi']);
      expect(await matching(h, 'दवा')).toEqual(['hindi']);
      expect(await matching(h, 'कलम ज्यादा')).toEqual(['hindi']);
      expect(await matching(h, '\u0958लम')).toEqual(['hindi']);
      expect(await matching(h, '500')).toEqual(['hindi']);
      expect(await matching(h, 'क्ष')).toEqual(['joiner']);
      expect(await matching(h, 'CAFE')).toEqual(['english']);
      expect(await matching(h, 'cafe\u0301')).toEqual(['english']);
      expect(await matching(h, 'xray hip')).toEqual(['english']);
      expect(await matching(h, 'बुखर')).toEqual(['hindi']);
    });

    test('looks for what somebody meant where the word is not there', async () => {
      const h = 'misspelt';
      await index.put(
        h,
        'd',
        [
          passage('zorvexin', 'Zorvexin is taken twice a day'),
          passage('paracetamol', 'Paracetamol 500 mg every six hours'),
          passage('pneumonia', 'Pneumonia needs antibiotics'),
          passage('number', 'Room 250'),
          ...Array.from({ length: 20 }, (_, i) => passage(`filler${i}`, `day ${i} dose hours`)),
        ],
        undefined,
      );
      expect(await matching(h, 'Zorvexine')).toEqual(['zorvexin']);
      expect(await matching(h, 'zorvxin dosage')).toEqual(['zorvexin']);
      expect((await matching(h, 'paracetmol dose'))[0]).toBe('paracetamol');
      expect(await matching(h, 'paractamole')).toEqual(['paracetamol']);
      expect(await matching(h, 'parace')).toEqual(['paracetamol']);
      expect(await matching(h, 'neumonia')).toEqual(['pneumonia']);
      expect(await matching(h, 'penumonia')).toEqual(['pneumonia']);
      expect(await matching(h, '260')).toEqual([]);
      expect(await matching(h, 'quxwyzt')).toEqual([]);
    });

    test('answers words that everybody uses, and a very long message', async () => {
      const h = 'long';
      await index.put(
        h,
        'd',
        Array.from({ length: 50 }, (_, i) => passage(`c${i}`, i === 7 ? 'to be or not to be' : `hello ${i}`)),
        undefined,
      );
      expect(await matching(h, 'to be')).toEqual(['c7']);
      const long = Array.from({ length: 2_000 }, (_, i) => `word${i} hello`).join(' ');
      expect((await matching(h, long)).length).toBe(10);
      expect(await matching(h, `${'x'.repeat(100_000)} 7`)).toEqual([]);
    });

    test('begins nothing for who went away, and does not let them wait', async () => {
      const h = 'aborts';
      await index.put(h, 'd', [passage('c', 'fever', { vector: pointing(0) })], mark);
      const gone = new AbortController();
      gone.abort();
      await expect(index.matching([h], 'fever', { limit: 1 }, gone.signal)).rejects.toMatchObject({ code: 'cancelled' });
      const going = new AbortController();
      const asked = Array.from({ length: 200 }, () => index.matching([h], 'fever', { limit: 1 }, going.signal));
      const stays = index.nearest([h], pointing(0), mark.id, { limit: 1 }, live);
      going.abort();
      const ends = await Promise.allSettled(asked);
      expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(200);
      expect(chunkIds(await stays)).toEqual(['c']);
    });

    test('answers while thousands of passages go in', async () => {
      const h = 'meanwhile';
      await index.put(h, 'first', [passage('c', 'needle', { vector: pointing(0) })], mark);
      let done = false;
      const putting = index
        .put(
          'busy',
          'd',
          Array.from({ length: 2_000 }, (_, i) =>
            passage(`c${i}`, `hay ${i} straw ${i % 7} fodder for the cattle`, { vector: pointing(i) }),
          ),
          mark,
        )
        .finally(() => {
          done = true;
        });
      let answered = 0;
      while (!done) {
        expect(await matching(h, 'needle')).toEqual(['c']);
        if (!done) answered++;
      }
      await putting;
      expect(answered).toBeGreaterThan(50);
      expect(await matching('busy', 'fodder', { limit: 3_000 })).toHaveLength(2_000);
    });
  });
}
