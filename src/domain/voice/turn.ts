import { asksForDigits, endpointMs, type Patience, patience } from './endpointing.ts';
import { isBackchannel, isEcho, speaksUp, wordsOf } from './own-words.ts';

/**
 * Who has the word. One pure step from what happened to what is to be done: no clock, no engine, no socket. All times are
 * milliseconds of one clock, and a timer that fires when it means nothing any more does nothing.
 *
 *   idle -> hearing -> settling -> replying -> idle          (replying -> hearing is barge-in)
 */
export type TurnEvent =
  /** Somebody speaks, since `atMs`. `loud` = above the bar that holds while a reply plays. */
  | { readonly type: 'voice-start'; readonly atMs: number; readonly loud: boolean }
  | { readonly type: 'voice-pause'; readonly atMs: number }
  | { readonly type: 'voice-resume'; readonly atMs: number }
  | { readonly type: 'voice-end'; readonly atMs: number }
  | { readonly type: 'transcript-partial'; readonly text: string }
  | { readonly type: 'transcript-final'; readonly text: string; readonly atMs: number }
  /** A turn that comes as a whole: written, or a recording of one. */
  | { readonly type: 'whole-turn'; readonly text: string; readonly spoken: boolean }
  /** Push-to-talk: the button was let go. `flushed` follows when the last words are in. */
  | { readonly type: 'commit' }
  | { readonly type: 'flushed'; readonly atMs: number }
  | { readonly type: 'interrupt' }
  /** What the reply says, piece by piece, before it sounds. */
  | { readonly type: 'saying'; readonly text: string }
  | { readonly type: 'playout-end'; readonly atMs: number }
  | { readonly type: 'timer'; readonly name: TurnTimer; readonly atMs: number };

/** `endpoint`: patience after speech. `barge-in`: speech has lasted. `longest`: one turn may not go on for ever. */
export type TurnTimer = 'endpoint' | 'barge-in' | 'longest';

export type TurnCommand =
  | { readonly type: 'tell-speech'; readonly started: boolean; readonly atMs: number }
  | { readonly type: 'show-partial'; readonly text: string }
  | { readonly type: 'show-final'; readonly text: string }
  /** `spoken` = heard and not typed. */
  | { readonly type: 'reply'; readonly utterance: string; readonly spoken: boolean }
  /** Stop model, voice and queue; keep what was heard of the reply. */
  | { readonly type: 'barge-in' }
  /** Have the recogniser give what it has. */
  | { readonly type: 'flush' }
  /** A turn was ended by hand, and there are no words in it. */
  | { readonly type: 'say-again' }
  | { readonly type: 'arm'; readonly timer: TurnTimer; readonly atMs: number }
  | { readonly type: 'disarm'; readonly timer: TurnTimer };

export interface TurnState {
  readonly phase: 'idle' | 'hearing' | 'settling' | 'replying';
  /** Final words that nobody has answered yet. */
  readonly draft: string;
  readonly partial: string;
  /** Speech that has not ended; `spokenMs` of it lie before `sinceMs`. */
  readonly speech: { readonly sinceMs: number; readonly spokenMs: number; readonly paused: boolean; readonly loud: boolean } | undefined;
  /** The client was told that somebody speaks. */
  readonly told: boolean;
  /** What the reply says; it stays for the echo that comes after it, and for what it asked. */
  readonly said: string;
  /** A "yes" into the end of a question may be its answer. */
  readonly murmur: { readonly text: string; readonly atMs: number } | undefined;
  /** When the last reply fell silent; speech that began about then may be its echo. */
  readonly silentSinceMs: number | undefined;
  /** The words of this turn cut a reply short. */
  readonly interrupting: boolean;
  readonly committing: boolean;
}

export interface TurnPolicy {
  readonly patience: Patience;
  /** Push-to-talk: only `commit` ends a turn. */
  readonly byHand: boolean;
  /** So long after its beginning speech stops a reply, whatever its words: 600 ms of it, and 100 in which a pause becomes known. */
  readonly bargeInMs: number;
  readonly longestMs: number;
  /** A murmur so shortly before the end of a question answers it. */
  readonly murmurMs: number;
}

export const turnPolicy: TurnPolicy = { patience, byHand: false, bargeInMs: 700, longestMs: 90_000, murmurMs: 1_200 };

export const nobodySpeaks: TurnState = {
  phase: 'idle',
  draft: '',
  partial: '',
  speech: undefined,
  told: false,
  said: '',
  murmur: undefined,
  silentSinceMs: undefined,
  interrupting: false,
  committing: false,
};

type Step = readonly [TurnState, readonly TurnCommand[]];

export function step(state: TurnState, event: TurnEvent, policy: TurnPolicy = turnPolicy): Step {
  switch (event.type) {
    case 'voice-start':
      return voiceStart(state, event.atMs, event.loud, policy);
    case 'voice-pause':
      return state.speech && !state.speech.paused
        ? [{ ...state, speech: { ...state.speech, spokenMs: spokenBy(state.speech, event.atMs), paused: true } }, disarm('barge-in')]
        : [state, []];
    case 'voice-resume':
      return voiceResume(state, event.atMs, policy);
    case 'voice-end':
      return voiceEnd(state, event.atMs, policy);
    case 'transcript-partial':
      return partial(state, event.text, policy);
    case 'transcript-final':
      return final(state, event.text, event.atMs, policy);
    case 'whole-turn':
      return wholeTurn(state, event.text, event.spoken);
    case 'commit':
      return [{ ...state, committing: true }, [{ type: 'flush' }]];
    case 'flushed':
      return flushed(state, event.atMs, policy);
    case 'interrupt':
      return state.phase === 'replying' ? bargeIn(state, policy) : [state, []];
    case 'saying':
      return [{ ...state, said: join(state.said, event.text) }, []];
    case 'playout-end':
      return playoutEnd(state, event.atMs, policy);
    case 'timer':
      return timer(state, event.name, event.atMs, policy);
  }
}

function voiceStart(state: TurnState, atMs: number, loud: boolean, policy: TurnPolicy): Step {
  const speech = { sinceMs: atMs, spokenMs: 0, paused: false, loud };
  if (state.phase === 'replying') {
    if (!loud) return [{ ...state, speech, partial: '' }, []];
    return [
      { ...state, speech, partial: '', told: true },
      [{ type: 'tell-speech', started: true, atMs }, arm('barge-in', atMs + policy.bargeInMs)],
    ];
  }
  const first = state.draft === '' ? [arm('longest', atMs + policy.longestMs)] : [];
  return [
    { ...state, phase: 'hearing', speech, partial: '', told: true },
    [{ type: 'tell-speech', started: true, atMs }, ...disarm('endpoint'), ...first],
  ];
}

function voiceResume(state: TurnState, atMs: number, policy: TurnPolicy): Step {
  const { speech } = state;
  if (!speech?.paused) return [state, []];
  const waits = state.phase === 'replying' && speech.loud;
  return [
    { ...state, speech: { ...speech, sinceMs: atMs, paused: false } },
    waits ? [arm('barge-in', atMs + Math.max(0, policy.bargeInMs - speech.spokenMs))] : [],
  ];
}

function voiceEnd(state: TurnState, atMs: number, policy: TurnPolicy): Step {
  const quiet: TurnState = { ...state, speech: undefined, partial: '', told: false };
  const told: TurnCommand[] = state.told ? [{ type: 'tell-speech', started: false, atMs }] : [];
  if (state.phase === 'replying') return [quiet, [...told, ...disarm('barge-in')]];
  if (state.draft === '' || policy.byHand || state.committing)
    return [{ ...quiet, phase: state.draft === '' ? 'idle' : 'settling' }, [...told, ...(state.draft === '' ? disarm('longest') : [])]];
  return [{ ...quiet, phase: 'settling' }, [...told, arm('endpoint', atMs + waitAfter(state, policy))]];
}

function partial(state: TurnState, text: string, policy: TurnPolicy): Step {
  if (policy.byHand && state.phase !== 'replying') return [{ ...state, partial: text }, [{ type: 'show-partial', text }]];
  if (state.phase !== 'replying') {
    if (isTail(state, text)) return [{ ...state, partial: text }, []];
    return [{ ...state, partial: text }, [{ type: 'show-partial', text }]];
  }
  const heard = { ...state, partial: text };
  if (isEcho(text, state.said) || !speaksUp(text)) return [heard, []];
  const [next, commands] = bargeIn(heard, policy);
  return [next, [...commands, { type: 'show-partial', text }]];
}

function final(state: TurnState, text: string, atMs: number, policy: TurnPolicy): Step {
  if (text.trim() === '') return [{ ...state, partial: '' }, []];
  const shown: TurnCommand[] = policy.byHand ? [] : [{ type: 'show-final', text }];
  if (state.phase === 'replying') {
    // Whoever holds a button down means to be heard.
    if (!policy.byHand) {
      const murmur = { text, atMs };
      if (isEcho(text, state.said)) return [{ ...state, partial: '', murmur: isShort(text) ? murmur : state.murmur }, []];
      if (isBackchannel(text)) return [{ ...state, partial: '', murmur }, shown];
    }
    const [stopped, commands] = bargeIn(state, policy);
    const [next, more] = final(stopped, text, atMs, policy);
    return [next, [...commands, ...more]];
  }
  if (isTail(state, text)) return [{ ...state, partial: '' }, []];
  const next = { ...state, draft: join(state.draft, text), partial: '' };
  // Words that come after their speech has ended, as from a slow recogniser.
  const late = state.speech === undefined && !policy.byHand && !state.committing;
  return late ? [{ ...next, phase: 'settling' }, [...shown, arm('endpoint', atMs + waitAfter(next, policy))]] : [next, shown];
}

function wholeTurn(state: TurnState, text: string, spoken: boolean): Step {
  const stop: TurnCommand[] = state.phase === 'replying' ? [{ type: 'barge-in' }, ...disarm('barge-in')] : [];
  const shown: TurnCommand[] = spoken ? [{ type: 'show-final', text }] : [];
  const [next, commands] = replyTo({ ...state, draft: join(state.draft, text) }, spoken || state.draft !== '');
  return [next, [...stop, ...shown, ...commands]];
}

function flushed(state: TurnState, atMs: number, policy: TurnPolicy): Step {
  // Whoever was still speaking is not heard any more.
  const told: TurnCommand[] = state.told ? [{ type: 'tell-speech', started: false, atMs }] : [];
  const quiet: TurnState = { ...state, committing: false, speech: undefined, partial: '', told: false };
  if (state.phase === 'replying') return [quiet, [...told, ...disarm('barge-in')]];
  if (!state.committing) {
    if (state.draft === '') return [{ ...quiet, phase: 'idle' }, [...told, ...disarm('longest')]];
    return [{ ...quiet, phase: 'settling' }, [...told, ...(policy.byHand ? [] : [arm('endpoint', atMs)])]];
  }
  if (state.draft === '') return [{ ...quiet, phase: 'replying', said: '' }, [...told, { type: 'say-again' }, ...disarm('longest')]];
  const shown: TurnCommand[] = policy.byHand ? [{ type: 'show-final', text: state.draft }] : [];
  const [next, commands] = replyTo(quiet, true);
  return [next, [...told, ...shown, ...commands]];
}

function playoutEnd(state: TurnState, atMs: number, policy: TurnPolicy): Step {
  if (state.phase !== 'replying') return [state, []];
  const over: TurnState = { ...state, phase: state.speech ? 'hearing' : 'idle', murmur: undefined, silentSinceMs: atMs };
  const { murmur } = state;
  const asked = /[?？]\s*$/.test(state.said.trim());
  if (!state.speech && asked && murmur && atMs - murmur.atMs <= policy.murmurMs && !policy.byHand)
    return replyTo({ ...over, draft: murmur.text }, true);
  const unheard: TurnCommand[] = state.speech && !state.told ? [{ type: 'tell-speech', started: true, atMs: state.speech.sinceMs }] : [];
  return [{ ...over, told: state.told || unheard.length > 0 }, [...unheard, ...disarm('barge-in')]];
}

function timer(state: TurnState, name: TurnTimer, atMs: number, policy: TurnPolicy): Step {
  if (name === 'endpoint') return state.phase === 'settling' && !policy.byHand ? replyTo(state, true) : [state, []];
  if (name === 'longest') {
    if (policy.byHand || state.committing || (state.phase !== 'hearing' && state.phase !== 'settling')) return [state, []];
    return [{ ...state, committing: true }, [{ type: 'flush' }]];
  }
  const { speech } = state;
  if (state.phase !== 'replying' || !speech || speech.paused || !speech.loud) return [state, []];
  // What sounds like the reply itself is looked at again when there is more of it.
  if (hasWeight(state.partial) && isEcho(state.partial, state.said)) return [state, [arm('barge-in', atMs + ECHO_LOOK_MS)]];
  return bargeIn(state, policy);
}

const ECHO_LOOK_MS = 300;
/** "I" or "to" stand in every reply: they are no sign of its echo. */
const hasWeight = (partial: string) => wordsOf(partial).some((word) => word.length > 3);

function bargeIn(state: TurnState, { longestMs }: TurnPolicy): Step {
  const { speech } = state;
  const telling: TurnCommand[] = speech && !state.told ? [{ type: 'tell-speech', started: true, atMs: speech.sinceMs }] : [];
  return [
    { ...state, phase: speech ? 'hearing' : 'idle', murmur: undefined, interrupting: true, told: speech !== undefined },
    [...telling, { type: 'barge-in' }, ...disarm('barge-in'), ...(speech ? [arm('longest', speech.sinceMs + longestMs)] : [])],
  ];
}

function replyTo(state: TurnState, spoken: boolean): Step {
  return [
    {
      ...state,
      phase: 'replying',
      draft: '',
      partial: '',
      said: '',
      murmur: undefined,
      silentSinceMs: undefined,
      interrupting: false,
      committing: false,
    },
    [...disarm('endpoint'), ...disarm('longest'), { type: 'reply', utterance: state.draft, spoken }],
  ];
}

function waitAfter(state: TurnState, { patience }: TurnPolicy): number {
  return endpointMs(state.draft, { expectsDigits: asksForDigits(state.said), interrupting: state.interrupting }, patience);
}

function spokenBy(speech: NonNullable<TurnState['speech']>, atMs: number): number {
  return speech.spokenMs + Math.max(0, atMs - speech.sinceMs);
}

/** The last words of a reply, which still sounded in the room when somebody seemed to begin. */
function isTail({ draft, speech, silentSinceMs, said }: TurnState, text: string): boolean {
  return (
    draft === '' &&
    !isShort(text) &&
    speech !== undefined &&
    silentSinceMs !== undefined &&
    speech.sinceMs < silentSinceMs + ECHO_TAIL_MS &&
    isEcho(text, said.split(/\s+/).slice(-12).join(' '))
  );
}

const ECHO_TAIL_MS = 300;

const isShort = (text: string) => text.trim().split(/\s+/).length <= 2;
const join = (before: string, text: string) => `${before} ${text.trim()}`.trim();
const arm = (timer: TurnTimer, atMs: number): TurnCommand => ({ type: 'arm', timer, atMs });
const disarm = (timer: TurnTimer): TurnCommand[] => [{ type: 'disarm', timer }];
