import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '../contract/matrix.ts';
import { wordErrors } from '../weights/word-errors.ts';
import { microphone, pcmOf, type Talk, talk, voiceSpan } from './talk.ts';
import type { VoiceHouse } from './voice-house.ts';

/** Measures of live voice through the real door. Bench and tests share them: they differ in how much is measured. */
export interface Utterance {
  readonly id: string;
  readonly text: string;
  readonly language: string;
  readonly seconds: number;
}
const clinic = join(dataFolder, 'speech_clinic/dev');
export const clinicAudio = (id: string) => join(clinic, `audio/${id}.wav`);
export function clinicUtterances(): Utterance[] {
  return readFileSync(join(clinic, 'utterances.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Utterance)
    .filter(({ language }) => language === 'en');
}

export interface SpokenTurn {
  readonly id: string;
  readonly heard: string;
  readonly errors: number;
  readonly words: number;
  /** How much of the clip had been sent when the first partial came. */
  readonly firstPartialShare: number;
  /** An answer began before the voice had ended. */
  readonly cutOff: boolean;
  readonly endpointMs: number;
  /** From the end of speech, as the box has it, to its first sound. */
  readonly voiceToVoiceMs: number;
  /** From the end of the voice in the clip to the first sound at the client. */
  readonly atClientMs: number;
  /** The engines' own time after the decision: first sentence and its first sound. */
  readonly enginesMs: number;
  readonly soundBytes: number;
}

/** Says each clip at real-time pace in a session of its own. */
export async function measureTurns(
  { house, hospital, times }: VoiceHouse,
  utterances: readonly Utterance[],
  init: object = {},
): Promise<SpokenTurn[]> {
  const turns: SpokenTurn[] = [];
  for (const { id, text } of utterances) {
    const line = await talk(house.base, hospital.tokens.patient as string, init);
    const mic = microphone(line);
    const before = { sentences: times.firstSentenceMs.length, sounds: times.firstSoundMs.length };
    try {
      const pcm = pcmOf(clinicAudio(id));
      const span = voiceSpan(pcm);
      const { begunAt, endedAt } = await mic.say(pcm);
      const metrics = await line.seen((m) => m.type === 'metrics', `metrics for ${id}`, { ms: 30_000 });
      // A pause in the middle may have been taken for the end: what followed is another turn.
      await new Promise((resolve) => setTimeout(resolve, 300));
      const partial = line.told.find((m) => m.type === 'transcript' && !m.is_final && m.text);
      const answered = line.told.find((m) => m.type === 'ai_response');
      const heard = line.told
        .filter((m) => m.type === 'transcript' && m.is_final)
        .map((m) => m.text)
        .join(' ');
      const voiceEndAt = begunAt + span.endMs;
      turns.push({
        id,
        heard,
        ...wordErrors(text, heard),
        firstPartialShare: partial ? (partial.at - begunAt) / (endedAt - begunAt) : 1,
        cutOff: answered !== undefined && answered.at < voiceEndAt,
        endpointMs: metrics.endpoint_ms,
        voiceToVoiceMs: metrics.voice_to_voice_ms,
        atClientMs: (line.sound[0]?.at ?? Number.NaN) - voiceEndAt,
        enginesMs: (times.firstSentenceMs[before.sentences] ?? 0) + (times.firstSoundMs[before.sounds] ?? 0),
        soundBytes: line.sound.reduce((sum, { bytes }) => sum + bytes.length - 8, 0),
      });
    } finally {
      mic.stop();
      await line.end().catch(() => {});
    }
  }
  return turns;
}

export interface Interruption {
  /** From the beginning of the voice in the clip to `interrupted` at the client. */
  readonly ms: number;
  readonly heardText: string;
  /** Sound of the old reply that came after `interrupted`. */
  readonly staleBytes: number;
}

/** An emergency's advice is long enough to be interrupted. */
const LONG_REPLY = 'I have a strong pain in my chest and my left arm feels numb.';

async function replying(line: Talk): Promise<void> {
  line.send({ type: 'text', text: LONG_REPLY });
  for (let i = 0; i < 200 && line.sound.length === 0; i++) await new Promise((resolve) => setTimeout(resolve, 20));
}

export async function measureBargeIns({ house, hospital }: VoiceHouse, utterances: readonly Utterance[]): Promise<Interruption[]> {
  const found: Interruption[] = [];
  for (const [i, { id }] of utterances.entries()) {
    const line = await talk(house.base, hospital.tokens.patient as string);
    const mic = microphone(line);
    try {
      await replying(line);
      await new Promise((resolve) => setTimeout(resolve, 400 + (i % 5) * 200));
      const pcm = pcmOf(clinicAudio(id));
      const stream = line.sound.at(-1)?.bytes.readUInt32BE(0);
      const saying = mic.say(pcm);
      const stopped = await line.seen((m) => m.type === 'interrupted', `interrupted by ${id}`, { ms: 8_000 });
      const { begunAt } = await saying;
      found.push({
        ms: stopped.at - begunAt - voiceSpan(pcm).startMs,
        heardText: stopped.heard_text,
        staleBytes: staleAfter(line, stopped.at, stream),
      });
    } finally {
      mic.stop();
      await line.end().catch(() => {});
    }
  }
  return found;
}

export async function measureButton({ house, hospital }: VoiceHouse, times: number): Promise<Interruption[]> {
  const found: Interruption[] = [];
  for (let i = 0; i < times; i++) {
    const line = await talk(house.base, hospital.tokens.patient as string);
    try {
      await replying(line);
      await new Promise((resolve) => setTimeout(resolve, i * 37));
      const stream = line.sound.at(-1)?.bytes.readUInt32BE(0);
      const pressedAt = performance.now();
      line.send({ type: 'interrupt' });
      const stopped = await line.seen((m) => m.type === 'interrupted', 'interrupted by the button');
      await new Promise((resolve) => setTimeout(resolve, 300));
      found.push({ ms: stopped.at - pressedAt, heardText: stopped.heard_text, staleBytes: staleAfter(line, stopped.at, stream) });
    } finally {
      await line.end().catch(() => {});
    }
  }
  return found;
}

function staleAfter(line: Talk, at: number, stream: number | undefined): number {
  return line.sound.filter((one) => one.at > at && one.bytes.readUInt32BE(0) === stream).reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** Words and answers that a sound without speech brought about: none is right. */
export async function measureNoise({ house, hospital }: VoiceHouse, pcm: Buffer): Promise<{ words: string[]; answers: number }> {
  const line = await talk(house.base, hospital.tokens.patient as string);
  const mic = microphone(line);
  try {
    await mic.say(pcm);
    await new Promise((resolve) => setTimeout(resolve, 1_800));
    return {
      words: line.told.filter((m) => m.type === 'transcript' && m.text).map((m) => m.text),
      answers: line.told.filter((m) => m.type === 'ai_response' || m.type === 'red_flag' || m.type === 'tool_call').length,
    };
  } finally {
    mic.stop();
    await line.end().catch(() => {});
  }
}

/** Sounds without speech that no file is needed for, the same each time: 16 kHz, 16 bits. */
export const madeNoises: Readonly<Record<string, () => Buffer>> = {
  silence: () => pcmFrom(6, () => 0),
  'a fan': () => {
    const random = randomFrom(3);
    let low = 0;
    return pcmFrom(8, (t) => {
      low += 0.04 * (random() - low);
      return 9_000 * low * (1 + 0.15 * Math.sin(2 * Math.PI * 23 * t)) + 500 * Math.sin(2 * Math.PI * 120 * t);
    });
  },
  'hiss of a line': () => {
    const random = randomFrom(5);
    return pcmFrom(8, () => 900 * random());
  },
  'a dial tone': () => pcmFrom(6, (t) => 4_000 * (Math.sin(2 * Math.PI * 350 * t) + Math.sin(2 * Math.PI * 440 * t))),
  'ringing': () => pcmFrom(9, (t) => (t % 3 < 1 ? 4_000 * (Math.sin(2 * Math.PI * 440 * t) + Math.sin(2 * Math.PI * 480 * t)) : 0)),
  'keys of a phone': () => {
    const rows = [697, 770, 852, 941];
    const columns = [1_209, 1_336, 1_477];
    return pcmFrom(6, (t) => {
      const key = Math.floor(t / 0.35);
      if (t % 0.35 > 0.2) return 0;
      return 4_500 * (Math.sin(2 * Math.PI * (rows[key % 4] as number) * t) + Math.sin(2 * Math.PI * (columns[key % 3] as number) * t));
    });
  },
  'hold music': () => {
    const chords = [
      [261.6, 329.6, 392],
      [220, 277.2, 329.6],
      [174.6, 220, 261.6],
      [196, 246.9, 293.7],
    ];
    return pcmFrom(12, (t) => {
      const chord = chords[Math.floor(t / 1.5) % 4] as number[];
      const swell = Math.exp(-2 * (t % 0.375));
      const harmony = chord.reduce((sum, hz) => sum + Math.sin(2 * Math.PI * hz * t) + 0.4 * Math.sin(4 * Math.PI * hz * t), 0);
      const tune = Math.sin(2 * Math.PI * (chord[Math.floor(t / 0.375) % 3] as number) * 2 * t);
      return 1_500 * harmony * (0.3 + 0.7 * swell) + 2_500 * tune * swell;
    });
  },
  'a cough': () => {
    const random = randomFrom(11);
    let low = 0;
    return pcmFrom(6, (t) => {
      const within = t % 1.7;
      const burst = within < 0.25 ? Math.exp(-14 * within) : within > 0.35 && within < 0.55 ? 0.7 * Math.exp(-16 * (within - 0.35)) : 0;
      low += 0.35 * (random() - low);
      return 26_000 * burst * low;
    });
  },
  'a door': () => {
    const random = randomFrom(13);
    return pcmFrom(5, (t) => {
      const within = t % 2.2;
      return within < 0.4 ? 18_000 * Math.exp(-18 * within) * (Math.sin(2 * Math.PI * 70 * t) + 0.4 * random()) : 0;
    });
  },
};

function pcmFrom(seconds: number, sample: (t: number) => number): Buffer {
  const pcm = Buffer.alloc(seconds * 16_000 * 2);
  for (let i = 0; i < seconds * 16_000; i++) pcm.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(sample(i / 16_000)))), i * 2);
  return pcm;
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
