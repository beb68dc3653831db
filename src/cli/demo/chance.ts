/** Chance that falls the same way each time: a small generator of numbers with a fixed beginning. */
export interface Chance {
  /** A whole number from 0 to below this. */
  below(count: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

export function makeChance(seed: number): Chance {
  let state = seed >>> 0;
  const below = (count: number) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  };
  return { below, pick: (from) => from[below(from.length)] ?? from[0] };
}
