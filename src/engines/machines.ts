import type { AudioDecoder, AudioEncoder } from './audio-decoder.ts';
import type { Embedder } from './embedder.ts';
import type { LanguageModel } from './language-model.ts';
import type { EngineReport } from './report.ts';
import type { Reranker } from './reranker.ts';
import type { LiveSpeechToText, SpeechToText } from './speech-to-text.ts';
import type { TextToSpeech } from './text-to-speech.ts';
import type { VoiceActivity } from './voice-activity.ts';

/** A machine for a purpose, with what people must be told of it. */
export interface Chosen<E> {
  readonly engine: E;
  /** The project's own tiny weights: what they hear or write is labelled, and is never a patient's answer or an approved note. */
  readonly demonstration: boolean;
}

export interface ChosenVoice extends Chosen<TextToSpeech> {
  readonly voice: string;
  readonly quality: VoiceQuality;
}
export type VoiceQuality = 'natural' | 'robotic';

export interface ChosenEmbedder extends Chosen<Embedder> {
  /** BCP 47 languages whose meanings it knows; `any` for all. */
  readonly languages: readonly string[];
}

/** What this box can really do in a language. */
export interface LanguageAbility {
  readonly code: string;
  readonly hear: { readonly model: string; readonly demonstration: boolean; readonly wer?: number; readonly source?: string } | null;
  readonly speak: { readonly voice: string; readonly quality: VoiceQuality } | null;
  readonly think: { readonly model: string; readonly demonstration: boolean } | null;
}

export interface VoiceListing {
  readonly id: string;
  readonly language: string;
  readonly engine: string;
  readonly quality: VoiceQuality;
}

/**
 * The machines of this box, by what they are for and which language. Asking for one that is not there throws `unavailable`:
 * ENGINE_UNAVAILABLE with the command that brings it, or LANGUAGE_UNAVAILABLE where only this language lacks one.
 */
export interface Machines {
  hear(language: string): Chosen<SpeechToText>;
  hearLive(language: string): Chosen<LiveSpeechToText>;
  voiceActivity(): Chosen<VoiceActivity>;
  /** The wanted voice if it speaks the language, else the language's own. */
  speak(language: string, wanted?: string): ChosenVoice;
  /** Undefined where nothing here can think: rooms then answer by rules and sources. */
  think(language: string): Chosen<LanguageModel> | undefined;
  embed(): ChosenEmbedder | undefined;
  rank(): Chosen<Reranker> | undefined;
  readonly sound: AudioDecoder & AudioEncoder;

  voices(): readonly VoiceListing[];
  abilities(): readonly LanguageAbility[];
  reports(): readonly EngineReport[];
  /** Calls in progress, lines, memory: numbers for the capacity page. */
  load(): MachineLoad;
  /** Resolves when what was chosen has been started, or has failed to. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface MachineLoad {
  readonly gates: readonly { readonly purpose: string; readonly slots: number; readonly busy: number; readonly waiting: number }[];
  readonly processes: readonly {
    readonly id: string;
    readonly purpose: string;
    readonly residentBytes: number | null;
    readonly deaths: number;
  }[];
}
