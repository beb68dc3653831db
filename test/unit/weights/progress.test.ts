import { describe, expect, it } from 'vitest';
import { parseNvidia } from '../../../src/weights/hardware.ts';
import { parseSource } from '../../../src/weights/locate.ts';
import { makeRate, makeTally, type Progress, sayBytes, sayProgress, saySeconds, secondsLeft } from '../../../src/weights/progress.ts';

describe('progress', () => {
  it('tells a steady rate, and forgets what was long ago', () => {
    const rate = makeRate(8_000);
    for (let at = 0; at < 4_000; at += 50) rate.add(500, at);
    expect(rate.perSecond(4_000)).toBeCloseTo(10_000, -2);
    expect(rate.perSecond(20_000)).toBe(0);
  });

  it('adds up files that come at the same time, and knows the end only when it knows every size', () => {
    const told: Progress[] = [];
    let now = 0;
    const tally = makeTally(
      (progress) => told.push(progress),
      () => now,
    );
    tally.size('a', 1_000);
    tally.size('b', null);
    tally.at('a', 0, 0, 'fetching', 'm', 'a');
    now = 1_000;
    tally.at('a', 500, 500, 'fetching', 'm', 'a');
    expect(told.at(-1)).toMatchObject({ done: 500, total: null, secondsLeft: null, bytesPerSecond: 0 });
    tally.size('b', 3_000);
    now = 2_000;
    tally.at('b', 1_500, 1_500, 'fetching', 'm', 'b');
    expect(told.at(-1)).toMatchObject({ done: 2_000, total: 4_000, unit: 'bytes', bytesPerSecond: 2_000, secondsLeft: 1 });
  });

  it('is told ten times a second at most, however small the pieces are', () => {
    const told: Progress[] = [];
    let now = 0;
    const tally = makeTally(
      (progress) => told.push(progress),
      () => now,
    );
    for (now = 0; now < 1_000; now++) tally.at('a', now, 1, 'fetching', 'm', 'a');
    expect(told.length).toBe(10);
  });

  it('is said in words a person reads at a glance', () => {
    expect([0, 999, 1_000, 12_345_678, 999_600, 1_080_000_000].map(sayBytes)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.0 kB',
      '12 MB',
      '1.0 MB',
      '1.1 GB',
    ]);
    expect([5, 89, 600, 7_200].map(saySeconds)).toEqual(['5 s', '89 s', '10 min', '2.0 h']);
    expect(secondsLeft(10, 100, 0)).toBeNull();
    expect(
      sayProgress({
        stage: 'fetching',
        model: 'm',
        file: 'f.gguf',
        done: 5e6,
        total: 1e7,
        unit: 'bytes',
        bytesPerSecond: 1e6,
        secondsLeft: 5,
      }),
    ).toBe('fetching m/f.gguf: 5.0 MB of 10 MB, 1.0 MB/s, 5 s left');
  });
});

describe('a model source', () => {
  it('is a folder or an http address', () => {
    expect(parseSource('/media/stick')).toEqual({ kind: 'folder', path: '/media/stick' });
    expect(parseSource('file:///media/my%20stick')).toEqual({ kind: 'folder', path: '/media/my stick' });
    expect(parseSource('http://10.0.0.5:8000/models')).toMatchObject({ kind: 'url', base: new URL('http://10.0.0.5:8000/models/') });
    expect(parseSource('')).toBeUndefined();
    expect(parseSource(undefined)).toBeUndefined();
    expect(() => parseSource('ftp://old.test/models')).toThrow(/neither a folder nor an http address/);
  });
});

describe('the memory of a GPU', () => {
  it('is read from a line of nvidia-smi', () => {
    expect(parseNvidia('NVIDIA GeForce RTX 4060, 8188')).toEqual([{ name: 'NVIDIA GeForce RTX 4060', memoryBytes: 8188 * 1024 * 1024 }]);
    expect(parseNvidia('No devices were found')).toEqual([]);
  });
});
