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
      { type: 'speech-end', atMs: 900 },
    ]);
  });

  test('a click is no speech, and a short pause no end', () => {
    expect(edges([...run(0.1, 10), ...run(0.9, 2), ...run(0.1, 10)])).toEqual([]);
    expect(edges([...run(0.9, 10), ...run(0.1, 12), ...run(0.9, 10), ...run(0.1, 14)])).toEqual([
      { type: 'speech-start', atMs: 0 },
      { type: 'speech-end', atMs: 960 },
    ]);
  });

  test('a score between the two thresholds changes nothing', () => {
    expect(edges(run(0.45, 50))).toEqual([]);
    expect(edges([...run(0.9, 10), ...run(0.4, 50)])).toHaveLength(1);
  });

  test('starts and ends alternate and never go back in time', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 300 }), (scores) => {
        const found = edges(scores.flatMap((score) => run(score, 3)));
        found.forEach((edge, i) => {
          expect(edge.type).toBe(i % 2 === 0 ? 'speech-start' : 'speech-end');
          if (i > 0) expect(edge.atMs).toBeGreaterThanOrEqual((found[i - 1] as SpeechEdge).atMs);
        });
      }),
    );
  });
});
