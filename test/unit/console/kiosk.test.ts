import { describe, expect, it } from 'vitest';
import { consultationOf } from '../../../src/console/captions/guest-token.ts';
import { nothingRead, readOn } from '../../../src/console/captions/read-along.ts';
import { idleState } from '../../../src/console/kiosk/idle.ts';
import { readKiosk, takeLink, writeKiosk } from '../../../src/console/kiosk/kiosk-record.ts';
import { afterWrong, isPin, isShut, MOST_TRIES, noTries, open, seal } from '../../../src/console/kiosk/pin-lock.ts';

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
}

describe('the PIN', () => {
  it('opens what it closed, and no other one does', async () => {
    const sealed = await seal('a refresh token', '123456');
    expect(JSON.stringify(sealed)).not.toContain('refresh');
    expect(await open(sealed, '123456')).toBe('a refresh token');
    expect(await open(sealed, '123457')).toBeUndefined();
    expect(await open({ ...sealed, text: `${sealed.text.slice(0, -4)}AAAA` }, '123456')).toBeUndefined();
    expect((await seal('a refresh token', '123456')).text).not.toBe(sealed.text);
  });

  it.each([
    ['123456', true],
    ['12345', false],
    ['12345a', false],
    ['', false],
    ['1234567890', true],
  ])('%j is one: %s', (text, is) => expect(isPin(text)).toBe(is));

  it('makes one wait after wrong tries, and shuts after the fifth', () => {
    let tries = noTries;
    const waits: number[] = [];
    for (let i = 0; i < MOST_TRIES; i++) {
      expect(isShut(tries)).toBe(false);
      tries = afterWrong(tries, 1_000);
      waits.push(tries.waitUntilMs - 1_000);
    }
    expect(waits).toEqual([0, 0, 10_000, 30_000, 0]);
    expect(isShut(tries)).toBe(true);
  });
});

describe('what a kiosk keeps', () => {
  const link = (consultationId: string, untilMs = 100) => ({ consultationId, sessionId: 's', token: `t-${consultationId}`, untilMs });

  it('gives each link once, and none that is too old', () => {
    const record = { links: [link('a', 5), link('b'), link('c')], sealed: undefined, tries: noTries };
    const first = takeLink(record, 10);
    expect(first.link?.consultationId).toBe('b');
    const second = takeLink(first.record, 10);
    expect(second.link?.consultationId).toBe('c');
    expect(takeLink(second.record, 10).link).toBeUndefined();
  });

  it('is still a kiosk when what it kept is damaged', () => {
    const storage = memory();
    expect(readKiosk(storage)).toBeUndefined();
    writeKiosk(storage, { links: [link('a')], sealed: undefined, tries: noTries });
    expect(readKiosk(storage)?.links).toHaveLength(1);
    storage.setItem('bedside.kiosk', '{');
    expect(readKiosk(storage)).toEqual({ links: [], sealed: undefined, tries: noTries });
    writeKiosk(storage, undefined);
    expect(readKiosk(storage)).toBeUndefined();
  });
});

describe('an empty chair', () => {
  it.each([
    [10_000, false, false, { forget: false, warnSeconds: undefined }],
    [50_000, false, false, { forget: false, warnSeconds: 10 }],
    [61_000, false, false, { forget: true, warnSeconds: 0 }],
    [61_000, false, true, { forget: false, warnSeconds: undefined }],
    [61_000, true, false, { forget: false, warnSeconds: undefined }],
    [301_000, true, false, { forget: true, warnSeconds: 0 }],
  ])('after %i ms, flagged %s, busy %s', (quietMs, flagged, busy, state) => expect(idleState(quietMs, { flagged, busy })).toEqual(state));
});

describe('captions', () => {
  const words = (text: string, is_final: boolean, message_id: string | null = null, sender_type: 'patient' | 'assistant' = 'patient') =>
    ({ event: 'words', data: { sender_type, text, is_final, language: 'en', message_id } }) as const;

  it('show words while they may change, and keep them when they do not', () => {
    const growing = readOn(readOn(nothingRead, words('I', false)), words('I have', false));
    expect(growing).toMatchObject({ lines: [], partial: { who: 'patient', text: 'I have' } });
    const kept = readOn(growing, words('I have a cough.', true, 'm1'));
    expect(kept.partial).toBeUndefined();
    expect(kept.lines.map(({ id, text }) => [id, text])).toEqual([['m1', 'I have a cough.']]);
    expect(readOn(kept, words('I have a cough.', true, 'm1')).lines).toHaveLength(1);
  });

  it('of an answer that was interrupted show what was heard', () => {
    const answered = readOn(nothingRead, words('Call 112 now. Sit down.', true, 'm2', 'assistant'));
    const cut = readOn(answered, { event: 'interrupted', data: { message_id: 'm2', heard_text: 'Call 112' } });
    expect(cut.lines[0]).toMatchObject({ text: 'Call 112', interrupted: true });
  });

  it('begin with what was said before, alarms included', () => {
    const flag = { code: 'chest_pain', severity: 'emergency', language: 'en', matched: 'x', advice: 'Call 112 now.' } as const;
    const view = readOn(nothingRead, {
      event: 'whole',
      data: {
        status: 'active',
        language: 'hi',
        messages: [
          {
            message_id: 'a',
            sender_type: 'patient',
            message_text: 'नमस्ते',
            sources: [],
            demonstration: false,
            interrupted: false,
            processing_time_ms: 0,
          },
        ],
        red_flags: [flag],
      },
    });
    expect(view).toMatchObject({ language: 'hi', flags: [flag], lines: [{ id: 'a', text: 'नमस्ते' }] });
  });
});

describe("a guest's token", () => {
  const token = (claims: unknown) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
  it('names its consultation', () => {
    expect(consultationOf(token({ cid: 'c1' }))).toBe('c1');
    for (const bad of ['', 'x', 'x.y.z', token({}), token({ cid: 7 })]) expect(consultationOf(bad)).toBeUndefined();
  });
});
