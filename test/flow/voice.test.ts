import { afterEach, describe, expect, it } from 'vitest';
import type { AudioFrame } from '../../src/engines/audio.ts';
import type { LiveSpeechToText, SpeechToText } from '../../src/engines/speech-to-text.ts';
import type { TextToSpeech } from '../../src/engines/text-to-speech.ts';
import { decodeWav, encodeWav } from '../../src/engines/wav.ts';
import { AppError } from '../../src/shared/errors.ts';
import { hum as humFrames } from '../contract/sounds.ts';
import { fakeLanguageModel } from '../fakes/fake-language-model.ts';
import { fakeLiveSpeechToText, fakeSpeechToText, fakeTextToSpeech } from '../fakes/speech.ts';
import { microphone, type Talk, talk } from '../kit/talk.ts';
import { until } from '../kit/until.ts';
import { startVoiceHouse, stubEngines, type VoiceHouse, type VoiceHouseOptions } from '../kit/voice-house.ts';
import { measureLoad, measurePipeline, percentile } from '../kit/voice-measures.ts';

const long = process.env.BEDSIDE_TEST_LONG === '1';
const PATIENT = 'I have had a cough since Monday';

/** For the fakes loud sound is speech; a second of it is a sentence. */
function hum(ms: number): Buffer {
  const samples = humFrames(ms).flatMap(({ samples }) => [...samples]);
  const pcm = Buffer.alloc(samples.length * 2);
  for (const [i, sample] of samples.entries()) pcm.writeInt16LE(sample, i * 2);
  return pcm;
}
/** Reads server-sent events until they end. */
async function readEvents(url: string, token: string, signal: AbortSignal, tell: (event: string, data: string) => void): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' }, signal });
  let rest = '';
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    rest += Buffer.from(bytes).toString('utf8');
    for (let at = rest.indexOf('\n\n'); at >= 0; at = rest.indexOf('\n\n')) {
      const block = rest.slice(0, at);
      rest = rest.slice(at + 2);
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event && data) tell(event, data);
    }
  }
}
const isFinal = (m: { type: string; is_final?: boolean }) => m.type === 'transcript' && m.is_final === true;
const isWhole = (m: { type: string; is_final?: boolean }) => m.type === 'ai_response' && m.is_final === true;
const failure = () =>
  new AppError(
    'unavailable',
    'The {machine} stopped while it worked on this request and is being started again. Please try once more in a moment.',
    {
      reason: 'ENGINE_UNAVAILABLE',
      values: { machine: 'speech recogniser' },
    },
  );

describe('a live conversation', () => {
  let open: VoiceHouse | undefined;
  const lines: Talk[] = [];
  const microphones: { stop(): void }[] = [];
  afterEach(async () => {
    for (const mic of microphones.splice(0)) mic.stop();
    for (const line of lines.splice(0)) line.socket.terminate();
    // What was said is nobody's business but the patient's.
    if (open) expect(open.house.log()).not.toContain('cough');
    await open?.stop();
    open = undefined;
  });

  async function start(options: VoiceHouseOptions = { stubs: stubEngines() }): Promise<VoiceHouse> {
    open = await startVoiceHouse(options);
    return open;
  }
  async function call(house: VoiceHouse, init: object = {}, role = 'patient'): Promise<Talk> {
    const line = await talk(house.house.base, house.hospital.tokens[role] as string, init);
    expect(line.ready.type).toBe('session-ready');
    lines.push(line);
    return line;
  }
  function speaker(line: Talk) {
    const mic = microphone(line);
    microphones.push(mic);
    return mic;
  }
  async function kept(house: VoiceHouse, line: Talk) {
    const answer = await house.house.call('GET', `/api/v1/consultations/${line.ready.consultation_id}`, {
      token: house.hospital.tokens.patient,
    });
    return answer.json.messages as { message_id: string; sender_type: string; message_text: string; interrupted: boolean }[];
  }

  it('hears, shows, answers in text and sound, and tells where the time went', async () => {
    const house = await start();
    const line = await call(house);
    await speaker(line).say(hum(1_400));
    const metrics = await line.seen((m) => m.type === 'metrics', 'metrics');
    const types = line.told.map((m) => m.type);
    const order = ['session-ready', 'speech-started', 'transcript', 'speech-stopped', 'ai_response', 'audio-start', 'audio-end', 'metrics'];
    expect(order.map((type) => types.indexOf(type))).toEqual(order.map((type) => types.indexOf(type)).sort((a, b) => a - b));
    expect(line.told.find(isFinal)?.text).toBe(PATIENT);
    expect(metrics.endpoint_ms).toBeGreaterThanOrEqual(550);
    expect(metrics.voice_to_voice_ms).toBeGreaterThanOrEqual(metrics.endpoint_ms);
    const end = line.told.find((m) => m.type === 'audio-end');
    const bytes = line.sound.reduce((sum, one) => sum + one.bytes.length - 8, 0);
    expect(bytes / 32).toBeCloseTo(end?.duration_ms ?? 0, -1);
    expect((await kept(house, line)).map((m) => m.sender_type)).toEqual(['patient', 'assistant']);
  });

  it('keeps of an interrupted answer what was heard of it, in the message and in the record', async () => {
    const house = await start({ stubs: stubEngines({ texts: ['no wait I meant something else'] }) });
    const line = await call(house);
    line.send({ type: 'text', text: 'I have a strong pain in my chest.' });
    await line.seen((m) => m.type === 'audio-end', 'the whole reply');
    await new Promise((resolve) => setTimeout(resolve, 700));
    const saying = speaker(line).say(hum(1_200));
    const stopped = await line.seen((m) => m.type === 'interrupted', 'interrupted');
    await saying;
    const advice = line.told.find(isWhole)?.text as string;
    expect(stopped.heard_text.length).toBeGreaterThan(0);
    expect(advice.startsWith(stopped.heard_text)).toBe(true);
    expect(stopped.heard_text.length).toBeLessThan(advice.length / 2);
    await line.seen((m) => isFinal(m), 'the words that interrupted');
    await line.seen(isWhole, 'the next answer', { from: line.told.indexOf(stopped) });
    const cut = (await kept(house, line)).find((m) => m.message_id === stopped.message_id);
    expect(cut?.message_text).toBe(stopped.heard_text);
  });

  it('goes on speaking over a murmur, in either language', async () => {
    const house = await start({ stubs: stubEngines({ texts: ['haan', 'hm', 'achha ji', 'yes'] }) });
    const line = await call(house);
    line.send({ type: 'text', text: 'I have a strong pain in my chest.' });
    await line.seen((m) => m.type === 'audio-start', 'the reply');
    const mic = speaker(line);
    for (let i = 0; i < 4; i++) {
      await mic.say(hum(320));
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    expect(line.told.filter(isFinal).map((m) => m.text)).toEqual(['haan', 'hm', 'achha ji', 'yes']);
    expect(line.told.some((m) => m.type === 'interrupted')).toBe(false);
    expect(line.told.filter(isWhole)).toHaveLength(1);
  });

  it('takes its own voice, caught by the microphone, for nothing', async () => {
    const house = await start({ stubs: stubEngines({ texts: ['sit down and rest do not walk or drive'] }) });
    const line = await call(house);
    line.send({ type: 'text', text: 'I have a strong pain in my chest.' });
    await line.seen((m) => m.type === 'audio-start', 'the reply');
    await speaker(line).say(hum(2_000));
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(line.told.filter((m) => m.type === 'transcript')).toEqual([]);
    expect(line.told.some((m) => m.type === 'interrupted')).toBe(false);
  });

  it('survives a cable that is pulled in mid-answer: what was heard is kept, and the next line begins by saying so', async () => {
    const house = await start();
    const line = await call(house);
    line.send({ type: 'text', text: 'I have a strong pain in my chest.' });
    await line.seen((m) => m.type === 'audio-end', 'the whole reply');
    await new Promise((resolve) => setTimeout(resolve, 500));
    line.socket.terminate();
    await until(async () => (await kept(house, line)).some((m) => m.interrupted), 'the record of it');
    const again = await call(house, { session_id: line.ready.session_id });
    expect(again.ready.session_id).toBe(line.ready.session_id);
    expect((await again.seen(isWhole, 'the apology')).text).toBe('We were cut off for a moment. Please go on.');
    again.send({ type: 'text', text: 'thank you' });
    await again.seen((m) => m.type === 'metrics', 'the next turn');
    const texts = (await kept(house, again)).map((m) => m.message_text);
    expect(texts).toContain('thank you');
    expect(texts).not.toContain('We were cut off for a moment. Please go on.');
  });

  it('keeps what was said and shown when the line breaks before it is answered', async () => {
    const house = await start();
    const line = await call(house, { turn_detection: { type: 'vad', silence_ms: 5_000 } });
    await speaker(line).say(hum(1_200));
    await line.seen(isFinal, 'a final');
    line.socket.terminate();
    await until(async () => (await kept(house, line)).some((m) => m.message_text === PATIENT), 'the words in the record');
  });

  it('tells of a recogniser that dies in mid-speech, in the language of the conversation, and hears on', async () => {
    let deaths = 0;
    const healthy = fakeLiveSpeechToText({ texts: [PATIENT] });
    const dying: LiveSpeechToText = {
      id: 'dying',
      async *listen(frames, hints, call) {
        if (deaths++ > 0) return yield* healthy.listen(frames, hints, call);
        let heard = 0;
        for await (const _ of frames) if (++heard > 20) throw failure();
      },
    };
    const house = await start({ stubs: { ...stubEngines(), hearLive: () => ({ engine: dying, demonstration: false }) } });
    const line = await call(house, { language: 'hi' });
    const mic = speaker(line);
    await mic.say(hum(1_000));
    const told = await line.seen((m) => m.type === 'error', 'the reason');
    expect(told.payload.message).toMatch(/[\u0900-\u097F]/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await mic.say(hum(1_000));
    expect((await line.seen(isFinal, 'words')).text).toBe(PATIENT);
    await line.seen(isWhole, 'an answer');
  });

  it('goes on in writing when its voice dies in mid-answer, and speaks again at the next', async () => {
    let calls = 0;
    const healthy = fakeTextToSpeech();
    const dying: TextToSpeech = {
      ...healthy,
      async *speak(sentences, manner, call) {
        const mine = ++calls;
        let frames = 0;
        for await (const part of healthy.speak(sentences, manner, call)) {
          if (died === undefined && saying && part.type === 'speech-audio' && ++frames > 5) {
            died = mine;
            throw failure();
          }
          yield part;
        }
      },
    };
    let died: number | undefined;
    let saying = false;
    const house = await start({
      stubs: { ...stubEngines(), speak: () => ({ engine: dying, voice: 'fake-en', quality: 'robotic', demonstration: false }) },
    });
    const line = await call(house);
    saying = true;
    line.send({ type: 'text', text: 'I have a strong pain in my chest.' });
    await line.seen((m) => m.type === 'error', 'the reason');
    expect((await line.seen(isWhole, 'the whole text')).text).toMatch(/^Call 112 now/);
    await line.seen((m) => m.type === 'metrics', 'metrics');
    const before = line.told.length;
    line.send({ type: 'text', text: 'thank you' });
    await line.seen((m) => m.type === 'audio-end', 'a spoken answer', { from: before });
  });

  it('offers a person when the model dies in mid-answer', async () => {
    const model = fakeLanguageModel(() => ['Drink something warm. ', failure()]);
    const house = await start({ policy: 'open', stubs: { ...stubEngines(), think: () => ({ engine: model, demonstration: false }) } });
    const line = await call(house);
    line.send({ type: 'text', text: 'What helps against a cold?' });
    const answer = await line.seen(isWhole, 'an answer');
    expect(answer.text).toMatch(/^Drink something warm\. Would you like to speak to a member of the staff\?$/);
    line.send({ type: 'text', text: 'ok' });
    await line.seen((m) => m.type === 'metrics', 'the next turn', { from: line.told.indexOf(answer) + 3 });
  });

  it('reads ahead while somebody is still speaking, where a model will answer', async () => {
    const model = fakeLanguageModel(() => 'Drink something warm.');
    const house = await start({ policy: 'open', stubs: { ...stubEngines(), think: () => ({ engine: model, demonstration: false }) } });
    const line = await call(house);
    await speaker(line).say(hum(1_800));
    await line.seen(isWhole, 'an answer');
    expect(model.prepared.length).toBeGreaterThan(0);
    const text = (prompt: (typeof model.prepared)[number]) => JSON.stringify(prompt.messages.at(-1));
    expect(text(model.prepared.at(-1) as (typeof model.prepared)[number])).toContain('cough');
  });

  it('is in one tab: the newer one has it, and the older is told', async () => {
    const house = await start();
    const first = await call(house);
    const second = await call(house, { session_id: first.ready.session_id });
    await until(() => first.closed() !== undefined, 'the end of the first');
    expect(first.closed()?.code).toBe(4409);
    expect(first.told.find((m) => m.type === 'session-ended')?.reason).toBe('taken_over');
    second.send({ type: 'text', text: 'ok' });
    await second.seen(isWhole, 'an answer');
  });

  it('asks to say it again when a turn that was ended by hand has no words', async () => {
    const house = await start();
    const line = await call(house, { turn_detection: { type: 'none' } });
    line.send(Buffer.alloc(32_000));
    line.send({ type: 'commit' });
    expect((await line.seen(isWhole, 'the request')).text).toMatch(/say that again/);
    expect(line.told.some(isFinal)).toBe(false);
  });

  it('hears recordings, one a message, as an older client sends them', async () => {
    const clips: SpeechToText = fakeSpeechToText({ texts: [PATIENT] });
    const sound = {
      id: 'wav',
      decode: (bytes: Uint8Array, rate: number, signal: AbortSignal) => decodeWav(bytes, rate, signal),
      encode: (): AsyncIterable<Uint8Array> => {
        throw new Error('nothing is encoded here');
      },
    };
    const house = await start({ stubs: { ...stubEngines(), hear: () => ({ engine: clips, demonstration: false }), sound } });
    const line = await talk(house.house.base, house.hospital.tokens.nurse as string, null, '/api/v1/voice/live');
    lines.push(line);
    await line.seen((m) => m.type === 'session-ready', 'session-ready');
    const frames: AudioFrame[] = humFrames(1_000);
    line.send(Buffer.from(encodeWav(frames, 16_000)));
    expect((await line.seen(isFinal, 'a final')).text).toBe(PATIENT);
    await line.seen((m) => m.type === 'audio-end', 'a spoken answer');
    line.send(
      Buffer.from(
        encodeWav(
          humFrames(1_000).map((frame) => ({ ...frame, samples: new Int16Array(320) })),
          16_000,
        ),
      ),
    );
    await line.seen((m) => isWhole(m) && /say that again/.test(m.text), 'the request to say it again');
    line.send(Buffer.from('this is no recording'));
    expect((await line.seen((m) => m.type === 'error', 'the reason')).payload.error_code).toBe('VALIDATION_ERROR');
  });

  it('writes down and answers nobody where it only writes down', async () => {
    const house = await start();
    const line = await call(house, { mode: 'transcribe' });
    await speaker(line).say(hum(1_200));
    await line.seen((m) => m.type === 'metrics', 'metrics');
    expect(line.told.some((m) => m.type === 'ai_response' || m.type === 'audio-start')).toBe(false);
    expect((await kept(house, line)).map((m) => m.message_text)).toContain(PATIENT);
  });

  it('can be read along by a guest, word by word, with one look in the access log', async () => {
    const house = await start();
    const line = await call(house, {}, 'doctor');
    const path = `/api/v1/consultations/${line.ready.consultation_id}`;
    const { token } = (await house.house.call('POST', `${path}/guest`, { token: house.hospital.tokens.doctor })).json;
    const reading = new AbortController();
    const events: { event: string; data: { text?: string; sender_type?: string; is_final?: boolean } }[] = [];
    const read = readEvents(`${house.house.base}${path}`, token, reading.signal, (event, data) =>
      events.push({ event, data: JSON.parse(data) }),
    );
    await until(() => events.some(({ event }) => event === 'whole'), 'what was said so far');
    await speaker(line).say(hum(1_400));
    await until(() => events.some(({ data }) => data.sender_type === 'assistant' && data.is_final === true), 'the answer');
    const heard = events.filter(({ data }) => data.sender_type === 'staff').map(({ data }) => data);
    expect(heard.length).toBeGreaterThan(3);
    expect(heard.at(-1)).toMatchObject({ text: PATIENT, is_final: true });
    expect(heard.some((word) => !word.is_final && PATIENT.startsWith(word.text as string) && word.text !== PATIENT)).toBe(true);
    const stranger = await house.house.call('GET', path, {
      token: house.hospital.tokens.patient,
      headers: { accept: 'text/event-stream' },
    });
    expect(stranger.status).toBe(404);
    await house.house.call('POST', `${path}/end`, { token: house.hospital.tokens.doctor });
    await read;
    expect(events.at(-1)?.event).toBe('ended');
    const log = await house.house.call('GET', `/api/v1/audit/logs?entity_id=${line.ready.consultation_id}&event_type=consultation.read`, {
      token: house.hospital.tokens.hospital_admin,
    });
    expect(log.json.items).toHaveLength(1);
  });

  it('lets nobody begin more conversations in a minute than allowed', async () => {
    const house = await start({ stubs: stubEngines(), env: { VOICE_RATE_LIMIT: '3' } });
    for (let i = 0; i < 3; i++) await (await call(house)).end();
    const one = await talk(house.house.base, house.hospital.tokens.patient as string);
    lines.push(one);
    expect(one.ready.type).toBe('error');
    await until(() => one.closed() !== undefined, 'its close');
    expect(one.closed()?.code).toBe(4429);
  });

  it('adds little to what its engines take', async () => {
    const model = fakeLanguageModel(() => 'I see. That is noted.', { beforeWord: () => new Promise((resolve) => setTimeout(resolve, 25)) });
    const house = await start({
      policy: 'open',
      stubs: {
        ...stubEngines({ delayMs: 60, texts: ['What should I eat when I have a cold'] }),
        think: () => ({ engine: model, demonstration: false }),
      },
    });
    const added = await measurePipeline(house, long ? 40 : 5);
    // 110 ms is what the stubs take; the bench has the figure itself.
    expect(percentile(added, 0.5)).toBeLessThan(110);
  }, 120_000);

  it('holds many at once: every frame is heard, and one too many is told so at once', async () => {
    const sockets = long ? 50 : 15;
    const house = await start({ stubs: stubEngines(), env: { MAX_SESSIONS: String(sockets) } });
    const load = await measureLoad(house, sockets, long ? 30 : 3);
    expect(load.framesHeard).toBe(load.framesSent);
    expect(load.refusedCode).toBe(4429);
    expect(load.finals).toBeGreaterThan(0);
  }, 120_000);
});
