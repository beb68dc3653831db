import type { Caller } from '../../domain/access/caller.ts';
import { makeLineNoise } from '../../domain/voice/line-noise.ts';
import type { VoicePart } from '../../domain/voice/outgoing.ts';
import { type LineFormat, type LineWriter, makeLineReader, makeLineWriter } from '../../domain/voice/sound-format.ts';
import type { PhoneCall, Telephone } from '../../domain/voice/telephone.ts';
import type { OpenVoice } from '../../domain/voice/voice.ts';
import type { Clock } from '../../shared/clock.ts';
import { newId } from '../../shared/ids.ts';
import { describeError, type Log } from '../../shared/log.ts';
import { FRAME_MS, makePacedSound } from './paced-sound.ts';

/** A telephone line, as an exchange offers it: frames of 20 ms, one every 20 ms. */
export interface PhoneLine {
  readonly format: LineFormat;
  /** The byte that is silence on it. */
  readonly silence: number;
  /** How far frames may run ahead of the ear. */
  readonly leadMs: number;
  readonly feedsSilence: boolean;
  frame(bytes: Uint8Array): void;
  /** Asks to be told (`marked`) when all that was sent has been played; a line that cannot tell has no such thing. */
  mark?(name: string): void;
  /** Drops what was sent and has not been played. */
  clear?(): void;
  /** Gives the call back to its exchange. */
  close(): void;
}

export interface HeldCall {
  /** Sound in the line's form, at its own rate unless it is said. */
  hear(bytes: Uint8Array, rate?: number): void;
  digit(key: string): void;
  marked(name: string): void;
  /** The caller has hung up, or the line is gone. */
  gone(): void;
  /** Resolves when all is kept: `desk`, when the caller is to be put through to a person. Never rejects. */
  readonly over: Promise<'desk' | 'over'>;
}

export interface PhoneParts {
  readonly telephone: Telephone;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes one of the calls of this minute from this number. Throws `rate-limited`. */
  readonly limit: (from: string) => void;
}

/** Sound that comes while the conversation is being opened is kept and heard. */
const EARLY_FRAMES = 500;
/** The line is asked so often how much it has played. */
const MARK_MS = 200;
/** A handover whose sentence does not end, or does not sound, is carried out all the same. */
const PATIENCE_MS = 20_000;
const SOUNDLESS_MS = 2_000;
/** So long a second key is waited for. */
const NEXT_KEY_MS = 1_200;
const MOST_KEYS = 30;

/** Who telephones is a guest of the hospital, for as long as the call lasts. */
export function callerOnLine(hospitalId: string, requestId: string, signal: AbortSignal): Caller {
  return { userId: `phone:${newId()}`, hospitalId, role: 'guest', via: 'telephony', requestId, signal };
}

/** A call between its line and its conversation. It knows no exchange, and has no opinion on what is said. */
export function holdCall(
  { telephone, clock, log, limit }: PhoneParts,
  hospitalId: string,
  from: string | undefined,
  line: PhoneLine,
): HeldCall {
  const stop = new AbortController();
  const requestId = newId();
  const { encoding, sampleRate } = line.format;
  const read = makeLineReader(line.format);
  const overNoise = makeLineNoise();
  const frameBytes = (sampleRate / 1_000) * FRAME_MS * (encoding === 'mulaw' ? 1 : 2);
  const paced = makePacedSound({
    clock,
    frameBytes,
    silence: line.silence,
    leadMs: line.leadMs,
    feedsSilence: line.feedsSilence,
    send: sendFrame,
    signal: stop.signal,
  });
  let early: { readonly samples: Int16Array; readonly rate: number }[] = [];
  let earlyKeys: string[] = [];
  let call: PhoneCall | undefined;
  let open: OpenVoice | undefined;
  let switching: Promise<OpenVoice | undefined> | undefined;
  let current: { messageId: string; writer: LineWriter } | undefined;
  /** The caller will be put through when what is being said has been said. */
  let leaving = false;
  let typing: { readonly keys: string; readonly stop: AbortController } | undefined;
  let isGone = false;
  let how: 'desk' | 'over' = 'over';

  function sendFrame(frame: Uint8Array, sentMs: number): void {
    line.frame(frame);
    if (sentMs > 0 && sentMs % MARK_MS === 0 && current) report(current.messageId, sentMs);
  }

  function report(messageId: string, sentMs: number): void {
    if (line.mark) line.mark(`${messageId}:${sentMs}`);
    else open?.session.played(sentMs);
  }

  function silenceNow(): void {
    current = undefined;
    paced.clear();
    line.clear?.();
  }

  async function putThrough(): Promise<void> {
    if (how === 'desk' || isGone) return;
    how = 'desk';
    await call?.end({ toDesk: true });
  }

  /** What is said is said to its end before the caller is put through. */
  function leaveSoon(): void {
    if (leaving || call?.desk == null) return;
    leaving = true;
    later(PATIENCE_MS, putThrough);
  }
  function later(ms: number, work: () => Promise<void>): void {
    void clock.sleep(ms, stop.signal).then(work, () => {});
  }

  async function tell(part: VoicePart): Promise<void> {
    switch (part.type) {
      case 'sound-start':
        current = { messageId: part.messageId, writer: makeLineWriter(line.format, { firstMs: FRAME_MS, laterMs: FRAME_MS }) };
        paced.begin();
        break;
      case 'sound': {
        if (current?.messageId !== part.messageId) break;
        const chunk = current.writer.push(part);
        if (chunk) paced.push(chunk.bytes);
        await paced.room();
        break;
      }
      case 'sound-end': {
        if (current?.messageId !== part.messageId) break;
        const { messageId, writer } = current;
        const last = writer.end();
        if (last) paced.push(last.bytes);
        paced.mark(() => {
          report(messageId, writer.durationMs());
          if (leaving) later(line.leadMs + 100, putThrough);
        });
        break;
      }
      case 'interrupted':
        silenceNow();
        if (leaving) await putThrough();
        break;
      case 'handover':
        if (part.state === 'requested') leaveSoon();
        break;
      case 'answer':
        if (leaving && part.isFinal) {
          const { messageId } = part;
          later(SOUNDLESS_MS, async () => (current?.messageId === messageId ? undefined : putThrough()));
        }
        break;
      case 'error':
        log.warn({ requestId, hospitalId, error: describeError(part.error) }, 'telephone.error');
        break;
      default:
    }
  }

  async function converse(): Promise<void> {
    limit(from ?? 'withheld');
    call = await telephone.answer(callerOnLine(hospitalId, requestId, new AbortController().signal), from);
    open = call.open;
    log.info({ requestId, hospitalId, sessionId: open.opened.session.id }, 'telephone.answered');
    if (isGone) return;
    for (const { samples, rate } of early.splice(0)) open.session.hear(samples, rate);
    for (const key of earlyKeys.splice(0)) press(key);
    for (let talking: OpenVoice | undefined = open; talking; ) {
      let handedOn = false;
      for await (const part of talking.session.parts) {
        if (part.type === 'ended') {
          handedOn = part.reason === 'taken_over';
          if (part.reason !== 'ended' && part.reason !== 'timed_out' && part.reason !== 'consultation_ended' && !handedOn) how = 'desk';
        } else await tell(part);
      }
      if (!handedOn || !switching) return;
      silenceNow();
      talking = await switching;
      switching = undefined;
      if (talking) open = talking;
    }
  }

  /** One key is a wish, several in a row are a number that somebody would rather key in than say. */
  function press(key: string): void {
    if (!/^[\d#*]$/.test(key)) return;
    const before = typing;
    typing = { keys: ((before?.keys ?? '') + key).slice(0, MOST_KEYS), stop: new AbortController() };
    before?.stop.abort();
    const { stop: more } = typing;
    const waitMs = key === '#' ? 0 : NEXT_KEY_MS;
    void clock.sleep(waitMs, AbortSignal.any([more.signal, stop.signal])).then(typed, () => {});
  }
  function typed(): void {
    const keys = typing?.keys.replace(/\D/g, '') ?? '';
    typing = undefined;
    if (keys.length === 1) wish(keys);
    else if (keys.length > 1) open?.session.type(keys);
  }

  function wish(key: string): void {
    if (!call || !open) return;
    if (key === '0') open.session.handOver();
    const nth = Number(key);
    if (nth < 1 || switching) return;
    const changing = call.speakBy(nth).catch((error: unknown) => {
      log.warn({ requestId, hospitalId, error: describeError(error) }, 'telephone.language-not-changed');
      return undefined;
    });
    switching = changing;
    void changing.then((next) => {
      // Where nothing changed, nobody waits for it.
      if (next === undefined && switching === changing) switching = undefined;
    });
  }

  const over = converse()
    .catch((error: unknown) => {
      // Whoever cannot be heard by the machine is put through to a person, where there is one.
      how = 'desk';
      log.warn({ requestId, hospitalId, error: describeError(error) }, 'telephone.not-answered');
    })
    .then(() => call?.end({ toDesk: false }))
    .then(() => {
      stop.abort();
      if (!isGone) line.close();
      log.info({ requestId, hospitalId, how: isGone ? 'hung-up' : how }, 'telephone.over');
      return how;
    });

  return {
    hear(bytes, rate = sampleRate) {
      const samples = overNoise(read(bytes));
      if (open) open.session.hear(samples, rate);
      else if (early.length < EARLY_FRAMES) early.push({ samples, rate });
    },
    digit(key) {
      if (open) press(key);
      else if (earlyKeys.length < 10) earlyKeys.push(key);
    },
    marked(name) {
      // What a cleared reply had asked for comes back as well.
      const [messageId, ms] = name.split(':');
      if (current && messageId === current.messageId && /^\d+$/.test(ms ?? '')) open?.session.played(Number(ms));
    },
    gone() {
      if (isGone) return;
      isGone = true;
      current = undefined;
      paced.clear();
      early = [];
      earlyKeys = [];
      void call?.end({ toDesk: false });
    },
    over,
  };
}
