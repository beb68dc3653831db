import type { Call } from '../../engines/call.ts';
import type { ChosenVoice } from '../../engines/machines.ts';
import { durationMs } from '../../engines/pcm.ts';
import type { Channel } from '../../shared/channel.ts';
import type { Clock } from '../../shared/clock.ts';
import { verbalise } from '../consultation/verbalise.ts';
import type { Outgoing } from './outgoing.ts';
import type { Playout } from './playout.ts';
import { makeMouth } from './visemes.ts';

/** How one reply is spoken. */
export interface Speaking {
  readonly messageId: string;
  readonly voice: ChosenVoice;
  readonly language: string;
  readonly rate: number;
  readonly country: string | undefined;
  readonly playout: Playout;
  readonly outgoing: Outgoing;
  readonly call: Call;
  readonly clock: Clock;
}

export interface SpokenTimes {
  /** From the first text to its first sound. */
  firstAudioMs: number | undefined;
  /** When the first sound was handed over. */
  firstAtMs: number | undefined;
}

/** Speaks texts as they come, one call of the voice for each, so that a machine is held only while it makes sound. */
export async function speakOut(texts: Channel<string>, speaking: Speaking, times: SpokenTimes): Promise<void> {
  const { messageId, voice, language, rate, country, playout, outgoing, call, clock } = speaking;
  for await (const text of texts) {
    const startedMs = clock.elapsedMs();
    const spoken = verbalise(text, language, country === undefined ? {} : { country });
    let mouth: ReturnType<typeof makeMouth> | undefined;
    for await (const part of voice.engine.speak(one(spoken), { voice: voice.voice, rate }, call)) {
      if (part.type !== 'speech-audio') continue;
      await outgoing.room();
      if (call.signal.aborted) return;
      const first = mouth === undefined;
      const atMs = playout.durationMs;
      if (times.firstAtMs === undefined) outgoing.push({ type: 'sound-start', messageId });
      if (first) playout.begin(text);
      mouth ??= makeMouth(spoken, atMs);
      const nowMs = clock.elapsedMs();
      times.firstAudioMs ??= nowMs - startedMs;
      times.firstAtMs ??= nowMs;
      const { samples, sampleRate } = part.frame;
      playout.sound(durationMs(part.frame), nowMs);
      outgoing.push({
        type: 'sound',
        messageId,
        frame: { samples, sampleRate, atMs },
        visemes: mouth.follow(samples, sampleRate, atMs),
        ...(first ? { text } : {}),
      });
    }
  }
}

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}
