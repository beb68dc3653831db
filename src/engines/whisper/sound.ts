/** What can be said of a clip without a model: how loud it is where, and where it can be cut. Samples are mono at one rate. */
const frameMs = 20;
/** Below this no microphone picks up speech (in parts of full scale, root mean square). */
const silence = 10 ** (-65 / 20);

/** Loudness of each 20 ms, in parts of full scale. */
export function loudness(samples: Int16Array, sampleRate: number): Float32Array {
  const size = Math.round((sampleRate * frameMs) / 1000);
  const levels = new Float32Array(Math.ceil(samples.length / size));
  for (let frame = 0; frame < levels.length; frame++) {
    const end = Math.min(samples.length, (frame + 1) * size);
    let squares = 0;
    for (let i = frame * size; i < end; i++) squares += (samples[i] as number) ** 2;
    levels[frame] = Math.sqrt(squares / (end - frame * size)) / 32768;
  }
  return levels;
}

export function isSilent(levels: Float32Array): boolean {
  return levels.every((level) => level < silence);
}

/**
 * The share (0 to 1) of a stretch that is no louder than the clip's quiet parts. Text that a recogniser puts where nothing rises above
 * the room's noise was not said.
 */
export function quietShare(levels: Float32Array, fromMs: number, toMs: number): number {
  const sorted = Float32Array.from(levels).sort();
  const floor = sorted[Math.floor(sorted.length / 10)] ?? 0;
  const peak = sorted[Math.floor(sorted.length * 0.98)] ?? 0;
  // Twice the noise; in a clip without pauses, where the floor is speech itself, a twentieth of the loudest counts.
  const bound = Math.max(silence, Math.min(floor * 2, peak / 20));
  const stretch = levels.subarray(Math.max(0, Math.floor(fromMs / frameMs)), Math.max(1, Math.ceil(toMs / frameMs)));
  return stretch.length === 0 ? 1 : stretch.filter((level) => level <= bound).length / stretch.length;
}

/**
 * Cuts a long clip into pieces of at most `longestMs`, in the middle of the quietest fifth of a second of the last third before the limit:
 * between words where there is a pause.
 */
export function cutAtPauses(samples: Int16Array, sampleRate: number, longestMs: number): { atMs: number; samples: Int16Array }[] {
  const levels = loudness(samples, sampleRate);
  const longest = Math.floor(longestMs / frameMs);
  const pauseFrames = 200 / frameMs;
  const perFrame = Math.round((sampleRate * frameMs) / 1000);
  const pieces: { atMs: number; samples: Int16Array }[] = [];
  let start = 0;
  while (levels.length - start > longest) {
    let cut = start + longest;
    let quietest = Number.POSITIVE_INFINITY;
    for (let at = start + Math.floor((longest * 2) / 3); at + pauseFrames <= start + longest; at++) {
      let sum = 0;
      for (let i = at; i < at + pauseFrames; i++) sum += levels[i] as number;
      // Of equally quiet places the last one is taken: pieces are as long as they may be.
      if (sum <= quietest) {
        quietest = sum;
        cut = at + pauseFrames / 2;
      }
    }
    pieces.push({ atMs: start * frameMs, samples: samples.subarray(start * perFrame, cut * perFrame) });
    start = cut;
  }
  pieces.push({ atMs: start * frameMs, samples: samples.subarray(start * perFrame) });
  return pieces.filter((piece) => piece.samples.length > 0);
}

/** Says a phrase once that a recogniser has written again and again: four times in a row was never said. */
export function withoutLoops(text: string): string {
  return text.replace(/(\S.{2,100}?)(?:\s*\1){3,}/gsu, '$1');
}
