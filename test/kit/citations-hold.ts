import { expect } from 'vitest';
import type { Answer } from '../../src/domain/knowledge/answer.ts';
import { contentOf } from '../../src/domain/knowledge/terms.ts';

const flat = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();

/** Every marker points at a source, every source pointed at has a quote, every quote stands in its document and shares a word with its sentence. */
export function expectCitationsHold(answer: Answer, textOf: (documentId: string) => string): number {
  const markers = [...answer.answer.matchAll(/\[(\d+)\]/g)].map(([, n]) => Number(n));
  for (const n of markers) expect(answer.citations.map(({ sourceId }) => sourceId)).toContain(answer.sources[n - 1]?.id);
  for (const { sourceId, quote, start, end } of answer.citations) {
    const place = answer.sources.findIndex(({ id }) => id === sourceId);
    const sentence = answer.answer.slice(start, end);
    const text = textOf(answer.sources[place]?.documentId ?? '');
    expect(flat(text)).toContain(flat(quote));
    const whole = text.split(/[\n.!?।|]/).some((one) => flat(one) === flat(quote));
    expect(flat(quote).split(' ').length >= 4 || whole || /\|/.test(quote)).toBe(true);
    expect(sentence).toContain(`[${place + 1}]`);
    const said = new Set(contentOf(sentence).map(({ root }) => root));
    expect(contentOf(quote).some(({ root }) => said.has(root))).toBe(true);
  }
  if (answer.abstained) {
    expect([markers.length, answer.citations.length, answer.sources.length]).toEqual([0, 0, 0]);
  } else expect(markers.length).toBeGreaterThan(0);
  return markers.length;
}
