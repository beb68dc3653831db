import type { AudioFrame } from '../audio.ts';
import type { Call } from '../call.ts';
import type { EngineProcess } from '../engine-process.ts';
import { splitFrames } from '../pcm.ts';
import { resampleClip } from '../resample.ts';
import { hearingRate } from './detector.ts';

/** Takes steady noise out of a clip with GTCRN, behind the wall. The clip comes back at the rate that engines hear. */
export function sherpaDenoiser(
  id: string,
  engine: EngineProcess,
): { readonly id: string; clean(clip: readonly AudioFrame[], call: Call): Promise<readonly AudioFrame[]> } {
  return {
    id,
    async clean(clip, { signal }) {
      const samples = await resampleClip(clip, hearingRate);
      const clean = await engine.request<{ samples: Int16Array; sampleRate: number }>('denoise', { samples }, { signal });
      return splitFrames(clean.samples, clean.sampleRate, 20, clip[0]?.atMs ?? 0);
    },
  };
}
