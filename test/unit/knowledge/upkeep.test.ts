import { describe, expect, it } from 'vitest';
import { meaningOf, wordsOf } from '../../../src/domain/knowledge/passages.ts';
import { differences } from '../../../src/domain/knowledge/upkeep.ts';

describe('what is wrong with an index', () => {
  const facts = (more: Partial<Parameters<typeof differences>[0]> = {}) =>
    differences({ held: [], ready: [], unfinished: [], embedder: 'one', ...more });
  const held = (documentId: string, passages: number, embedder: string | null = 'one') => ({ documentId, passages, embedder });

  it('is nothing, where it holds what there is', () =>
    expect(facts({ held: [held('a', 3)], ready: [{ id: 'a', chunks: 3 }] })).toEqual({ stray: [], stale: [] }));

  it.each([
    ['lacks it', [], 'one', true],
    ['holds half of it', [held('a', 1)], 'one', true],
    ['has it by another embedder', [held('a', 3, 'two')], 'one', true],
    ['has it by words alone while there is an embedder', [held('a', 3, null)], 'one', true],
    ['has it by words alone, as everything is here', [held('a', 3, null)], undefined, false],
    ['has vectors of yesterday on a box that has no embedder today', [held('a', 3, 'two')], undefined, false],
  ] as const)('is a document that it %s: %#', (_, holds, embedder, isStale) =>
    expect(facts({ held: holds, ready: [{ id: 'a', chunks: 3 }], embedder }).stale).toEqual(isStale ? ['a'] : []),
  );

  it('is what no document knows of, but not what is being put there right now', () =>
    expect(facts({ held: [held('gone', 3), held('coming', 1)], unfinished: ['coming'] })).toEqual({ stray: ['gone'], stale: [] }));
});

describe('what is searched of a chunk', () => {
  const chunk = { headings: ['Fever', 'Children'], tableHead: 'Doses | mg', text: 'Paracetamol | 250' };
  it('is where it stands and what stands there; its meaning is also that of its document', () => {
    expect(wordsOf(chunk)).toBe('Fever\nChildren\nDoses | mg\nParacetamol | 250');
    expect(wordsOf({ ...chunk, headings: [], tableHead: null })).toBe('Paracetamol | 250');
    expect(meaningOf(chunk, 'Leaflet')).toMatch(/^Leaflet\nFever\n/);
  });
});
