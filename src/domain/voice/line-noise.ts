/**
 * A whisper of noise under what comes from a telephone. Exchanges send perfect silence between words, and µ-law rounds what is quiet to
 * it; recognisers that never met such silence hear words in its edges. It lies far below any voice, and is the same for every call.
 */
export function makeLineNoise(): (samples: Int16Array) => Int16Array {
  let seed = 1;
  return (samples) =>
    samples.map((sample) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.max(-32_768, Math.min(32_767, sample + Math.round((seed / 2 ** 31 - 1) * LOUDEST)));
    });
}

/** Of 16 bits. Between 4 and 32 the words that a line of the clinic's sentences loses are about half of those without it. */
const LOUDEST = 16;
