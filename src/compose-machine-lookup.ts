import type { Purpose } from './engines/call.ts';
import type { Embedder } from './engines/embedder.ts';
import type { EngineProcess } from './engines/engine-process.ts';
import type { LanguageModel } from './engines/language-model.ts';
import type { Chosen, LanguageAbility, VoiceListing, VoiceQuality } from './engines/machines.ts';
import { machineName } from './engines/names.ts';
import type { EngineReport } from './engines/report.ts';
import type { Reranker } from './engines/reranker.ts';
import type { LiveSpeechToText, SpeechToText } from './engines/speech-to-text.ts';
import type { TextToSpeech } from './engines/text-to-speech.ts';
import type { VoiceActivity } from './engines/voice-activity.ts';
import { AppError } from './shared/errors.ts';
import type { Missing } from './weights/choose.ts';

export interface Entry<E> extends Chosen<E> {
  readonly id: string;
  readonly languages: readonly string[];
  readonly measured?: { readonly wer: number; readonly source: string };
}
export interface VoiceEntry extends Entry<TextToSpeech> {
  readonly quality: VoiceQuality;
}

/** What was found and started so far. */
export interface Found {
  readonly hear: Entry<SpeechToText>[];
  readonly live: Entry<LiveSpeechToText>[];
  readonly activity: Entry<VoiceActivity>[];
  readonly speak: VoiceEntry[];
  readonly think: Entry<LanguageModel>[];
  readonly embed: Entry<Embedder>[];
  readonly rank: Entry<Reranker>[];
}

const purposes: readonly Purpose[] = [
  'speech-to-text',
  'live-speech-to-text',
  'voice-activity',
  'text-to-speech',
  'language-model',
  'embedder',
];

/** What is known of the machines at this moment: it grows while they start. */
export interface Known {
  readonly found: Found;
  readonly processes: ReadonlyMap<string, EngineProcess>;
  /** Reports of what runs in no process of its own. */
  readonly fixed: readonly EngineReport[];
  readonly missing: () => readonly Missing[];
  readonly settled: () => boolean;
  /** Codes of the languages the hospitals speak. */
  readonly languages: readonly string[];
}

/** Which machine serves what, and what is to be said where none does. */
export function lookUp({ found, processes, fixed, missing, settled, languages }: Known) {
  function pick<E>(entries: readonly Entry<E>[], purpose: Purpose, language: string): Entry<E> {
    const serving = entries.find((entry) => serves(entry, language));
    if (serving) return serving;
    const lacking =
      missing().find((one) => one.purpose === purpose && one.languages.includes(language)) ??
      missing().find((one) => one.purpose === purpose);
    const fix = lacking?.fix ?? 'bedside models pull';
    if (entries.length > 0)
      throw new AppError('refused', 'This box cannot {what} {language} well enough yet. Please write, or choose another language.', {
        reason: 'LANGUAGE_UNAVAILABLE',
        values: { what: purpose === 'text-to-speech' ? 'speak' : 'understand', language: nameOf(language) },
        context: { purpose, language, fix },
      });
    throw new AppError('unavailable', 'This box has no {machine} yet. The person who looks after it can run “{fix}”.', {
      reason: 'ENGINE_UNAVAILABLE',
      values: { machine: machineName(purpose), fix },
      context: { purpose, fix },
      ...(settled() ? {} : { retryAfterMs: 2_000 }),
    });
  }

  const voices = (): VoiceListing[] =>
    found.speak.flatMap(({ engine, id, quality }) => engine.voices.map((voice) => ({ ...voice, engine: id, quality })));
  function voiceFor(language: string, wanted?: string) {
    const speaks = (voice: string) =>
      voice.toLowerCase() === language.toLowerCase() || voice.toLowerCase().startsWith(`${base(language)}-`) || voice === base(language);
    const natural = [...found.speak].sort((a, b) => (a.quality === b.quality ? 0 : a.quality === 'natural' ? -1 : 1));
    const options = natural.flatMap((entry) =>
      entry.engine.voices.filter((voice) => speaks(voice.language)).map((voice) => ({ entry, voice })),
    );
    return (
      options.find(({ voice }) => voice.id === wanted) ??
      options.find(({ voice }) => voice.language === preferredAccent[base(language)]) ??
      options[0]
    );
  }

  return {
    pick,
    voices,
    voiceFor,
    abilities() {
      const codes = new Set([
        ...languages,
        ...found.hear.flatMap((entry) => entry.languages),
        ...found.live.flatMap((entry) => entry.languages),
        ...spokenInClinics,
      ]);
      return [...codes].map((code): LanguageAbility => {
        const hear = found.live.find((entry) => serves(entry, code)) ?? found.hear.find((entry) => serves(entry, code));
        const voice = voiceFor(code);
        const think = found.think.find((entry) => serves(entry, code));
        return {
          code,
          hear: hear ? { model: hear.id, demonstration: hear.demonstration, ...hear.measured } : null,
          speak: voice ? { voice: voice.voice.id, quality: voice.entry.quality } : null,
          think: think ? { model: think.id, demonstration: think.demonstration } : null,
        };
      });
    },
    reports() {
      const started = [...processes.values()].map((process): EngineReport => {
        const { state, detail } = process.state();
        return { purpose: process.purpose, id: process.id, state, detail };
      });
      const voice = found.speak
        .filter(({ id }) => !processes.has(id))
        .map(({ id }): EngineReport => ({ purpose: 'text-to-speech', id, state: 'ready', detail: 'ready' }));
      const present = [...started, ...voice, ...fixed];
      const also: EngineReport[] = found.hear
        .filter(({ id }) => processes.get(id)?.purpose === 'live-speech-to-text')
        .map(({ id }) => ({ ...reportOf(processes.get(id) as EngineProcess), purpose: 'speech-to-text' }));
      const lacking = purposes
        .filter(
          (purpose) =>
            ![...present, ...also].some((report) => report.purpose === purpose) &&
            !(purpose === 'voice-activity' && found.activity.length > 0),
        )
        .map(
          (purpose): EngineReport =>
            settled()
              ? {
                  purpose,
                  id: `no ${purpose}`,
                  state: 'absent',
                  detail: missing().find((one) => one.purpose === purpose)?.fix ?? 'bedside models pull',
                }
              : { purpose, id: `no ${purpose}`, state: 'loading', detail: 'looking for weights' },
        );
      const activity: EngineReport[] = found.activity
        .filter(({ id }) => !processes.has(id))
        .map(({ id }) => ({
          ...reportOf([...processes.values()].find((process) => isRecogniser(process.purpose)) as EngineProcess),
          purpose: 'voice-activity',
          id,
        }));
      return [...present, ...also, ...activity, ...lacking];
    },
  };
}

/** Languages whose patients come to the clinics this box is made for: they are listed whether or not it can serve them. */
const spokenInClinics = ['en', 'hi', 'bn', 'ta', 'te', 'mr', 'kn', 'gu', 'ml', 'pa', 'ur'];
/** Of a language's voices the one that most callers expect. */
const preferredAccent: Readonly<Record<string, string>> = { en: 'en-US' };

const base = (language: string) => language.split('-')[0]?.toLowerCase() ?? language;
export const serves = (entry: { readonly languages: readonly string[] }, language: string) =>
  entry.languages.includes('any') || entry.languages.some((one) => base(one) === base(language));
export const isRecogniser = (purpose: Purpose) => purpose === 'speech-to-text' || purpose === 'live-speech-to-text';

function nameOf(language: string): string {
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? language;
}

function reportOf(process: EngineProcess): EngineReport {
  const { state, detail } = process.state();
  return { purpose: process.purpose, id: process.id, state, detail };
}
