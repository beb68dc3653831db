import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configOf } from '../../src/config.ts';
import { asksForPerson } from '../../src/domain/consultation/handover.ts';
import { findRedFlags } from '../../src/domain/consultation/red-flags.ts';
import type { AudioFrame } from '../../src/engines/audio.ts';
import type { LanguageModel } from '../../src/engines/language-model.ts';
import type { Chosen, ChosenVoice, Machines } from '../../src/engines/machines.ts';
import { noMachines } from '../../src/engines/no-machines.ts';
import type { LiveSpeechToText } from '../../src/engines/speech-to-text.ts';
import type { TextToSpeech } from '../../src/engines/text-to-speech.ts';
import { machinesOf } from '../../src/main.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { weightsFolder } from '../contract/matrix.ts';
import { quiet } from '../contract/sherpa.ts';
import { fakeLiveSpeechToText, fakeTextToSpeech } from '../fakes/speech.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from './house.ts';

/** What the machines themselves took, by the clock of this process: one entry for each call. */
export interface EngineTimes {
  /** From the prompt to the end of the first sentence. */
  readonly firstSentenceMs: number[];
  /** From a sentence to its first sound. */
  readonly firstSoundMs: number[];
  /** Frames that reached a live recogniser. */
  frames: number;
}

export interface VoiceHouse {
  readonly house: TestHouse;
  readonly hospital: SeededHospital;
  readonly times: EngineTimes;
  readonly machines: Machines;
  stop(): Promise<void>;
}

export interface VoiceHouseOptions {
  readonly policy?: 'cited' | 'open';
  /** False: the model is not told what is being said before it is said. */
  readonly readsAhead?: boolean;
  readonly env?: Record<string, string>;
  /** Another wall time than this machine's. */
  readonly clock?: Clock;
  /** Engines in place of this box's own. */
  readonly stubs?: Partial<Pick<Machines, 'hearLive' | 'speak' | 'think' | 'hear' | 'sound'>>;
}

/** A whole house with the real engines that this box has weights for, or with stubs; each call of an engine is timed. */
export async function startVoiceHouse(options: VoiceHouseOptions = {}): Promise<VoiceHouse> {
  const home = mkdtempSync(join(tmpdir(), 'bedside-voice-'));
  const times: EngineTimes = { firstSentenceMs: [], firstSoundMs: [], frames: 0 };
  let machines: Machines = noMachines();
  const house = await startHouse({
    ...(options.clock ? { clock: options.clock } : {}),
    env: { BEDSIDE_PROFILE: 'demo', BEDSIDE_MODEL_SOURCE: weightsFolder, ...options.env },
    async machines(ledger) {
      machines = options.stubs
        ? { ...noMachines(), ...options.stubs }
        : await machinesOf(
            configOf({ BEDSIDE_PROFILE: 'demo', BEDSIDE_MODEL_SOURCE: weightsFolder, BEDSIDE_OFFLINE: '1', BEDSIDE_HOME: home }),
            ledger.record,
            quiet,
          );
      return timed(machines, times, options.readsAhead ?? true);
    },
  });
  // As a start does: rules are compiled at their first use.
  findRedFlags('ready', { language: 'en', emergencyNumbers: { general: '112' } });
  asksForPerson('ready');
  await machines.settled();
  const hospital = await seedHospital(house, await house.login(), 'Voice Clinic', ['hospital_admin', 'doctor', 'nurse', 'patient']);
  if (options.policy)
    await house.call('PATCH', `/api/v1/admin/hospitals/${hospital.hospitalId}`, {
      token: hospital.tokens.hospital_admin,
      body: { settings: { answer_policy: options.policy } },
    });
  return {
    house,
    hospital,
    times,
    machines,
    async stop() {
      await house.stop();
      await machines.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Stub engines: they hear a text in every loud stretch, and hum. */
export function stubEngines(options: { texts?: readonly string[]; delayMs?: number; letterMs?: number } = {}) {
  const live = fakeLiveSpeechToText({ texts: options.texts ?? ['I have had a cough since Monday'] });
  const voice = fakeTextToSpeech({ delayMs: options.delayMs ?? 0, letterMs: options.letterMs ?? 60 });
  return {
    hearLive: () => ({ engine: live, demonstration: false }),
    speak: () => ({ engine: voice, voice: 'fake-en', quality: 'robotic' as const, demonstration: false }),
  };
}

function timed(machines: Machines, times: EngineTimes, readsAhead: boolean): Machines {
  return {
    ...machines,
    hearLive: (language) => {
      const chosen: Chosen<LiveSpeechToText> = machines.hearLive(language);
      return { ...chosen, engine: counted(chosen.engine, times) };
    },
    speak: (language, wanted) => {
      const chosen: ChosenVoice = machines.speak(language, wanted);
      return { ...chosen, engine: timedVoice(chosen.engine, times) };
    },
    think: (language) => {
      const chosen = machines.think(language);
      return chosen && { ...chosen, engine: timedModel(chosen.engine, times, readsAhead) };
    },
  };
}

function counted(inner: LiveSpeechToText, times: EngineTimes): LiveSpeechToText {
  async function* counting(frames: AsyncIterable<AudioFrame>) {
    for await (const frame of frames) {
      times.frames++;
      yield frame;
    }
  }
  return { id: inner.id, listen: (frames, hints, call) => inner.listen(counting(frames), hints, call) };
}

function timedVoice(inner: TextToSpeech, times: EngineTimes): TextToSpeech {
  return {
    id: inner.id,
    voices: inner.voices,
    async *speak(sentences, manner, call) {
      const startMs = performance.now();
      let first = true;
      for await (const part of inner.speak(sentences, manner, call)) {
        if (part.type === 'speech-audio' && first) {
          times.firstSoundMs.push(performance.now() - startMs);
          first = false;
        }
        yield part;
      }
    },
  };
}

function timedModel(inner: LanguageModel, times: EngineTimes, readsAhead: boolean): LanguageModel {
  return {
    id: inner.id,
    contextTokens: inner.contextTokens,
    ...(readsAhead && inner.prepare ? { prepare: (prompt, call) => inner.prepare?.(prompt, call) ?? Promise.resolve() } : {}),
    async *generate(prompt, call) {
      const startMs = performance.now();
      let text = '';
      let told = false;
      const tell = () => {
        if (!told) times.firstSentenceMs.push(performance.now() - startMs);
        told = true;
      };
      for await (const part of inner.generate(prompt, call)) {
        // The house speaks a sentence when it is whole, which it knows by what follows.
        if (part.type === 'text-delta') text += part.text;
        if (/[.!?।]["')]*\s+\S/u.test(text) || part.type === 'generation-end') tell();
        yield part;
      }
    },
  };
}
