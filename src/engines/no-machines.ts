import { AppError } from '../shared/errors.ts';
import type { Purpose } from './call.ts';
import type { Machines } from './machines.ts';
import { machineName } from './names.ts';

/** A box without a single machine: what is asked of it says what is missing. For describing the box, and for rooms that need none. */
export function noMachines(): Machines {
  const absent = (purpose: Purpose): never => {
    throw new AppError('unavailable', 'This box has no {machine} yet. The person who looks after it can run “{fix}”.', {
      reason: 'ENGINE_UNAVAILABLE',
      values: { machine: machineName(purpose), fix: 'bedside models pull' },
      context: { purpose, fix: 'bedside models pull' },
    });
  };
  return {
    hear: () => absent('speech-to-text'),
    hearLive: () => absent('live-speech-to-text'),
    voiceActivity: () => absent('voice-activity'),
    speak: () => absent('text-to-speech'),
    think: () => undefined,
    embed: () => undefined,
    rank: () => undefined,
    sound: { id: 'none', decode: () => absent('audio-decoder'), encode: () => absent('audio-decoder') },
    voices: () => [],
    abilities: () => [],
    reports: () =>
      (['speech-to-text', 'voice-activity', 'text-to-speech', 'language-model', 'embedder'] as const).map((purpose) => ({
        purpose,
        id: `no ${purpose}`,
        state: 'absent',
        detail: 'bedside models pull',
      })),
    load: () => ({ gates: [], processes: [] }),
    settled: async () => {},
    close: async () => {},
  };
}
