import { type EdgePolicy, noSpeech, stepEdges } from '../speech-edges.ts';

/** What is recognised in one piece, in samples: stretches of speech, from the start of the first to the end of the last with some sound around. */
export interface Region {
  readonly from: number;
  readonly to: number;
  readonly stretches: readonly Stretch[];
}

export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** How much sound around speech a recogniser wants, and whether it would rather have neighbouring stretches in one piece. */
export interface Surroundings {
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Stretches with shorter gaps are put together while they stay within the recogniser's longest clip. */
  readonly gatherGapMs: number;
  readonly longestMs: number;
}

/** Finds the stretches of speech in a clip from the scores of its windows. */
export function findRegions(
  scores: readonly number[],
  windowSamples: number,
  sampleRate: number,
  length: number,
  edges: EdgePolicy,
  around: Surroundings,
): Region[] {
  const toMs = (samples: number) => (samples * 1_000) / sampleRate;
  const toSamples = (ms: number) => Math.round((ms * sampleRate) / 1_000);
  const spoken: { start: number; end: number }[] = [];
  let state = noSpeech;
  let start = 0;
  scores.forEach((score, i) => {
    const [next, edge] = stepEdges(state, score, toMs(i * windowSamples), toMs((i + 1) * windowSamples), edges);
    state = next;
    if (edge?.type === 'speech-start') start = toSamples(edge.atMs);
    if (edge?.type === 'speech-end') spoken.push({ start, end: toSamples(edge.atMs) });
  });
  if (state.speaking)
    spoken.push({ start, end: Math.min(length, state.turningAtMs === undefined ? length : toSamples(state.turningAtMs)) });

  const gathered: { start: number; end: number; stretches: Stretch[] }[] = [];
  for (const stretch of spoken) {
    const last = gathered.at(-1);
    if (last && stretch.start - last.end < toSamples(around.gatherGapMs) && stretch.end - last.start < toSamples(around.longestMs)) {
      last.end = stretch.end;
      last.stretches.push(stretch);
    } else gathered.push({ ...stretch, stretches: [stretch] });
  }
  return gathered.map(({ start, end, stretches }, i) => ({
    // Never back into the words before: what was heard there would be heard twice.
    from: Math.max(0, start - toSamples(around.beforeMs), (gathered[i - 1]?.end ?? Number.NEGATIVE_INFINITY) + toSamples(restMs)),
    to: Math.min(length, end + toSamples(around.afterMs), gathered[i + 1]?.start ?? Number.POSITIVE_INFINITY),
    stretches,
  }));
}

/** The fading of a last word belongs to it and not to the next stretch. */
export const restMs = 100;

/** Cuts what is longer than a recogniser takes at once, where it is quietest in the last fifth before the limit. */
export function cutLong(regions: readonly Region[], samples: Int16Array, longest: number, windowSamples: number): Region[] {
  return regions.flatMap((region) => {
    const pieces: Region[] = [];
    let { from } = region;
    while (region.to - from > longest) {
      const to = quietest(samples, from + longest - Math.floor(longest / 5), from + longest, windowSamples);
      pieces.push({ from, to, stretches: between(region.stretches, from, to) });
      from = to;
    }
    return [...pieces, { from, to: region.to, stretches: between(region.stretches, from, region.to) }];
  });
}

function quietest(samples: Int16Array, from: number, to: number, windowSamples: number): number {
  let found = to;
  let least = Number.POSITIVE_INFINITY;
  for (let at = from; at + windowSamples <= to; at += windowSamples) {
    let energy = 0;
    for (let i = at; i < at + windowSamples; i++) energy += (samples[i] as number) ** 2;
    if (energy < least) {
      least = energy;
      found = at + Math.floor(windowSamples / 2);
    }
  }
  return found;
}

function between(stretches: readonly Stretch[], from: number, to: number): Stretch[] {
  return stretches
    .filter(({ start, end }) => start < to && end > from)
    .map(({ start, end }) => ({ start: Math.max(start, from), end: Math.min(end, to) }));
}
