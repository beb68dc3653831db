import { join } from 'node:path';
import { type Found, isRecogniser, lookUp, serves } from './compose-machine-lookup.ts';
import { needed, recogniserOf, voiceOf, voicesOf } from './compose-model-settings.ts';
import type { AudioDecoder, AudioEncoder } from './engines/audio-decoder.ts';
import type { Purpose } from './engines/call.ts';
import type { Embedder } from './engines/embedder.ts';
import type { EngineProcess, EngineSpec } from './engines/engine-process.ts';
import { openEspeak } from './engines/espeak/text-to-speech.ts';
import { ffmpegAudioDecoder } from './engines/ffmpeg/audio-decoder.ts';
import { startEngineProcess } from './engines/host/process.ts';
import { llamaEmbedder, llamaEmbedderSpec } from './engines/llama/embedder.ts';
import { llamaChatSpec, llamaLanguageModel } from './engines/llama/language-model.ts';
import { llamaReranker, llamaRerankerSpec } from './engines/llama/reranker.ts';
import type { Machines, VoiceQuality } from './engines/machines.ts';
import type { EngineReport } from './engines/report.ts';
import { sherpaEngine } from './engines/sherpa/engine.ts';
import { sherpaLiveSpeechToText } from './engines/sherpa/live-speech-to-text.ts';
import { sherpaSpeechToText } from './engines/sherpa/speech-to-text.ts';
import { sherpaTextToSpeech } from './engines/sherpa/text-to-speech.ts';
import { sherpaVoiceActivity } from './engines/sherpa/voice-activity.ts';
import { openStaticEmbedder } from './engines/static-embeddings/embedder.ts';
import type { TextToSpeech } from './engines/text-to-speech.ts';
import { whisperSpec, whisperSpeechToText } from './engines/whisper/speech-to-text.ts';
import { cacheSpeech } from './engines/wrap/cache.ts';
import { type Gate, gate, makeGate } from './engines/wrap/gate.ts';
import { hearSpeechOnly } from './engines/wrap/hear-speech-only.ts';
import { listenInClips } from './engines/wrap/listen-in-clips.ts';
import { meter, type UsageRow } from './engines/wrap/meter.ts';
import { abortable } from './shared/abort.ts';
import type { Clock } from './shared/clock.ts';
import { AppError } from './shared/errors.ts';
import { describeError, type Log } from './shared/log.ts';
import type { WeightsSettings } from './weights/catalogue.ts';
import type { Hardware, Missing } from './weights/choose.ts';
import { type ReadyModel, selectModels } from './weights/select.ts';

export interface MachineParts {
  readonly weights: WeightsSettings;
  readonly hardware: Hardware;
  /** Codes of the languages the hospitals speak, the default first. */
  readonly languages: readonly string[];
  /** Where engines keep what they computed (read prompts, shorter windows). */
  readonly cacheFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly record: (row: UsageRow) => void;
  /** Phrases of the house, whose sound is kept. */
  readonly isFixedPhrase: (sentence: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Starts the machines that this box has weights for, and returns at once: they load while the doors open. Wrappers are put around
 * each in one place: the gate outside, because only the local machine is scarce, and the meter within.
 */
export function startMachines(parts: MachineParts): Machines {
  const { clock, log, hardware } = parts;
  const stop = new AbortController();
  const found: Found = { hear: [], live: [], activity: [], speak: [], think: [], embed: [], rank: [] };
  const processes = new Map<string, EngineProcess>();
  const closers: (() => Promise<void>)[] = [];
  const fixed: EngineReport[] = [];
  let missing: readonly Missing[] = [];
  let settled = false;
  const threads = Math.max(1, Math.min(hardware.cores, 8));
  // A model that thinks on every core waits for whatever else runs there, in loops that eat the core: one stays free.
  const thinking = Math.max(1, threads - 1);
  const gates = {
    hear: makeGate({ slots: threads, line: 16, clock }),
    speak: makeGate({ slots: threads, line: 32, clock }),
    think: makeGate({ slots: SEQUENCES, line: 12, clock }),
    embed: makeGate({ slots: 2, line: 64, clock }),
  };
  const sound: AudioDecoder & AudioEncoder = ffmpegAudioDecoder({ environment: parts.environment });

  function run(spec: EngineSpec): EngineProcess {
    const process = startEngineProcess(spec, { log, clock, environment: parts.environment });
    processes.set(spec.id, process);
    closers.push(() => process.close());
    return process;
  }
  /** The sound of the house's own phrases is kept. */
  const spokenOnce = (voice: TextToSpeech) => cacheSpeech(voice, { isFixed: parts.isFixedPhrase, maxBytes: 48 * 2 ** 20 });
  function wrapped<E extends object>(inner: E, door: Gate | undefined, about: { purpose: Purpose; engine: string; model: string }): E {
    const metered = meter(inner, { ...about, local: true }, parts.record, clock);
    return door ? gate(metered, door) : metered;
  }

  async function start(): Promise<void> {
    // The voice of last resort needs no weights: it is there before them.
    const espeak = openEspeak({ environment: parts.environment }, stop.signal).then(
      (voice) =>
        void addVoice(
          found,
          spokenOnce(wrapped(voice, gates.speak, { purpose: 'text-to-speech', engine: 'espeak', model: voice.id })),
          'robotic',
        ),
      (error: unknown) => void fixed.push(absentBecause('text-to-speech', 'espeak-ng', error)),
    );
    fixed.push(await soundReport(sound, stop.signal));
    const selection = await selectModels(parts.weights, { hardware, languages: parts.languages }, stop.signal);
    missing = selection.missing;
    log.info(
      { profile: selection.profile, models: selection.ready.map(({ choice }) => `${choice.purpose}: ${choice.id}`) },
      'machines.chosen',
    );
    for (const { id, error } of selection.refused)
      fixed.push({ purpose: (error.details.context?.purpose as Purpose) ?? 'speech-to-text', id, state: 'failed', detail: error.message });
    // One process for a model, whatever it is used for; the detector of speech lives with the recogniser that needs it.
    const detector = selection.ready.find(({ choice }) => choice.purpose === 'voice-activity');
    for (const model of distinct(selection.ready)) {
      try {
        await startModel(model, selection.ready, detector);
      } catch (error) {
        fixed.push({
          purpose: model.choice.purpose,
          id: model.choice.id,
          state: 'failed',
          detail: error instanceof AppError ? error.message : 'This engine did not start.',
        });
        log.error({ model: model.choice.id, error: describeError(error) }, 'machine.failed');
      }
    }
    guardEars(selection.ready);
    lift(selection.ready);
    await espeak;
    await Promise.all(
      [...processes.values()].map((process) =>
        process.warm(stop.signal).catch((error: unknown) => log.warn({ engine: process.id, error: describeError(error) }, 'machine.cold')),
      ),
    );
  }

  async function startModel(ready: ReadyModel, all: readonly ReadyModel[], detector: ReadyModel | undefined): Promise<void> {
    const { choice, model } = ready;
    const { entry } = model;
    const uses = all.filter((other) => other.choice.id === choice.id && other.choice.how !== 'lifted');
    const about = (purpose: Purpose) => ({ purpose, engine: entry.engine, model: entry.id });
    const basics = { id: `${entry.id}`, threads, demonstration: model.demonstration };
    const wer = entry.measured?.find((one) => /word error|WER/i.test(one.measure));
    const heard = {
      id: entry.id,
      demonstration: model.demonstration,
      ...(wer ? { measured: { wer: wer.value, source: wer.source } } : {}),
    };
    const languagesFor = (purpose: Purpose) => uses.filter((use) => use.choice.purpose === purpose).flatMap((use) => use.choice.languages);

    if (entry.purpose === 'voice-activity') {
      // Where a sherpa recogniser runs, it brings the detector along; alone it gets a small process.
      if (all.some((other) => other.model.entry.engine === 'sherpa' && isRecogniser(other.model.entry.purpose))) return;
      const process = run(
        sherpaEngine({ id: entry.id, purpose: 'voice-activity', init: { detector: needed(model.paths, 'model'), threads: 1 } }),
      );
      found.activity.push({ id: entry.id, demonstration: false, languages: ['any'], engine: sherpaVoiceActivity(entry.id, process) });
    } else if (entry.engine === 'sherpa' && isRecogniser(entry.purpose)) {
      const recogniser = recogniserOf(entry.settings ?? {}, model.paths);
      const silero = detector?.model.paths.model;
      const process = run(
        sherpaEngine({ id: entry.id, purpose: entry.purpose, init: { recogniser, threads: 1, ...(silero ? { detector: silero } : {}) } }),
      );
      const live = languagesFor('live-speech-to-text');
      const clips = languagesFor('speech-to-text');
      if (recogniser.kind === 'streaming-transducer')
        found.live.push({
          ...heard,
          languages: live,
          engine: wrapped(sherpaLiveSpeechToText(entry.id, process, entry.languages[0] ?? 'en'), undefined, about('live-speech-to-text')),
        });
      if (clips.length > 0)
        found.hear.push({
          ...heard,
          languages: clips,
          engine: wrapped(sherpaSpeechToText(entry.id, process, entry.languages), gates.hear, about('speech-to-text')),
        });
      if (silero && detector && found.activity.length === 0)
        found.activity.push({
          id: detector.choice.id,
          demonstration: false,
          languages: ['any'],
          engine: sherpaVoiceActivity(detector.choice.id, process),
        });
    } else if (entry.engine === 'whisper') {
      const { windowSeconds, prompt, temperatureInc } = entry.settings ?? {};
      const process = run(
        whisperSpec({
          id: entry.id,
          modelPath: needed(model.paths, 'model'),
          windowMs: Number(windowSeconds ?? 30) * 1_000,
          threads,
          gpu: hardware.gpu ? 'default' : false,
          takesTerms: prompt !== false,
          retries: temperatureInc !== 0,
          cacheFolder: join(parts.cacheFolder, 'whisper'),
        }),
      );
      found.hear.push({
        ...heard,
        languages: languagesFor('speech-to-text'),
        engine: wrapped(whisperSpeechToText(process), gates.hear, about('speech-to-text')),
      });
    } else if (entry.purpose === 'text-to-speech') {
      const voices = voicesOf(entry.settings?.voices, entry.languages[0] ?? 'en');
      const process = run(
        sherpaEngine({ id: entry.id, purpose: 'text-to-speech', init: { voice: voiceOf(entry.settings ?? {}, model.paths), threads } }),
      );
      addVoice(found, spokenOnce(wrapped(sherpaTextToSpeech(entry.id, process, voices), gates.speak, about('text-to-speech'))), 'natural');
    } else if (entry.purpose === 'language-model') {
      const contextTokens = Math.min(Number(entry.settings?.contextTokens ?? 4_096), CONTEXT_TOKENS);
      const options = {
        id: entry.id,
        modelPath: needed(model.paths, 'model'),
        contextTokens,
        sequences: SEQUENCES,
        threads: thinking,
        gpu: hardware.gpu !== null,
        stateFolder: join(parts.cacheFolder, 'llama'),
      };
      const engine = wrapped(llamaLanguageModel(run(llamaChatSpec(options)), options), gates.think, about('language-model'));
      found.think.push({ id: entry.id, demonstration: model.demonstration, languages: entry.languages, engine });
    } else if (entry.purpose === 'embedder' && entry.engine === 'static-embeddings') {
      const embedder = await openStaticEmbedder({ id: `${entry.id}@${model.digest}`, folder: folderOf(needed(model.paths, 'model')) });
      closers.push(async () => embedder[Symbol.asyncDispose]());
      found.embed.push({
        id: entry.id,
        demonstration: model.demonstration,
        languages: entry.languages,
        engine: wrapped<Embedder>(embedder, gates.embed, about('embedder')),
      });
      fixed.push({ purpose: 'embedder', id: entry.id, state: 'ready', detail: 'ready' });
    } else if (entry.purpose === 'embedder') {
      const process = run(llamaEmbedderSpec({ ...basics, modelPath: needed(model.paths, 'model'), gpu: hardware.gpu !== null }));
      const embedder = { ...llamaEmbedder(process, Number(entry.settings?.dimensions)), id: `${entry.id}@${model.digest}` };
      found.embed.push({
        id: entry.id,
        demonstration: model.demonstration,
        languages: entry.languages,
        engine: wrapped<Embedder>(embedder, gates.embed, about('embedder')),
      });
    } else if (entry.purpose === 'reranker') {
      const process = run(llamaRerankerSpec({ ...basics, modelPath: needed(model.paths, 'model'), gpu: hardware.gpu !== null }));
      found.rank.push({
        id: entry.id,
        demonstration: model.demonstration,
        languages: entry.languages,
        engine: wrapped(llamaReranker(process), gates.embed, about('reranker')),
      });
    }
  }

  /** Recognisers that bring no detector of speech of their own hear nothing in which nobody speaks. */
  function guardEars(ready: readonly ReadyModel[]): void {
    const activity = found.activity[0]?.engine;
    if (!activity) return;
    for (const [at, entry] of found.hear.entries()) {
      const model = ready.find((one) => one.choice.id === entry.id)?.model;
      if (model?.entry.engine === 'whisper') found.hear[at] = { ...entry, engine: hearSpeechOnly(entry.engine, activity) };
    }
  }

  /** A recogniser of clips hears live through the detector of speech. */
  function lift(ready: readonly ReadyModel[]): void {
    const activity = found.activity[0]?.engine;
    for (const { choice } of ready.filter((one) => one.choice.how === 'lifted')) {
      const clips = found.hear.find((entry) => entry.id === choice.id);
      if (clips && activity) found.live.push({ ...clips, languages: choice.languages, engine: listenInClips(clips.engine, activity) });
    }
  }

  const starting = start()
    .catch((error: unknown) => {
      if (!stop.signal.aborted) log.error({ error: describeError(error) }, 'machines.failed');
    })
    .finally(() => {
      settled = true;
    });

  const { pick, voices, voiceFor, abilities, reports } = lookUp({
    found,
    processes,
    fixed,
    missing: () => missing,
    settled: () => settled,
    languages: parts.languages,
  });

  return {
    sound,
    hear: (language) => pick(found.hear, 'speech-to-text', language),
    hearLive: (language) => pick(found.live, 'live-speech-to-text', language),
    voiceActivity: () => pick(found.activity, 'voice-activity', 'any'),
    speak(language, wanted) {
      const option = voiceFor(language, wanted);
      if (!option) return pick(found.speak, 'text-to-speech', language) as never; // throws, with the reason
      return { engine: option.entry.engine, voice: option.voice.id, quality: option.entry.quality, demonstration: false };
    },
    think: (language) => found.think.find((entry) => serves(entry, language)) ?? found.think[0],
    embed: () => found.embed[0],
    rank: () => found.rank[0],
    voices,
    abilities,
    reports,
    load: () => ({
      gates: Object.entries(gates).map(([purpose, door]) => ({
        purpose,
        slots: purpose === 'think' ? SEQUENCES : purpose === 'embed' ? 2 : threads,
        busy: door.busy,
        waiting: door.waiting,
      })),
      processes: [...processes.values()].map((process) => {
        const { residentBytes, deaths } = process.state();
        return { id: process.id, purpose: process.purpose, residentBytes: residentBytes ?? null, deaths };
      }),
    }),
    settled: () => abortable(starting, stop.signal).catch(() => {}),
    async close() {
      stop.abort(new AppError('cancelled', 'The box shuts down.'));
      await starting;
      await Promise.all(closers.reverse().map((close) => close()));
    },
  };
}

/** Conversations that are kept warm and answered at once. */
const SEQUENCES = 4;
const CONTEXT_TOKENS = 4_096;

const folderOf = (file: string) => join(file, '..');

function distinct(ready: readonly ReadyModel[]): ReadyModel[] {
  return [...new Map(ready.filter(({ choice }) => choice.how !== 'lifted').map((one) => [one.choice.id, one])).values()];
}

function addVoice(found: Found, engine: TextToSpeech, quality: VoiceQuality): void {
  found.speak.push({
    id: engine.id,
    demonstration: false,
    languages: [...new Set(engine.voices.map((voice) => voice.language))],
    engine,
    quality,
  });
}

function absentBecause(purpose: Purpose, id: string, error: unknown): EngineReport {
  const fix = error instanceof AppError ? error.details.context?.fix : undefined;
  return { purpose, id, state: 'absent', detail: typeof fix === 'string' ? fix : 'bedside doctor' };
}

/** Is the program there that decodes what is not WAV? It is asked for a fraction of a second of nothing. */
async function soundReport(sound: AudioDecoder & AudioEncoder, signal: AbortSignal): Promise<EngineReport> {
  const frame = { samples: new Int16Array(160), sampleRate: 16_000, atMs: 0 };
  try {
    for await (const _ of sound.encode(once(frame), 16_000, 'opus', signal)) break;
    return { purpose: 'audio-decoder', id: sound.id, state: 'ready', detail: 'ready' };
  } catch (error) {
    return absentBecause('audio-decoder', sound.id, error);
  }
}
async function* once<T>(item: T): AsyncGenerator<T> {
  yield item;
}
