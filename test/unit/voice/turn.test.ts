import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  nobodySpeaks,
  step,
  type TurnCommand,
  type TurnEvent,
  type TurnPolicy,
  type TurnState,
  turnPolicy,
} from '../../../src/domain/voice/turn.ts';

/**
 * Turn-taking as a table: what happens, in order, and all that is to be done about it. Written short:
 * `on 1000` somebody speaks (`quiet 1000`: below the bar), `pause`, `resume`, `off`; `~ words` a partial, `= words` a final (heard until
 * the last time named); `type words`, `tape words` (a recording), `commit`, `flushed`, `button`; `says words` the reply; `played 3000`;
 * `endpoint`, `barge-in`, `longest` at a time: that timer fires.
 */
const table: readonly (readonly [name: string, events: string, commands: string, policy?: Partial<TurnPolicy>])[] = [
  // A turn
  ['speech alone does nothing but show', 'on 0', 'started, arm longest 90000'],
  ['noise without words ends as it began', 'on 0 | off 500', 'started, arm longest 90000, stopped'],
  ['words are shown while they come', 'on 0 | ~ I have', 'started, arm longest 90000, partial I have'],
  ['a final waits for the end of speech', 'on 0 | = I have a cough', 'started, arm longest 90000, final I have a cough'],
  [
    'after speech there is patience',
    'on 0 | = I have a cough | off 900',
    'started, arm longest 90000, final I have a cough, stopped, arm endpoint 1500',
  ],
  [
    'then the answer',
    'on 0 | = I have a cough | off 900 | endpoint 1500',
    'started, arm longest 90000, final I have a cough, stopped, arm endpoint 1500, reply I have a cough',
  ],
  [
    'who goes on is waited for',
    'on 0 | = I have a cough | off 900 | on 1300',
    'started, arm longest 90000, final I have a cough, stopped, arm endpoint 1500, started',
  ],
  [
    'and both parts are one turn',
    'on 0 | = I have a cough | off 900 | on 1300 | = and a fever | off 2000 | endpoint 2600',
    '… reply I have a cough and a fever',
  ],
  ['a timer that fires while they speak again does nothing', 'on 0 | = I have a cough | off 900 | on 1300 | endpoint 1500', '… started'],
  ['an endpoint with nothing said does nothing', 'endpoint 10', ''],
  [
    'a final after the end of its speech starts the patience itself',
    'on 0 | off 900 | = I have a cough',
    '… final I have a cough, arm endpoint 1500',
  ],
  ['an empty final is nothing', 'on 0 | = | off 500', 'started, arm longest 90000, stopped'],
  [
    'two turns do not mix',
    'on 0 | = hello doctor | off 900 | endpoint 1500 | played 2000 | on 5000 | = my knee hurts | off 6000 | endpoint 6600',
    '… reply my knee hurts',
  ],

  // Patience
  ['an unfinished sentence gets longer', 'on 0 | = I have a cough and | off 900', '… arm endpoint 2000'],
  ['in Hindi as well', 'on 0 | = मेरे पेट में दर्द है और | off 900', '… arm endpoint 2000'],
  ['in Latin letters as well', 'on 0 | = mujhe bukhar hai aur | off 900', '… arm endpoint 2000'],
  ['a hesitation is no end', 'on 0 | = I think it is um | off 900', '… arm endpoint 2000'],
  ['a comma is no end', 'on 0 | = Since yesterday, | off 900', '… arm endpoint 2000'],
  ['a number that is being told gets the longest', 'on 0 | = my number is nine eight seven six | off 900', '… arm endpoint 2400'],
  ['digits as digits', 'on 0 | = my number is 9876 | off 900', '… arm endpoint 2400'],
  ['a whole number needs no more', 'on 0 | = 98765 43210 | off 900', '… arm endpoint 1500'],
  [
    'a few digits, when a number was asked for',
    'type book me | says What is your phone number? | played 900 | on 2000 | = nine eight | off 2900',
    '… arm endpoint 4400',
  ],
  ['a few digits without the question are just words', 'on 0 | = I took two | off 900', '… arm endpoint 1500'],
  [
    'a client may name its own pause',
    'on 0 | = I have a cough | off 900',
    '… arm endpoint 1200',
    { patience: { settledMs: 300, unfinishedMs: 800, digitsMs: 1_200, interruptingMs: 300 } },
  ],
  [
    'who interrupts is answered as soon',
    'type hello | says Please wait a moment while I look. | on 1000 | = stop that now | off 1900',
    '… arm endpoint 2500',
  ],

  // A very long turn
  ['nobody speaks for ever', 'on 0 | ~ and then | longest 90000', '… flush'],
  ['what was said until then is answered', 'on 0 | = and then he | longest 90000 | flushed 90100', '… flush, stopped, reply and then he'],
  ['a limit that passes in silence does nothing', 'longest 90000', ''],

  // Barge-in
  ['speech while a reply plays is told, and timed', 'type hi | says One two three four. | on 1000', 'reply hi, started, arm barge-in 1700'],
  ['speech that lasts stops it', 'type hi | says One two three four. | on 1000 | barge-in 1600', '… barge-in, arm longest 91000'],
  [
    'a cough does not: it is over before',
    'type hi | says One two three four. | on 1000 | pause 1200 | off 1200 | barge-in 1600',
    'reply hi, started, arm barge-in 1700, stopped',
  ],
  [
    'a pause stops the clock',
    'type hi | says One two three four. | on 1000 | pause 1300 | barge-in 1600',
    'reply hi, started, arm barge-in 1700',
  ],
  [
    'and going on starts it where it stood',
    'type hi | says One two three four. | on 1000 | pause 1300 | resume 1500',
    '… arm barge-in 1900',
  ],
  [
    'two breaths add up',
    'type hi | says One two three. | on 1000 | pause 1300 | resume 1500 | pause 1700 | resume 2000',
    '… arm barge-in 2200',
  ],
  [
    'words stop it sooner',
    'type hi | says One two three four. | on 1000 | ~ wait please',
    '… barge-in, arm longest 91000, partial wait please',
  ],
  [
    'one word that may still grow does not yet',
    'type hi | says One two three four. | on 1000 | ~ wait',
    'reply hi, started, arm barge-in 1700',
  ],
  [
    'but it does when it is all there is',
    'type hi | says One two three four. | on 1000 | = stop | off 1300',
    '… barge-in, arm longest 91000, final stop, stopped, arm endpoint 1900',
  ],
  ['and it is answered', 'type hi | says One two three four. | on 1000 | = stop | off 1300 | endpoint 1900', '… reply stop'],
  ['the button stops it', 'type hi | says One two three four. | button', 'reply hi, barge-in'],
  ['the button twice stops it once', 'type hi | says One two three. | button | button', 'reply hi, barge-in'],
  ['the button in silence does nothing', 'button', ''],
  [
    'speech before the first sound cancels the answer as well',
    'type hi | on 1000 | ~ no wait I',
    '… barge-in, arm longest 91000, partial no wait I',
  ],
  [
    'typing stops it and is answered',
    'type hi | says One two three four. | type what about tomorrow',
    'reply hi, barge-in, reply what about tomorrow',
  ],
  [
    'what was said but not answered goes with what is typed',
    'on 0 | = my name is Asha | off 900 | type Rao',
    '… reply my name is Asha Rao',
  ],
  [
    'after the stop the speech goes on as a turn',
    'type hi | says One two three four. | on 1000 | barge-in 1600 | ~ I meant | = I meant Friday | off 2500 | endpoint 3100',
    '… reply I meant Friday',
  ],
  [
    'a reply that was stopped is not stopped again',
    'type hi | says One two. | on 1000 | barge-in 1600 | barge-in 1700',
    '… arm longest 91000',
  ],

  // Back-channels
  [
    '"hm" leaves it uncut',
    'type hi | says One two three four. | on 1000 | = hm | off 1300',
    'reply hi, started, arm barge-in 1700, final hm, stopped',
  ],
  [
    '"yes" leaves it uncut',
    'type hi | says One two three four. | on 1000 | ~ yes | = yes | off 1300',
    'reply hi, started, arm barge-in 1700, final yes, stopped',
  ],
  [
    '"haan" leaves it uncut',
    'type hi | says Ek do teen. | on 1000 | = haan | off 1300',
    'reply hi, started, arm barge-in 1700, final haan, stopped',
  ],
  [
    '"achha" leaves it uncut',
    'type hi | says Ek do teen. | on 1000 | = achha ji | off 1300',
    'reply hi, started, arm barge-in 1700, final achha ji, stopped',
  ],
  [
    '"जी" leaves it uncut',
    'type hi | says एक दो तीन। | on 1000 | = जी हाँ | off 1300',
    'reply hi, started, arm barge-in 1700, final जी हाँ, stopped',
  ],
  [
    'an okay that is heard as "and ok" as well',
    'type hi | says One two three four. | on 1000 | ~ and ok | = and ok | off 1500',
    'reply hi, started, arm barge-in 1700, final and ok, stopped',
  ],
  [
    'several of them as well',
    'type hi | says One two three four. | on 1000 | ~ okay okay | off 1500',
    'reply hi, started, arm barge-in 1700, stopped',
  ],
  [
    '"yes but" is more than that',
    'type hi | says One two three four. | on 1000 | ~ yes but I',
    '… barge-in, arm longest 91000, partial yes but I',
  ],
  [
    'a murmur is no turn of its own',
    'type hi | says One two three four. | on 1000 | = hm | off 1300 | played 3000 | endpoint 3600',
    '… stopped',
  ],
  [
    'a "yes" into the end of a question is its answer',
    'type hi | says Do you have a fever? | on 1000 | = yes | off 1300 | played 2000',
    '… reply yes',
  ],
  ['long before its end it is not', 'type hi | says Do you have a fever? | on 1000 | = yes | off 1300 | played 5000', '… stopped'],
  ['and to a statement it is not', 'type hi | says You have a fever. | on 1000 | = yes | off 1300 | played 2000', '… stopped'],
  ['"yes" in silence is a turn', 'on 0 | = yes | off 300 | endpoint 900', '… reply yes'],

  // Echo
  ['below the bar nothing is told', 'type hi | says Please take a seat. | quiet 1000', 'reply hi'],
  ['nor does it stop anything by lasting', 'type hi | says Please take a seat. | quiet 1000 | barge-in 1600', 'reply hi'],
  [
    'but words of one’s own do, however quiet',
    'type hi | says Please take a seat. | quiet 1000 | ~ where is the',
    'reply hi, started, barge-in, arm longest 91000, partial where is the',
  ],
  [
    'the reply itself, heard by the microphone, is nothing',
    'type hi | says Please take a seat in the waiting room. | on 1000 | ~ please take a seat',
    'reply hi, started, arm barge-in 1700',
  ],
  [
    'also when it lasts',
    'type hi | says Please take a seat in the waiting room. | on 1000 | ~ please take a seat | barge-in 1600',
    '… arm barge-in 1900',
  ],
  [
    'a small word that stands in the reply as well is no echo',
    'type hi | says Sit down. I have told the staff. | on 1000 | ~ I | barge-in 1600',
    '… barge-in, arm longest 91000',
  ],
  [
    'also misheard',
    'type hi | says Please take a seat in the waiting room. | on 1000 | = please take a seed in the waiting | off 2000',
    'reply hi, started, arm barge-in 1700, stopped',
  ],
  [
    'an echo that turns into words of one’s own stops it',
    'type hi | says Please take a seat. | on 1000 | ~ please take | ~ please take it off my list I said',
    '… barge-in, arm longest 91000, partial please take it off my list I said',
  ],
  [
    'the last words, still in the room when it is over, are nothing',
    'type hi | says Please take a seat in the waiting room. | played 3000 | on 3100 | = in the waiting room | off 3600 | endpoint 4200',
    'reply hi, started, arm longest 93100, stopped',
  ],
  [
    'said by a person later they are words',
    'type hi | says Please take a seat in the waiting room. | played 3000 | on 9000 | = in the waiting room | off 9900 | endpoint 10500',
    '… reply in the waiting room',
  ],
  [
    'in Hindi as well',
    'type hi | says कृपया थोड़ी देर यहीं रुकें। | on 1000 | = थोड़ी देर यहीं रुकें | off 2000',
    'reply hi, started, arm barge-in 1700, stopped',
  ],

  // The end of a reply
  ['when it has played there is silence', 'type hi | says One. | played 1000', 'reply hi'],
  [
    'who speaks across its end is heard',
    'type hi | says One two three four. | on 1000 | played 1300 | = my knee hurts | off 1900 | endpoint 2500',
    '… reply my knee hurts',
  ],
  [
    'also who began below the bar',
    'type hi | says One two three four. | quiet 1000 | played 1300 | = my knee hurts | off 1900',
    'reply hi, started, final my knee hurts, stopped, arm endpoint 2500',
  ],
  ['an end that is told twice is one', 'type hi | says One. | played 1000 | played 1100', 'reply hi'],

  // By hand
  [
    'with the button held, words are only drafts',
    'on 0 | ~ I have | = I have a cough | off 900',
    'started, arm longest 90000, partial I have, stopped',
    { byHand: true },
  ],
  ['no patience ends it', 'on 0 | = I have a cough | off 900 | endpoint 1500', 'started, arm longest 90000, stopped', { byHand: true }],
  ['letting go asks for the last words', 'on 0 | = I have a cough | off 900 | commit', '… stopped, flush', { byHand: true }],
  [
    'and then all of it is one turn',
    'on 0 | = I have a cough | off 900 | on 2000 | commit | = and fever | flushed 2600',
    '… flush, stopped, final I have a cough and fever, reply I have a cough and fever',
    { byHand: true },
  ],
  ['letting go of nothing asks to say it again', 'commit | flushed 100', 'flush, say-again', { byHand: true }],
  [
    'a "yes" by hand is an answer, also over a reply',
    'type hi | says One two three. | on 1000 | = yes | off 1300 | commit | flushed 1400',
    '… reply yes',
    { byHand: true },
  ],
  ['no limit ends it either', 'on 0 | longest 90000', 'started, arm longest 90000', { byHand: true }],

  // Lines that break
  [
    'sound that stops in mid-speech: what there is, is answered',
    'on 0 | ~ I have | = I have a | flushed 1000 | endpoint 1000',
    '… arm endpoint 1000, reply I have a',
  ],
  ['with no words it is nothing', 'on 0 | flushed 1000 | endpoint 1000', 'started, arm longest 90000, stopped'],
  [
    'during a reply it stops nothing',
    'type hi | says One two three. | on 1000 | flushed 1500 | barge-in 1600',
    'reply hi, started, arm barge-in 1700, stopped',
  ],
  ['a recording is a turn', 'tape I have a cough', 'final I have a cough, reply I have a cough'],
  [
    'a recording during a reply stops it',
    'tape hello | says One two. | tape I have a cough',
    '… barge-in, final I have a cough, reply I have a cough',
  ],
  ['commit ends a turn also where pauses do', 'on 0 | = I have a cough | commit | flushed 950', '… flush, stopped, reply I have a cough'],
];

describe('turn-taking', () => {
  test('the table is long enough to mean something', () => expect(table.length).toBeGreaterThanOrEqual(60));
  for (const [name, events, commands, policy] of table)
    test(name, () => {
      const done = run(events, { ...turnPolicy, ...policy });
      if (commands.startsWith('… ')) expect(`, ${done}`.endsWith(`, ${commands.slice(2)}`) ? commands : done).toBe(commands);
      else expect(done).toBe(commands);
    });

  test('whatever happens in whatever order: one reply at a time, and none without words', () => {
    const at = fc.integer({ min: 0, max: 20_000 });
    const words = fc.constantFrom('yes', 'hm', 'I have a cough', 'stop', 'one two three', 'और', '');
    const event: fc.Arbitrary<TurnEvent> = fc.oneof(
      fc.record({ type: fc.constant('voice-start' as const), atMs: at, loud: fc.boolean() }),
      fc.record({ type: fc.constantFrom('voice-pause', 'voice-resume', 'voice-end', 'flushed', 'playout-end'), atMs: at }),
      fc.record({ type: fc.constant('transcript-partial' as const), text: words }),
      fc.record({ type: fc.constant('transcript-final' as const), text: words, atMs: at }),
      fc.record({ type: fc.constant('whole-turn' as const), text: fc.constantFrom('hello', 'stop'), spoken: fc.boolean() }),
      fc.record({ type: fc.constantFrom('commit', 'interrupt') }),
      fc.record({ type: fc.constant('saying' as const), text: words }),
      fc.record({ type: fc.constant('timer' as const), name: fc.constantFrom('endpoint', 'barge-in', 'longest'), atMs: at }),
    ) as fc.Arbitrary<TurnEvent>;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.boolean(), (happened, byHand) => {
        let state: TurnState = nobodySpeaks;
        let replying = false;
        for (const one of happened) {
          const [next, commands] = step(state, one, { ...turnPolicy, byHand });
          for (const command of commands) {
            if (command.type === 'barge-in') {
              expect(replying).toBe(true);
              replying = false;
            }
            if (command.type === 'reply' || command.type === 'say-again') {
              expect(replying).toBe(false);
              replying = true;
            }
            if (command.type === 'reply') expect(command.utterance.trim()).not.toBe('');
          }
          if (one.type === 'playout-end' && next.phase !== 'replying') replying = false;
          expect(next.phase === 'replying').toBe(replying);
          expect(next.phase === 'hearing' && next.speech === undefined && !next.committing).toBe(false);
          state = next;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function run(written: string, policy: TurnPolicy): string {
  let state = nobodySpeaks;
  let latest = 0;
  const done: string[] = [];
  for (const line of written === '' ? [] : written.split('|').map((text) => text.trim())) {
    const [word = '', ...rest] = line.split(' ');
    const text = rest.join(' ');
    const atMs = /^\d+$/.test(text) ? Number(text) : latest;
    latest = atMs;
    const [next, commands] = step(state, eventOf(word, text, atMs), policy);
    state = next;
    for (const command of commands) if (command.type !== 'disarm') done.push(short(command));
  }
  return done.join(', ');
}

function eventOf(word: string, text: string, atMs: number): TurnEvent {
  switch (word) {
    case 'on':
    case 'quiet':
      return { type: 'voice-start', atMs, loud: word === 'on' };
    case 'pause':
    case 'resume':
      return { type: `voice-${word}`, atMs };
    case 'off':
      return { type: 'voice-end', atMs };
    case '~':
      return { type: 'transcript-partial', text };
    case '=':
      return { type: 'transcript-final', text, atMs };
    case 'type':
    case 'tape':
      return { type: 'whole-turn', text, spoken: word === 'tape' };
    case 'commit':
      return { type: 'commit' };
    case 'flushed':
      return { type: 'flushed', atMs };
    case 'button':
      return { type: 'interrupt' };
    case 'says':
      return { type: 'saying', text };
    case 'played':
      return { type: 'playout-end', atMs };
    case 'endpoint':
    case 'barge-in':
    case 'longest':
      return { type: 'timer', name: word, atMs };
    default:
      throw new Error(`no such event: ${word}`);
  }
}

function short(command: TurnCommand): string {
  switch (command.type) {
    case 'tell-speech':
      return command.started ? 'started' : 'stopped';
    case 'show-partial':
      return `partial ${command.text}`;
    case 'show-final':
      return `final ${command.text}`;
    case 'reply':
      return `reply ${command.utterance}`;
    case 'arm':
      return `arm ${command.timer} ${command.atMs}`;
    default:
      return command.type;
  }
}
