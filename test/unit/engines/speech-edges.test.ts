import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgePolicy, noSpeech, type SpeechEdge, stepEdges } from '../../../src/engines/speech-edges.ts';

const windowMs = 30;
const edges = (scores: readonly number[]): SpeechEdge[] => {
  let state = noSpeech;
  const found: SpeechEdge[] = [];
  scores.forEach((score, i) => {
    const [next, edge] = stepEdges(state, score, i * windowMs, (i + 1) * windowMs, edgePolicy);
    state = next;
    if (edge) found.push(edge);
  });
  return found;
};
const run = (score: number, windows: number) => Array<number>(windows).fill(score);

describe('speech edges', () => {
  test('speech is dated back to its first loud window, its end to the first quiet one', () => {
    expect(edges([...run(0.1, 10), ...run(0.9, 20), ...run(0.1, 20)])).toEqual([
      { type: 'speech-start', atMs: 300 },
      { type: 'speech-pause', atMs: 900 },
      { type: 'speech-end', atMs: 900 },
    ]);
  });

  test('a breath within speech is a pause and its end; a shorter gap is nothing', () => {
    expect(edges([...run(0.9, 10), ...run(0.1, 8), ...run(0.9, 10), ...run(0.1, 3), ...run(0.9, 10)])).toEqual([
      { type: 'speech-start', atMs: 0 },
      { type: 'speech-pause', atMs: 300 },
      { type: 'speech-resume', atMs: 540 },
    ]);
  });

  test('a click is no speech, and a short pause no end', () => {
    expect(edges([...run(0.1, 10), ...run(0.9, 2), ...run(0.1, 10)])).toEqual([]);
    expect(edges([...run(0.9, 10), ...run(0.1, 12), ...run(0.9, 10), ...run(0.1, 14)])).toEqual([
      { type: 'speech-start', atMs: 0 },
      { type: 'speech-pause', atMs: 300 },
      { type: 'speech-resume', atMs: 660 },
      { type: 'speech-pause', atMs: 960 },
      { type: 'speech-end', atMs: 960 },
    ]);
  });

  test('a score between the two thresholds changes nothing', () => {
    expect(edges(run(0.45, 50))).toEqual([]);
    expect(edges([...run(0.9, 10), ...run(0.4, 50)])).toHaveLength(1); // no pause either
  });

  test('starts and ends alternate and never go back in time', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 300 }), (scores) => {
        const found = edges(scores.flatMap((score) => run(score, 3)));
        const after: Record<string, readonly string[]> = {
          'speech-start': ['speech-pause', 'speech-end'],
          'speech-pause': ['speech-resume', 'speech-end'],
          'speech-resume': ['speech-pause', 'speech-end'],
          'speech-end': ['speech-start'],
        };
        found.forEach((edge, i) => {
          expect(after[found[i - 1]?.type ?? 'speech-end']).toContain(edge.type);
          if (i > 0) expect(edge.atMs).toBeGreaterThanOrEqual((found[i - 1] as SpeechEdge).atMs);
        });
      }),
    );
  });
});
