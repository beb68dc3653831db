import { describe, expect, it } from 'vitest';
import { configOf } from '../../../src/config.ts';
import { makeLineNoise } from '../../../src/domain/voice/line-noise.ts';
import { greetingOf, notHeardIn, welcomeIn } from '../../../src/domain/voice/telephone-words.ts';
import { kinds, makeFrameReader, uuidBytes, uuidText, writeFrame } from '../../../src/transport/telephony/audio-socket-frames.ts';
import { makePacedSound } from '../../../src/transport/telephony/paced-sound.ts';
import { makeRinging } from '../../../src/transport/telephony/ringing.ts';
import { signatureOf, signedAddress } from '../../../src/transport/telephony/signature.ts';
import { connectStream, putThrough } from '../../../src/transport/telephony/twiml.ts';
import { makeFakeClock } from '../../fakes/fake-clock.ts';

describe('the signature of an exchange', () => {
  // The example of the exchange's own documentation.
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const form = new URLSearchParams({
    To: '+18005551212',
    Digits: '1234',
    From: '+14158675310',
    Caller: '+14158675310',
    CallSid: 'CA1234567890ABCDE',
  });
  const signature = 'GvWf1cFY/Q7PnoempGyD5oXAezc=';

  it('is the one of its documentation', () => {
    expect(signatureOf('12345', url, form)).toBe(signature);
    expect(signedAddress('12345', signature, ['https://elsewhere.test/', url], form)).toBe(url);
  });

  it('holds for its token, its address, its fields, and for nothing else', () => {
    const changed = new URLSearchParams(form);
    changed.set('From', '+14158675311');
    const more = new URLSearchParams([...form, ['Digits', '5']]);
    expect(signedAddress('12346', signature, [url], form)).toBeUndefined();
    expect(signedAddress('12345', signature, [`${url}&baz=3`], form)).toBeUndefined();
    expect(signedAddress('12345', signature, [url], changed)).toBeUndefined();
    expect(signedAddress('12345', signature, [url], more)).toBeUndefined();
    for (const wrong of [undefined, '', 'AAAA', signature.slice(0, -2), `${signature}AAAA`])
      expect(signedAddress('12345', wrong, [url], form)).toBeUndefined();
    expect(signedAddress(undefined, signature, [url], form)).toBeUndefined();
    expect(signedAddress('', signatureOf('', url, form), [url], form)).toBeUndefined();
  });

  it('is the same with and without the standard port, and a field that comes twice counts once for each value', () => {
    const withPort = url.replace('.com', '.com:443');
    expect(signedAddress('12345', signature, [withPort], form)).toBe(withPort);
    expect(signedAddress('12345', signatureOf('12345', withPort, form), [url], form)).toBe(url);
    expect(signedAddress('12345', signature, [url.replace('.com', '.com:8443')], form)).toBeUndefined();
    const twice = new URLSearchParams('a=2&a=1&a=2');
    expect(signatureOf('t', 'u', twice)).toEqual(signatureOf('t', 'u', new URLSearchParams('a=1&a=2')));
  });
});

describe('paced sound', () => {
  function line(leadMs = 0, feedsSilence = false) {
    const clock = makeFakeClock();
    const stop = new AbortController();
    const sent: { atMs: number; frame: number[] }[] = [];
    const startMs = clock.elapsedMs();
    const paced = makePacedSound({
      clock,
      frameBytes: 4,
      silence: 0xff,
      leadMs,
      feedsSilence,
      send: (frame) => sent.push({ atMs: clock.elapsedMs() - startMs, frame: [...frame] }),
      signal: stop.signal,
    });
    return { clock, stop, sent, paced, times: () => sent.map(({ atMs }) => atMs) };
  }
  const bytes = (frames: number) => new Uint8Array(frames * 4).fill(7);

  it('leaves one frame every 20 ms, however it comes', async () => {
    const { clock, paced, sent, times, stop } = line();
    paced.push(new Uint8Array([1, 2, 3]));
    await clock.advance(100);
    expect(sent).toEqual([]);
    paced.push(new Uint8Array([4, 5]));
    paced.push(bytes(3));
    await clock.advance(200);
    expect(times()).toEqual([100, 120, 140, 160]);
    expect(sent[1]?.frame).toEqual([5, 7, 7, 7]);
    expect(paced.sentMs).toBe(80);
    stop.abort();
  });

  it('runs ahead by its lead and no more, also after it had nothing to say', async () => {
    const { clock, paced, times, stop } = line(60);
    paced.push(bytes(6));
    await clock.advance(1_000);
    expect(times()).toEqual([0, 0, 0, 0, 20, 40]);
    paced.push(bytes(5));
    await clock.advance(200);
    expect(times().slice(6)).toEqual([1_000, 1_000, 1_000, 1_000, 1_020]);
    stop.abort();
  });

  it('fills the last frame with silence, and tells when all has left', async () => {
    const { clock, paced, sent, stop } = line();
    const passed: number[] = [];
    paced.push(new Uint8Array([1, 2, 3, 4, 5]));
    paced.mark(() => passed.push(sent.length));
    await clock.advance(100);
    expect(sent.map(({ frame }) => frame)).toEqual([
      [1, 2, 3, 4],
      [5, 0xff, 0xff, 0xff],
    ]);
    expect(passed).toEqual([2]);
    stop.abort();
  });

  it('drops what waits, with its marks, and begins anew within a frame', async () => {
    const { clock, paced, times, stop } = line(60);
    const passed: string[] = [];
    paced.push(bytes(20));
    paced.mark(() => passed.push('old'));
    await clock.advance(50);
    paced.clear();
    expect(paced.sentMs).toBe(0);
    await clock.advance(5);
    paced.push(bytes(1));
    paced.mark(() => passed.push('new'));
    await clock.advance(100);
    expect(times()).toEqual([0, 0, 0, 0, 20, 40, 60]);
    expect(passed).toEqual(['new']);
    stop.abort();
  });

  it('feeds a line that must not fall silent, at the same pace, and lets a reply in between', async () => {
    const { clock, paced, sent, times, stop } = line(0, true);
    await clock.advance(90);
    paced.push(bytes(2));
    await clock.advance(100);
    const gaps = times().map((at, i) => at - (times()[i - 1] ?? at - 20));
    expect(new Set(gaps)).toEqual(new Set([20]));
    expect(sent.filter(({ frame }) => frame[0] === 7)).toHaveLength(2);
    expect(sent.length).toBeGreaterThan(7);
    expect(paced.sentMs).toBe(40);
    stop.abort();
  });

  it('has room while little waits, and always when the line is gone', async () => {
    const { clock, paced, stop } = line();
    let free = 0;
    paced.push(bytes(8));
    void paced.room().then(() => free++);
    await clock.advance(40);
    expect(free).toBe(0);
    await clock.advance(60);
    expect(free).toBe(1);
    paced.push(bytes(50));
    void paced.room().then(() => free++);
    stop.abort();
    await clock.advance(0);
    expect(free).toBe(2);
  });
});

describe('calls that ring', () => {
  const call = { hospitalId: 'h', from: undefined, desk: null };
  const ringing = () => {
    const clock = makeFakeClock();
    let n = 0;
    return { clock, calls: makeRinging({ clock, tokens: { random: (prefix) => `${prefix}${++n}`, hash: (token) => `#${token}` } }) };
  };

  it('are answered once, with their own token, within a minute', async () => {
    const { clock, calls } = ringing();
    const one = calls.ring('one', call);
    const two = calls.ring('two', call);
    expect(calls.answer('one', two)).toBeUndefined();
    expect(calls.answer('one', one)).toEqual(call);
    expect(calls.answer('one', one)).toBeUndefined();
    await clock.advance(60_001);
    expect(calls.answer('two', two)).toBeUndefined();
    expect(calls.answerKnown('two')).toBeUndefined();
  });

  it('ring once in a day, and tell how they ended', async () => {
    const { clock, calls } = ringing();
    calls.ring('one', call);
    expect(() => calls.ring('one', call)).toThrow('put through before');
    calls.ended('one', 'desk');
    calls.ended('never', 'over');
    expect(calls.find('one')?.end).toBe('desk');
    expect(calls.find('never')).toBeUndefined();
    await clock.advance(24 * 3_600_000);
    calls.ring('one', call);
    expect(calls.find('one')?.end).toBeUndefined();
  });
});

describe('AudioSocket', () => {
  it('is read the same however its bytes are cut', () => {
    const frames = [
      writeFrame(kinds.uuid, uuidBytes('01234567-89ab-cdef-0123-456789abcdef')),
      writeFrame(kinds.sound, Buffer.alloc(320, 5)),
      writeFrame(kinds.hangUp),
    ];
    const all = Buffer.concat(frames);
    for (const size of [1, 2, 3, 7, 100, 319, all.length]) {
      const read = makeFrameReader();
      const found = [];
      for (let at = 0; at < all.length; at += size) found.push(...read(all.subarray(at, at + size)));
      expect(found.map(({ kind, payload }) => [kind, payload.length])).toEqual([
        [kinds.uuid, 16],
        [kinds.sound, 320],
        [kinds.hangUp, 0],
      ]);
      expect(uuidText(found[0]?.payload as Uint8Array)).toBe('01234567-89ab-cdef-0123-456789abcdef');
    }
    expect(uuidText(new Uint8Array(15))).toBeUndefined();
  });
});

describe('what an exchange is told', () => {
  it('cannot be broken out of by what stands in it', () => {
    expect(putThrough('"><Hangup/>&')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Dial>&quot;&gt;&lt;Hangup/&gt;&amp;</Dial></Response>',
    );
    expect(connectStream({ stream: 'wss://a/"', token: 't', next: 'https://a/?x=1&y=2' })).toContain('x=1&amp;y=2');
  });
});

describe('the noise under a line', () => {
  it('is there in perfect silence, small, the same each time, and never turns a loud sample over', () => {
    const quiet = makeLineNoise()(new Int16Array(8_000));
    expect(Math.max(...quiet.map(Math.abs))).toBeLessThanOrEqual(16);
    expect(new Set(quiet).size).toBeGreaterThan(20);
    expect(makeLineNoise()(new Int16Array(8_000))).toEqual(quiet);
    const loud = makeLineNoise()(new Int16Array(8_000).fill(32_767));
    expect(Math.min(...loud)).toBeGreaterThan(32_700);
  });
});

describe('where an Asterisk is listened for', () => {
  const of = (value?: string) => configOf(value === undefined ? {} : { BEDSIDE_AUDIOSOCKET: value }).voice.audioSocket;
  it('is nowhere unless it is asked for, and then this machine unless another address is named', () => {
    for (const off of [undefined, 'off', '0', 'no', '']) expect(of(off)).toBeUndefined();
    for (const on of ['on', '1', 'true']) expect(of(on)).toEqual({ host: '127.0.0.1', port: 9092 });
    expect(of('9999')).toEqual({ host: '127.0.0.1', port: 9999 });
    expect(of('10.0.0.5:9092')).toEqual({ host: '10.0.0.5', port: 9092 });
    expect(of('[::1]:9092')).toEqual({ host: '::1', port: 9092 });
    for (const wrong of ['somewhere', 'host:99999', ':9092', 'a b:1']) expect(() => of(wrong)).toThrow('BEDSIDE_AUDIOSOCKET');
  });
});

describe('what a caller is told first', () => {
  it('is who speaks, what is kept, how to reach a person, and each other language in its own words', () => {
    const said = greetingOf('North Clinic', 'en', {
      others: [
        { language: 'hi', key: 2 },
        { language: 'ta', key: 3 },
      ],
      personByKey: true,
    });
    expect(said.map(({ language }) => language)).toEqual(['en', 'en', 'hi', 'en']);
    expect(said[0]?.text).toMatch(/North Clinic.*automatic assistant.*written down/);
    expect(said[1]?.text).toContain('zero');
    expect(said[2]?.text).toContain('2');
    expect(greetingOf('x', 'ta', { others: [], personByKey: false }).every(({ language }) => language === 'en')).toBe(true);
    for (const make of [welcomeIn, notHeardIn]) {
      expect(make('hi-IN')[0]?.text).toMatch(/\p{Script=Devanagari}/u);
      expect(make('ta')).toEqual([]);
    }
  });
});
