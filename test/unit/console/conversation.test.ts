import { describe, expect, it } from 'vitest';
import { nextPress } from '../../../src/console/talk/big-button.ts';
import { type Conversation, type Happening, noConversation, step } from '../../../src/console/talk/conversation.ts';
import { abilitiesOf } from '../../../src/console/talk/language-abilities.ts';
import { readMessage, type ServerMessage } from '../../../src/console/talk/messages.ts';
import { mouthAt } from '../../../src/console/talk/mouth.ts';
import { afterClose } from '../../../src/console/talk/reconnect.ts';

const heard = (message: ServerMessage): Happening => ({ type: 'heard', message });
const run = (...happenings: Happening[]): Conversation => happenings.reduce(step, noConversation);
const connecting: Happening = { type: 'connecting', language: 'en', hears: true };
const ready = heard({
  type: 'session-ready',
  session_id: 's',
  consultation_id: 'c',
  language: 'en',
  engines: { stt: 'ears', llm: null, tts: 'voice' },
  languages: ['en'],
  voice: 'v',
  voices: ['v'],
  offline: true,
});
const said = (text: string, is_final: boolean, utterance_id = 'u1') =>
  heard({ type: 'transcript', text, is_final, language: 'en', utterance_id, demonstration: false });
const answer = (text: string, is_final: boolean, message_id = 'm1') => heard({ type: 'ai_response', text, is_final, message_id });
const flag = { type: 'red_flag', code: 'chest_pain', severity: 'emergency', language: 'hi', matched: 'x', advice: '112' } as const;

describe('a conversation', () => {
  it('shows partial words until the final ones stand', () => {
    const partial = run(connecting, ready, said('when', false), said('when are', false));
    expect(partial.partial?.text).toBe('when are');
    const final = step(partial, said('When are you open?', true));
    expect(final.partial).toBeUndefined();
    expect(final.lines.map(({ who, text }) => [who, text])).toEqual([['patient', 'When are you open?']]);
    expect(final.awaitsAnswer).toBe(true);
  });

  it('does not let the end of one utterance wipe the beginning of the next', () => {
    const state = run(connecting, ready, said('and then', false, 'u2'), said('First.', true, 'u1'));
    expect(state.partial?.text).toBe('and then');
  });

  it('puts the pieces of an answer together, and believes the whole text at its end', () => {
    const pieces = run(connecting, ready, said('Hi', true), answer('We are ', false), answer('open', false));
    expect(pieces.lines.at(-1)).toMatchObject({ text: 'We are open', final: false });
    expect(pieces.awaitsAnswer).toBe(false);
    const whole = step(pieces, answer('We are open. [1]', true));
    expect(whole.lines.at(-1)).toMatchObject({ text: 'We are open. [1]', final: true });
    expect(whole.lines).toHaveLength(2);
  });

  it('gives sources to the answer that follows them, and to no other', () => {
    const source = { id: 's', document_id: 'd', title: 'Hours', excerpt: 'nine', score: 1 };
    const state = run(connecting, ready, heard({ type: 'sources', sources: [source] }), answer('A', true), answer('B', true, 'm2'));
    expect(state.lines.map(({ sources }) => sources.length)).toEqual([1, 0]);
  });

  it('keeps of a stopped reply only what was heard, and takes nothing of it afterwards', () => {
    const stopped = run(
      connecting,
      ready,
      answer('A long answer', false),
      heard({ type: 'interrupted', message_id: 'm1', heard_text: 'A long' }),
    );
    const late = step(step(stopped, answer(' that goes on', false)), answer('A long answer that goes on', true));
    expect(late.lines).toEqual(stopped.lines);
    expect(late.lines[0]).toMatchObject({ text: 'A long', interrupted: true });
  });

  it('raises each flag once, and keeps it when the line drops and when it is over', () => {
    const state = run(connecting, ready, heard(flag), heard(flag), { type: 'dropped' }, ready, { type: 'ended' });
    expect(state.redFlags.map(({ code }) => code)).toEqual(['chest_pain']);
  });

  it('does not say twice what was typed', () => {
    const state = run(connecting, ready, { type: 'typed', text: 'Hello' }, answer('Hi', true), said('Hello ', true, 'u9'));
    expect(state.lines.filter(({ who }) => who === 'patient')).toHaveLength(1);
  });

  it('writes the time of a turn on its answer', () => {
    const metrics = { type: 'metrics', total_ms: 900, voice_to_voice_ms: 1_340 } as unknown as ServerMessage;
    const typed = { type: 'metrics', total_ms: 250, voice_to_voice_ms: null } as unknown as ServerMessage;
    const state = run(connecting, ready, answer('A', true), heard(metrics), answer('B', true, 'm2'), heard(typed));
    expect(state.lines.map(({ answeredInMs }) => answeredInMs)).toEqual([1_340, 250]);
  });

  it('goes on in the same session after a drop, with everything that was said', () => {
    const state = run(connecting, ready, said('Hello', true), { type: 'dropped' });
    expect(state).toMatchObject({ link: 'reconnecting', sessionId: 's', consultationId: 'c' });
    expect(step(state, ready).lines).toHaveLength(1);
  });

  it('ends when the box says so, and waits when the box only restarts', () => {
    expect(run(connecting, ready, heard({ type: 'session-ended', reason: 'timeout' })).link).toBe('ended');
    expect(run(connecting, ready, heard({ type: 'session-ended', reason: 'shutting_down' })).link).toBe('reconnecting');
    expect(run(connecting, ready, { type: 'ended' }, { type: 'dropped' }).link).toBe('ended');
  });

  it('labels what a demonstration made', () => {
    const state = run(connecting, ready, heard({ type: 'ai_response', text: 'A', is_final: true, message_id: 'm', demonstration: true }));
    expect(state.lines[0]?.demonstration).toBe(true);
  });

  it.each(['', 'null', '7', '[]', '{}', '{"type":7}', '{"type":'])('is not moved by %j', (text) =>
    expect(readMessage(text)).toBeUndefined(),
  );
  it('is not moved by a message that it does not know', () => {
    const state = run(connecting, ready);
    expect(step(state, heard({ type: 'something-new' } as unknown as ServerMessage))).toBe(state);
  });
});

describe('the large button', () => {
  const idle = { listening: false, sounding: false, microphoneWorks: true };
  it.each([
    ['idle', true, idle, 'start'],
    ['connecting', true, idle, 'connecting'],
    ['ready', true, { ...idle, listening: true }, 'finish'],
    ['ready', true, { ...idle, listening: true, sounding: true }, 'stop-reply'],
    ['ready', true, idle, 'listen'],
    ['ready', false, idle, 'finish'],
    ['reconnecting', true, idle, 'finish'],
    ['text-only', true, idle, 'finish'],
    ['ended', true, idle, 'again'],
  ] as const)('%s, hears %s, %j: %s', (link, hears, sound, press) => expect(nextPress({ link, hears }, sound)).toBe(press));
});

describe('a closed socket', () => {
  it.each([
    [1006, 0, { do: 'retry', inMs: 400, newToken: false }],
    [1012, 9, { do: 'retry', inMs: 8_000, newToken: false }],
    [4401, 0, { do: 'retry', inMs: 0, newToken: true }],
    [4401, 1, { do: 'sign-in' }],
    [4403, 0, { do: 'end' }],
    [4409, 0, { do: 'end' }],
    [4400, 0, { do: 'text-only' }],
    [4429, 0, { do: 'retry', inMs: 4_000, newToken: false }],
  ] as const)('%i at attempt %i', (code, attempt, next) => expect(afterClose(code, attempt)).toEqual(next));
});

describe('a mouth', () => {
  it('takes the shape of the moment, and follows loudness where there is none', () => {
    const visemes = [
      { at_ms: 0, id: 'closed' },
      { at_ms: 100, id: 'open' },
    ];
    expect(mouthAt(visemes, 50, 0).height).toBeLessThan(0.1);
    expect(mouthAt(visemes, 150, 0).height).toBeGreaterThan(0.5);
    expect(mouthAt([], 50, 0.2).height).toBeGreaterThan(mouthAt([], 50, 0.01).height);
    expect(mouthAt([{ at_ms: 0, id: 'unheard of' }], 50, 1).height).toBeLessThan(0.1);
  });
});

describe('the abilities of a language', () => {
  it('say plainly what cannot be done', () => {
    const language = { code: 'ta', name: 'Tamil', text: true, hear: null, speak: null, search: false, red_flags: false } as const;
    expect(abilitiesOf(language)).toEqual({
      can: ['ability.read-write'],
      cannot: ['ability.cannot-hear', 'ability.cannot-speak', 'ability.no-red-flags'],
    });
  });
});
