/** Turns sound of one rate into another as it streams in, through a low-pass, so that what the lower rate cannot hold does not fold back as noise. */
export interface Resampler {
  push(samples: Float32Array): Float32Array;
}

const ZERO_CROSSINGS = 16;
/** A little below the new half rate: the filter needs room to fall. */
const ROLL_OFF = 0.92;

export function makeResampler(fromRate: number, toRate: number): Resampler {
  if (fromRate === toRate) return { push: (samples) => samples.slice() };
  const common = greatestCommonDivisor(fromRate, toRate);
  const step = fromRate / common;
  const phases = toRate / common;
  const { taps, width } = makePhases(phases, Math.min(1, toRate / fromRate) * ROLL_OFF);

  // Positions are counted in 1/phases of an input sample, so that nothing drifts however long one speaks.
  let kept = new Float32Array(width);
  let position = 0;

  return {
    push(samples) {
      const input = new Float32Array(kept.length + samples.length);
      input.set(kept);
      input.set(samples, kept.length);
      const made: number[] = [];
      for (; Math.floor(position / phases) + 2 * width <= input.length; position += step) {
        const start = Math.floor(position / phases);
        const filter = taps[position % phases] as Float32Array;
        let sum = 0;
        for (let i = 0; i < filter.length; i++) sum += (filter[i] as number) * (input[start + i] as number);
        made.push(sum);
      }
      const used = Math.min(Math.floor(position / phases), input.length);
      kept = input.slice(used);
      position -= used * phases;
      return Float32Array.from(made);
    },
  };
}

/** For every place between two input samples, the windowed sinc that is centred there. */
function makePhases(phases: number, cutoff: number): { taps: Float32Array[]; width: number } {
  const width = Math.ceil(ZERO_CROSSINGS / cutoff);
  const taps = Array.from({ length: phases }, (_, phase) => {
    const filter = new Float32Array(2 * width);
    let sum = 0;
    for (let i = 0; i < filter.length; i++) {
      const x = i - width + 1 - phase / phases;
      const window = Math.abs(x) < width ? 0.5 + 0.5 * Math.cos((Math.PI * x) / width) : 0;
      const value = window * cutoff * sinc(cutoff * x);
      filter[i] = value;
      sum += value;
    }
    // Silence stays silence and a steady level stays that level, whatever the place.
    return filter.map((value) => value / sum);
  });
  return { taps, width };
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
