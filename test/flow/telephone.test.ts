import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import { kinds, writeFrame } from '../../src/transport/telephony/audio-socket-frames.ts';
import { type Caller, exchangeWith, type HandedCaller, type StreamedCaller, socketCall, streamCall, tone8k } from '../kit/exchange.ts';
import { seedHospital } from '../kit/house.ts';
import { until } from '../kit/until.ts';
import { startVoiceHouse, stubEngines, type VoiceHouse, type VoiceHouseOptions } from '../kit/voice-house.ts';

const SECRET = 'a token that only the exchange knows';
const WORDS = 'I would like to know your opening hours';
const DESK = '+911140000001';
let sids = 0;
const newSid = () => `CA${String(++sids).padStart(32, '0')}`;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Both languages can be heard, and the voice hurries where nothing else is asked. */
const bilingual = (options: Parameters<typeof stubEngines>[0] = {}) => ({
  ...stubEngines({ texts: [WORDS], letterMs: 15, ...options }),
  abilities: () =>
    ['en', 'hi'].map((code) => ({
      code,
      hear: { model: 'stub', demonstration: false },
      speak: { voice: 'fake-en', quality: 'robotic' as const },
      think: null,
    })),
});

describe('the telephone', () => {
  let open: VoiceHouse | undefined;
  const callers: Caller[] = [];
  afterEach(async () => {
    for (const caller of callers.splice(0)) caller.hangUp();
    // Neither what was said nor who called is anybody's business who reads the log.
    if (open) for (const secret of ['opening hours', '9876543210', SECRET]) expect(open.house.log()).not.toContain(secret);
    await open?.stop();
    open = undefined;
  });

  async function start(options: VoiceHouseOptions = {}, settings: object = { telephone: { desk: DESK } }): Promise<VoiceHouse> {
    open = await startVoiceHouse({ stubs: bilingual(), ...options, env: { TWILIO_AUTH_TOKEN: SECRET, ...options.env } });
    const { house, hospital } = open;
    const changed = await house.call('PATCH', `/api/v1/admin/hospitals/${hospital.hospitalId}`, {
      token: hospital.tokens.hospital_admin,
      body: { settings },
    });
    expect(changed.status, changed.text).toBe(200);
    return open;
  }
  async function dial({ house }: VoiceHouse, callSid = newSid(), from?: string): Promise<StreamedCaller> {
    const ring = await exchangeWith(house, SECRET).ring({ callSid, ...(from ? { from } : {}) });
    expect(ring.status, ring.text).toBe(200);
    const caller = await streamCall(ring, callSid);
    callers.push(caller);
    return caller;
  }
  async function calls({ house, hospital }: VoiceHouse) {
    return (await house.call('GET', '/api/v1/calls', { token: hospital.tokens.nurse })).json.items;
  }
  const oneCall = async (house: VoiceHouse) => (await calls(house))[0];
  async function messages({ house, hospital }: VoiceHouse, consultationId: string) {
    const { json } = await house.call('GET', `/api/v1/consultations/${consultationId}`, { token: hospital.tokens.nurse });
    return json.messages as { sender_type: string; message_text: string; interrupted: boolean }[];
  }
  /** The greeting has begun and has ended: nothing has come for a while. */
  async function greeted(caller: Caller) {
    await until(() => caller.heard.length > 10, 'the greeting');
    await until(() => performance.now() - (caller.heard.at(-1)?.at ?? 0) > 500, 'the end of the greeting', 60_000);
  }
  /**
   * One frame every 20 ms, and `leadMs` of them at most in a heap. Both ends share this process, so that what stalls one stalls the other:
   * gaps are judged by their middle, and heaps by what may have stood in the way.
   */
  function paced(what: string, at: readonly number[], leadMs: number): void {
    const gaps = at.slice(1).map((one, i) => one - (at[i] as number));
    const middle = [...gaps].sort((a, b) => a - b)[gaps.length >> 1] as number;
    const heap = Math.max(...at.map((from) => at.filter((one) => one >= from && one < from + 100).length));
    // The first frames run ahead: that is the lead, and not the pace.
    const ratio = ((at.at(-1) as number) - (at[0] as number)) / (gaps.length * 20 - leadMs);
    console.log(
      `${what}: ${at.length} frames, ${ratio.toFixed(3)} of real time, half of the gaps above ${(middle / 20).toFixed(2)} frames, ${heap} frames in 100 ms at most`,
    );
    expect(at.length).toBeGreaterThan(80);
    expect(middle / 20).toBeGreaterThan(0.8);
    expect(middle / 20).toBeLessThan(1.2);
    expect(ratio).toBeGreaterThan(0.97);
    expect(ratio).toBeLessThan(1.2);
    expect(heap).toBeLessThanOrEqual(7 + (2 * leadMs) / 20);
  }
  const short = { telephone: { desk: DESK }, languages: ['en'] };

  describe('rings', () => {
    it('for the exchange that signs, once for each call', async () => {
      const { house } = await start();
      const exchange = exchangeWith(house, SECRET);
      const callSid = newSid();
      const ring = await exchange.ring({ callSid });
      expect(ring.status).toBe(200);
      expect(ring.stream).toBe(`${house.base.replace('http', 'ws')}/api/v1/telephony/media`);
      expect(ring.token).toMatch(/^bph_/);
      const again = await exchange.ring({ callSid });
      expect(again.status).toBe(403);
      expect(again.text).not.toContain('Stream');
    });

    it('for nobody else', async () => {
      const { house } = await start();
      const exchange = exchangeWith(house, SECRET);
      const right = (await exchange.ring({ callSid: newSid() })).status;
      expect(right).toBe(200);
      expect((await exchangeWith(house, 'another token').ring({ callSid: newSid() })).status).toBe(403);
      for (const signature of ['', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'not base64 !'])
        expect((await exchange.ring({ callSid: newSid() }, { headers: { 'x-twilio-signature': signature } })).status).toBe(403);
      // What was signed is the form and the address: neither another number nor another page is.
      const forged = await house.call('POST', '/api/v1/telephony/voice', {
        headers: { 'content-type': 'application/json' },
        body: { CallSid: newSid() },
      });
      expect(forged.status).toBe(403);
      expect((await exchange.ring({ callSid: '../../etc/passwd' })).status).toBe(400);
    });

    it('not at all without a token of the exchange', async () => {
      const { house } = await start({ env: { TWILIO_AUTH_TOKEN: '' } });
      expect((await exchangeWith(house, '').ring({ callSid: newSid() })).status).toBe(403);
      expect((await exchangeWith(house, 'undefined').ring({ callSid: newSid() })).status).toBe(403);
    });

    it('at the hospital whose number was dialled, and where there are several at no other', async () => {
      const voices = await start();
      const { house, hospital } = voices;
      const root = await house.login();
      const other = await seedHospital(house, root, 'South Clinic', ['hospital_admin', 'nurse']);
      const exchange = exchangeWith(house, SECRET);
      expect((await exchange.ring({ callSid: newSid() })).text).toContain('<Reject');
      const give = (id: string, token: string, numbers: string[]) =>
        house.call('PATCH', `/api/v1/admin/hospitals/${id}`, { token, body: { settings: { telephone: { numbers } } } });
      // A number is given by who looks after the box, and to one hospital only.
      expect((await give(other.hospitalId, other.tokens.hospital_admin as string, ['+91 11 4000 0000'])).status).toBe(403);
      expect((await give(hospital.hospitalId, root, ['011 4000 0000'])).status).toBe(200);
      expect((await give(other.hospitalId, root, ['+911140000000'])).status).toBe(409);
      expect((await give(other.hospitalId, root, ['+911140009999'])).status).toBe(200);
      await dial(voices);
      await until(async () => (await calls(voices)).length === 1, 'the call in the book');
      const theirs = await house.call('GET', '/api/v1/calls', { token: other.tokens.nurse });
      expect(theirs.json.items).toEqual([]);
    });
  });

  it('greets, hears, answers and writes down who called', async () => {
    const house = await start({}, short);
    const caller = await dial(house);
    await greeted(caller);
    const before = caller.heard.length;
    await caller.say(tone8k(1_400));
    await until(() => caller.heard.length > before + 20, 'an answer');
    const call = await oneCall(house);
    expect(call).toMatchObject({ caller_phone: '+919876543210', language: 'en', status: 'in_progress', customer_type: 'new' });
    const said = await messages(house, call.consultation_id);
    expect(said[0]).toMatchObject({ sender_type: 'patient', message_text: WORDS });
    caller.hangUp();
    await until(async () => (await oneCall(house)).status !== 'in_progress', 'the end of the call');
    const over = await oneCall(house);
    expect(over.duration_seconds).toBeGreaterThanOrEqual(1);
    expect(['completed', 'dropped']).toContain(over.status);
    expect(house.house.house.lines.telephone.isFull).toBe(false);
  });

  it('sends a frame every 20 ms, none early and none in a heap', async () => {
    const house = await start({}, short);
    const caller = await dial(house);
    await greeted(caller);
    expect(new Set(caller.heard.map(({ samples }) => samples.length))).toEqual(new Set([160]));
    paced(
      'media stream',
      caller.heard.map((one) => one.at),
      100,
    );
  });

  it('stops in mid-word when somebody speaks, and lets the exchange drop what it holds', async () => {
    const house = await start({ stubs: bilingual({ letterMs: 60 }) }, short);
    const caller = await dial(house);
    await greeted(caller);
    const before = caller.heard.length;
    await caller.say(tone8k(1_400));
    await until(() => caller.heard.length > before + 20, 'an answer');
    const spokenAt = performance.now();
    await caller.say(tone8k(1_200));
    await until(() => caller.clears.length > 0, 'clear');
    const clearedAt = caller.clears[0] as number;
    const late = caller.heard.filter(({ at }) => at > clearedAt && at < clearedAt + 400);
    console.log(`barge-in: clear ${(clearedAt - spokenAt).toFixed(0)} ms after speech began, ${late.length} frames after it`);
    expect(late).toEqual([]);
    await until(
      async () => (await messages(house, (await oneCall(house)).consultation_id)).some(({ interrupted }) => interrupted),
      'the cut',
    );
  });

  it('puts a caller who presses 0 through to a person', async () => {
    const house = await start({}, short);
    const callSid = newSid();
    const caller = await dial(house, callSid);
    const events = follow(house);
    await until(() => caller.heard.length > 20, 'the greeting');
    caller.press('0');
    await until(() => caller.closed() !== undefined, 'the line given back');
    expect(caller.closed()?.code).toBe(1000);
    // The greeting was dropped, the sentence was said.
    expect(caller.clears.length).toBe(1);
    const { text } = await exchangeWith(house.house, SECRET).ring({ callSid }, { path: '/api/v1/telephony/voice/after' });
    expect(text).toContain(`<Dial>${DESK}</Dial>`);
    expect((await oneCall(house)).status).toBe('transferred');
    await until(() => events.some((event) => event.includes('handover_requested')), 'the notice');
  });

  it('stays with a caller who cannot be put through, and tells the staff', async () => {
    const house = await start({}, { languages: ['en'] });
    const caller = await dial(house);
    const events = follow(house);
    await until(() => caller.heard.length > 20, 'the greeting');
    caller.press('0');
    await until(() => events.some((event) => event.includes('handover_requested')), 'the notice');
    await greeted(caller);
    expect(caller.closed()).toBeUndefined();
    expect((await oneCall(house)).status).toBe('transferred');
  });

  it('books an appointment, and the row is there', async () => {
    const texts = ['Dr Rao tomorrow at 10:30 am for Anita Patel, 98765 43210.', 'Yes, please.'];
    const house = await start({ stubs: bilingual({ texts, letterMs: 10 }) }, short);
    const { hospital_admin: token } = house.hospital.tokens;
    const made = await house.house.call('POST', '/api/v1/doctors', { token, body: { name: 'Dr Asha Rao', department: 'Cardiology' } });
    const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((weekday) => ({ weekday, from: '09:00', to: '17:00' }));
    const path = `/api/v1/doctors/${made.json.doctor_id}/schedule`;
    expect((await house.house.call('PUT', path, { token, body: { slot_minutes: 30, weekly } })).status).toBeLessThan(300);
    const caller = await dial(house);
    await greeted(caller);
    const said = async () => (await messages(house, (await oneCall(house)).consultation_id)).map(({ message_text }) => message_text);
    await caller.say(tone8k(2_400));
    await until(async () => (await said()).some((text) => text.includes('Shall I book this?')), 'the question');
    await greeted(caller);
    await caller.say(tone8k(900));
    const booked = async () => (await house.house.call('GET', '/api/v1/appointments', { token: house.hospital.tokens.nurse })).json.items;
    await until(async () => (await booked()).length === 1, 'the appointment');
    expect((await booked())[0]).toMatchObject({ patient_name: 'Anita Patel', status: 'booked', doctor_name: 'Dr Asha Rao' });
    caller.hangUp();
    await until(async () => (await oneCall(house)).status === 'completed', 'the end of the call');
    expect(await oneCall(house)).toMatchObject({
      call_type: 'appointment_booking',
      customer_name: 'Anita Patel',
      caller_phone: '+919876543210',
    });
  });

  it('takes a number that is keyed in as said', async () => {
    const house = await start({}, short);
    const caller = await dial(house);
    await until(() => caller.heard.length > 20, 'the greeting');
    for (const key of '9876500012#') caller.press(key);
    await until(async () => (await messages(house, (await oneCall(house)).consultation_id)).length > 1, 'the answer');
    const said = await messages(house, (await oneCall(house)).consultation_id);
    expect(said[0]).toMatchObject({ sender_type: 'patient', message_text: '9876500012' });
    expect((await oneCall(house)).status).toBe('in_progress');
    expect(caller.closed()).toBeUndefined();
  });

  it('changes the language by its key', async () => {
    const house = await start();
    const caller = await dial(house);
    await until(() => caller.heard.length > 20, 'the greeting');
    caller.press('2');
    await until(async () => (await oneCall(house)).language === 'hi', 'the other language');
    await greeted(caller);
    const before = caller.heard.length;
    await caller.say(tone8k(1_400));
    await until(() => caller.heard.length > before + 20, 'an answer');
    const said = await messages(house, (await oneCall(house)).consultation_id);
    expect(said.at(-1)?.sender_type).toMatch(/patient|assistant/);
    caller.press('7');
    caller.press('2');
    await pause(300);
    expect(caller.closed()).toBeUndefined();
  });

  it('ends with the caller, in mid-sentence too: the place is free and the call is in the book', async () => {
    const house = await start({ env: { TWILIO_AUTH_TOKEN: SECRET, MAX_SESSIONS: '1' } }, short);
    const caller = await dial(house);
    await until(() => caller.heard.length > 20, 'the greeting');
    void caller.say(tone8k(3_000));
    await pause(500);
    caller.socket.terminate();
    await until(async () => (await oneCall(house)).status === 'dropped', 'the end');
    const again = await dial(house);
    await until(() => again.heard.length > 5, 'the next caller');
    expect((await calls(house)).map(({ status }: { status: string }) => status).sort()).toEqual(['dropped', 'in_progress']);
  });

  it('gives the call beyond the last place to the desk', async () => {
    const places = 50;
    const house = await start({ env: { TWILIO_AUTH_TOKEN: SECRET, MAX_SESSIONS: String(places) } }, short);
    const exchange = exchangeWith(house.house, SECRET);
    // One that rang while there was room, and comes when there is none.
    const lateSid = newSid();
    const late = await exchange.ring({ callSid: lateSid });
    const taken = await Promise.all(Array.from({ length: places }, () => dial(house)));
    await until(() => taken.every((caller) => caller.heard.length > 5), 'all greetings');
    expect((await exchange.ring({ callSid: newSid() })).text).toContain(`<Dial>${DESK}</Dial>`);
    const third = await streamCall(late, lateSid);
    await until(() => third.closed() !== undefined, 'the refusal');
    expect(third.heard).toEqual([]);
    expect((await exchange.ring({ callSid: lateSid }, { path: '/api/v1/telephony/voice/after' })).text).toContain('<Dial>');
    // Nobody who was there before noticed.
    expect(taken.every((caller) => caller.closed() === undefined)).toBe(true);
  });

  it('gives a call that it cannot hear to the desk, and has it in the book', async () => {
    const deaf = () => {
      throw new AppError('refused', 'Nobody can be heard here.', { reason: 'LANGUAGE_UNAVAILABLE' });
    };
    const house = await start({ stubs: { ...bilingual(), hearLive: deaf } }, short);
    const callSid = newSid();
    const caller = await dial(house, callSid);
    await until(() => caller.closed() !== undefined, 'the line given back');
    const { text } = await exchangeWith(house.house, SECRET).ring({ callSid }, { path: '/api/v1/telephony/voice/after' });
    expect(text).toContain(`<Dial>${DESK}</Dial>`);
    expect(await oneCall(house)).toMatchObject({ status: 'dropped', caller_phone: '+919876543210' });
    expect(house.house.house.lines.telephone.isFull).toBe(false);
  });

  it('takes nothing from a stream that is not a call', async () => {
    const house = await start({ env: { TWILIO_AUTH_TOKEN: SECRET, MAX_SESSIONS: '1' } }, short);
    const exchange = exchangeWith(house.house, SECRET);
    const ring = await exchange.ring({ callSid: newSid() });
    const media = { event: 'media', media: { payload: 'AAAA' } };
    const hostile: readonly (readonly [what: string, messages: readonly unknown[], code: number])[] = [
      ['bad JSON', ['{"event":'], 4400],
      ['no object', ['null'], 4400],
      ['a number for an event', [{ event: 7 }], 4400],
      ['sound before the start', [{ event: 'connected' }, media], 4400],
      ['a key before the start', [{ event: 'dtmf', dtmf: { digit: '0' } }], 4400],
      ['no token', [{ event: 'start', start: { callSid: 'x', customParameters: {} } }], 4400],
      ['a made-up token', [{ event: 'start', start: { callSid: 'CA1', customParameters: { token: 'bph_made_up' } } }], 4401],
      ['a token of another call', [{ event: 'start', start: { callSid: 'CA1', customParameters: { token: ring.token } } }], 4401],
      ['something huge', [{ event: 'media', media: { payload: 'A'.repeat(100_000) } }], 1009],
    ];
    for (const [what, sent, code] of hostile) {
      const stranger = await streamCall(ring, 'CA1', { start: false });
      for (const message of sent) stranger.send(message);
      await until(() => stranger.closed() !== undefined, what);
      expect(stranger.closed()?.code, what).toBe(code);
    }
    const binary = await streamCall(ring, 'CA1', { start: false });
    binary.socket.send(Buffer.alloc(320));
    await until(() => binary.closed() !== undefined, 'binary');
    expect(binary.closed()?.code).toBe(4400);
    expect(house.house.house.lines.telephone.isFull).toBe(false);
    expect(await calls(house)).toEqual([]);
  });

  it('ends a call whose exchange talks nonsense in the middle of it, and answers each call once', async () => {
    const house = await start({}, short);
    const callSid = newSid();
    const ring = await exchangeWith(house.house, SECRET).ring({ callSid });
    const caller = await streamCall(ring, callSid);
    callers.push(caller);
    await until(() => caller.heard.length > 5, 'the greeting');
    const thief = await streamCall(ring, callSid);
    await until(() => thief.closed() !== undefined, 'the refusal of the second stream');
    expect(thief.closed()?.code).toBe(4401);
    caller.send({ event: 'something new', of: 'no matter' });
    caller.send({ event: 'mark', mark: { name: 'made:up:9999999' } });
    await pause(200);
    expect(caller.closed()).toBeUndefined();
    caller.send({ event: 'media', media: { payload: 'not base64 !' } });
    await until(() => caller.closed() !== undefined, 'the end');
    expect(caller.closed()?.code).toBe(4400);
    await until(async () => (await oneCall(house)).status === 'dropped', 'the call in the book');
  });

  it('says goodbye to everybody when the box goes down', async () => {
    const house = await start({}, short);
    const caller = await dial(house);
    await until(() => caller.heard.length > 5, 'the greeting');
    open = undefined;
    await house.stop();
    expect(caller.closed()?.code).toBe(1012);
  });

  describe('of an Asterisk', () => {
    const lines = { env: { TWILIO_AUTH_TOKEN: SECRET, BEDSIDE_AUDIOSOCKET: '127.0.0.1:0' } };
    async function keyOf({ house, hospital }: VoiceHouse): Promise<string> {
      const { json } = await house.call('POST', '/api/v1/auth/api-keys', {
        token: hospital.tokens.hospital_admin,
        body: { name: 'exchange', scopes: ['audio'] },
      });
      return json.key;
    }
    async function lift(house: VoiceHouse, uuid: string = randomUUID()): Promise<HandedCaller> {
      const caller = await socketCall(house.house.linesPort as number, uuid);
      callers.push(caller);
      return caller;
    }

    it('greets, hears and answers in paced frames, and knows the number that was told', async () => {
      const house = await start(lines, short);
      const key = await keyOf(house);
      const uuid = randomUUID();
      const told = await house.house.call('POST', '/api/v1/telephony/calls', {
        headers: { 'x-api-key': key },
        body: { uuid: uuid.toUpperCase(), from: '098765 43210' },
      });
      expect(told.status, told.text).toBe(204);
      const caller = await lift(house, uuid);
      await greeted(caller);
      paced('AudioSocket', caller.frames, 40);
      const before = caller.heard.length;
      await caller.say(tone8k(1_400));
      await until(() => caller.heard.length > before + 20, 'an answer');
      const call = await oneCall(house);
      expect(call.caller_phone).toBe('+919876543210');
      expect((await messages(house, call.consultation_id))[0]?.message_text).toBe(WORDS);
      caller.press('0');
      await until(() => caller.closed() !== undefined, 'the line given back');
      expect(caller.closed()?.code).toBe(0);
      const next = await house.house.call('GET', `/api/v1/telephony/calls/${uuid}/next`, { headers: { 'x-api-key': key } });
      expect([next.status, next.text]).toEqual([200, DESK]);
      expect((await oneCall(house)).status).toBe('transferred');
    });

    it('falls silent when somebody speaks', async () => {
      const house = await start({ ...lines, stubs: bilingual({ letterMs: 60 }) }, short);
      const caller = await lift(house);
      await greeted(caller);
      const before = caller.heard.length;
      await caller.say(tone8k(1_400));
      await until(() => caller.heard.length > before + 20, 'an answer');
      await caller.say(tone8k(1_200));
      await until(() => performance.now() - (caller.heard.at(-1)?.at ?? 0) > 200, 'silence');
      await until(
        async () => (await messages(house, (await oneCall(house)).consultation_id)).some(({ interrupted }) => interrupted),
        'the cut',
      );
    });

    it('takes a call that nobody told of from this machine, where there is one hospital; and nothing that is none', async () => {
      const house = await start(lines, short);
      const known = await lift(house);
      await until(() => known.heard.length > 5, 'the greeting');
      expect((await oneCall(house)).caller_phone).toBeNull();
      const port = house.house.linesPort as number;
      const hostile = {
        'sound before the name': writeFrame(kinds.sound, Buffer.alloc(320)),
        'a short name': writeFrame(kinds.uuid, Buffer.alloc(15)),
        'an unknown kind': writeFrame(0x77, Buffer.alloc(3)),
        'a goodbye': writeFrame(kinds.hangUp),
      };
      for (const [what, first] of Object.entries(hostile)) {
        const stranger = await socketCall(port, '', { first });
        await until(() => stranger.closed() !== undefined, what);
        expect(stranger.heard, what).toEqual([]);
      }
      known.send(writeFrame(0x77, Buffer.alloc(9)));
      await until(() => known.closed() !== undefined, 'the end of the call that talks nonsense');
      await seedHospital(house.house, await house.house.login(), 'South Clinic', ['nurse']);
      const nobodys = await lift(house);
      await until(() => nobodys.closed() !== undefined, 'the refusal');
      expect(await calls(house)).toHaveLength(1);
    });
  });

  /** What the nurse is told by events, as it comes. */
  function follow({ house, hospital }: VoiceHouse): string[] {
    const told: string[] = [];
    void (async () => {
      const response = await fetch(`${house.base}/api/v1/events`, {
        headers: { authorization: `Bearer ${hospital.tokens.nurse}`, accept: 'text/event-stream' },
      });
      for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) told.push(Buffer.from(bytes).toString('utf8'));
    })().catch(() => {});
    return told;
  }
});
