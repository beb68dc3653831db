import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/access/caller.ts';
import type { Consult, SpokenAnswer } from '../../../src/domain/consultation/consult.ts';
import type { ConsultationSession, Message } from '../../../src/domain/consultation/encounter.ts';
import { metricsOf } from '../../../src/domain/usage/turn-metrics.ts';
import type { VoicePart } from '../../../src/domain/voice/outgoing.ts';
import { openVoiceSession, type SessionParts } from '../../../src/domain/voice/voice-session.ts';
import type { AudioFrame } from '../../../src/engines/audio.ts';
import type { HeardPart } from '../../../src/engines/speech-to-text.ts';
import { channel } from '../../../src/shared/channel.ts';
import { makeFakeClock } from '../../fakes/fake-clock.ts';
import { fakeTextToSpeech } from '../../fakes/speech.ts';

/** A session on a clock of the test: what is heard comes when the test says so, and three seconds take a millisecond. */
function sitting(options: Partial<SessionParts> & { answer?: string } = {}) {
  const clock = makeFakeClock();
  const caller: Caller = {
    userId: 'u',
    hospitalId: 'h',
    role: 'patient',
    via: 'voice',
    requestId: 'r',
    signal: new AbortController().signal,
  };
  const asked: string[] = [];
  const settled: SpokenAnswer[] = [];
  const ahead: string[] = [];
  let count = 0;
  const consult: Consult = {
    async *say(_caller, { text }) {
      asked.push(text);
      const messageId = `m${++count}`;
      const answer = options.answer ?? 'One two three four five.';
      yield { type: 'begin', messageId, by: 'rules', language: 'en' };
      yield { type: 'delta', text: answer };
      yield { type: 'done', message: { text: answer } as Message, session: {} as ConsultationSession };
    },
    handOver: async () => {},
    readAhead: async (_caller, { text }) => void ahead.push(text),
    settle: async (_caller, spoken) => {
      settled.push(spoken);
      return metricsOf([], 0);
    },
  };
  // Frames in, parts out: the recogniser says what the test tells it to.
  let heard = channel<HeardPart>(1_000);
  let listens = 0;
  const engine = {
    id: 'scripted',
    async *listen(frames: AsyncIterable<AudioFrame>) {
      listens++;
      const mine = channel<HeardPart>(1_000);
      heard = mine;
      void (async () => {
        for await (const _ of frames);
        mine.end();
      })();
      yield* mine;
      yield { type: 'listen-end' as const, usage: {} };
    },
  };
  const voice = fakeTextToSpeech({ clock });
  const session = openVoiceSession({
    caller,
    sessionId: 's',
    language: 'en',
    country: undefined,
    terms: [],
    ears: { engine, demonstration: false },
    wantedVoice: undefined,
    rate: 1,
    byHand: false,
    silenceMs: undefined,
    longestMs: undefined,
    cutShort: false,
    readsAhead: false,
    hearing: () => {},
    consult,
    sound: { hear: async () => Promise.reject(new Error('no recordings')), speak: async () => Promise.reject(new Error('no files')) },
    machines: { speak: () => ({ engine: voice, voice: 'fake-en', quality: 'robotic', demonstration: false }) },
    clock,
    ...options,
  });
  const told: VoicePart[] = [];
  void (async () => {
    for await (const part of session.parts) told.push(part);
  })();
  /** Time goes on while the microphone is open. */
  const wait = async (ms: number, sound = true) => {
    for (let gone = 0; gone < ms; gone += 20) {
      if (sound) session.hear(new Int16Array(320).fill(4_000), 16_000);
      await clock.advance(Math.min(20, ms - gone));
    }
  };
  const hear = async (part: HeardPart) => {
    heard.push(part);
    await clock.advance(0);
  };
  const final = (text: string, startMs: number, endMs: number): HeardPart => ({
    type: 'transcript-final',
    utteranceId: `at ${startMs}`,
    transcript: { text, startMs, endMs },
  });
  const types = () => told.map((part) => part.type).filter((type) => type !== 'sound');
  return { clock, session, told, types, wait, hear, final, asked, settled, ahead, listens: () => listens };
}

describe('a voice session', () => {
  test('answers after the patience that the words ask for, and tells how long it waited', async () => {
    const { wait, hear, final, asked, told, types } = sitting();
    await wait(2_000);
    await hear({ type: 'speech-start', atMs: 500 });
    await hear(final('I have a cough', 500, 1_600));
    await hear({ type: 'speech-end', atMs: 1_600 });
    await wait(160);
    expect(asked).toEqual([]);
    await wait(60);
    expect(asked).toEqual(['I have a cough']);
    await wait(100);
    const metrics = told.find((part) => part.type === 'metrics');
    expect(metrics?.metrics.endpointMs).toBe(600);
    expect(types()).toEqual(['speech-started', 'transcript', 'speech-stopped', 'answer', 'answer', 'sound-start', 'sound-end', 'metrics']);
  });

  test('waits longer for who is not finished, and takes both halves as one turn', async () => {
    const { wait, hear, final, asked } = sitting();
    await wait(2_000);
    await hear({ type: 'speech-start', atMs: 500 });
    await hear(final('I have a cough and', 500, 1_500));
    await hear({ type: 'speech-end', atMs: 1_500 });
    await wait(500);
    await hear({ type: 'speech-start', atMs: 2_400 });
    await wait(1_500);
    expect(asked).toEqual([]);
    await hear(final('a fever', 2_400, 3_200));
    await hear({ type: 'speech-end', atMs: 3_200 });
    await wait(700);
    expect(asked).toEqual(['I have a cough and a fever']);
  });

  test('stops a reply 700 ms into speech, keeps what was heard of it, and hears on', async () => {
    const { session, wait, hear, final, asked, settled, told, types } = sitting({
      answer: 'One two three four five six seven eight nine ten.',
    });
    session.type('hello');
    await wait(1_000); // 49 letters of 60 ms: about a third has played
    await hear({ type: 'speech-start', atMs: 900 });
    await wait(400);
    expect(types()).not.toContain('interrupted');
    await wait(220);
    const stopped = told.find((part) => part.type === 'interrupted');
    expect(stopped?.heardText).toBe('One two three four five');
    await wait(20);
    expect(settled.at(-1)).toMatchObject({ messageId: 'm1', heardText: 'One two three four five' });
    const after = told.slice(told.indexOf(stopped as VoicePart) + 1);
    expect(after.filter((part) => 'messageId' in part)).toEqual([]);
    await hear(final('no not that', 900, 1_900));
    await hear({ type: 'speech-end', atMs: 1_900 });
    await wait(1_200);
    expect(asked).toEqual(['hello', 'no not that']);
  });

  test('a cough of 300 ms leaves the reply alone', async () => {
    const { session, wait, hear, types } = sitting();
    session.type('hello');
    await wait(500);
    await hear({ type: 'speech-start', atMs: 400 });
    await wait(200);
    await hear({ type: 'speech-pause', atMs: 700 });
    await wait(300);
    await hear({ type: 'speech-end', atMs: 700 });
    await wait(2_000);
    expect(types()).not.toContain('interrupted');
  });

  test('who reports what was played is believed: half a reply in a slow player is half a reply', async () => {
    const { session, wait, told } = sitting({ answer: 'One two three four five six seven eight nine ten.' });
    session.type('hello');
    await wait(2_000);
    session.played(500);
    session.interrupt();
    await wait(20);
    expect(told.find((part) => part.type === 'interrupted')?.heardText).toBe('One two');
  });

  test('sound that stops arriving in mid-speech ends what was said', async () => {
    const { wait, hear, final, asked, listens } = sitting();
    await wait(1_500);
    await hear({ type: 'speech-start', atMs: 500 });
    await hear(final('I have a', 500, 1_400));
    await wait(1_300, false);
    expect(listens()).toBe(2);
    await wait(100, false);
    expect(asked).toEqual(['I have a']);
  });

  test('nobody is idle while they speak or listen', async () => {
    const { session, wait, hear } = sitting();
    await wait(3_000);
    expect(session.idleMs()).toBe(3_000);
    await hear({ type: 'speech-start', atMs: 2_900 });
    expect(session.idleMs()).toBe(0);
  });

  test('reads ahead at a pause, and only where a model will answer', async () => {
    for (const readsAhead of [true, false]) {
      const { wait, hear, ahead } = sitting({ readsAhead });
      await wait(1_500);
      await hear({ type: 'speech-start', atMs: 200 });
      await hear({ type: 'transcript-partial', utteranceId: 'u', text: 'what should I eat' });
      await hear({ type: 'speech-pause', atMs: 1_300 });
      expect(ahead).toEqual(readsAhead ? ['what should I eat'] : []);
    }
  });

  test('ends once, says why, and what was shown but not answered is kept', async () => {
    const { session, wait, hear, final, asked, told } = sitting();
    await wait(1_500);
    await hear({ type: 'speech-start', atMs: 500 });
    await hear(final('I have a cough', 500, 1_400));
    await Promise.all([session.end('timed_out'), session.end('ended')]);
    expect(told.filter((part) => part.type === 'ended')).toEqual([{ type: 'ended', reason: 'timed_out' }]);
    expect(asked).toEqual(['I have a cough']);
  });
});
