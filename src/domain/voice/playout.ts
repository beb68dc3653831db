/**
 * What a listener has really heard of a reply: its pieces of text laid out on the time of its sound, and how far the sound has played.
 * The client tells how much it played; from one that does not, the clock tells how much it can have played at most.
 */
export interface Playout {
  /** The next sound is about this text. */
  begin(text: string): void;
  /** So much sound was sent, in milliseconds. */
  sound(ms: number, nowMs: number): void;
  /** The client says how much it has played. */
  played(ms: number, nowMs: number): void;
  /** No sound follows. */
  end(): void;
  readonly durationMs: number;
  /** How much was heard by now. */
  heardMs(nowMs: number): number;
  /** The beginning of the reply that was heard by now, cut at a whole word. */
  heardText(nowMs: number): string;
  /** When it will be worth asking again whether it is over; undefined once it is. */
  lookAgainMs(nowMs: number): number | undefined;
  /** The client itself has said that it played all of it. */
  readonly known: boolean;
}

interface Piece {
  readonly text: string;
  readonly startMs: number;
  endMs: number;
}

/** A client that reports is asked once more so long after its last word. */
const REPORT_MS = 1_200;
/** Sound within the last frames of a reply is as good as all of it. */
const NEARLY_MS = 80;

export function makePlayout(): Playout {
  const pieces: Piece[] = [];
  let durationMs = 0;
  let startedMs: number | undefined;
  let ended = false;
  let report: { ms: number; atMs: number } | undefined;

  const heardMs = (nowMs: number): number => {
    if (startedMs === undefined) return 0;
    const byClock = nowMs - startedMs;
    // Between two reports it plays on; without a new one it may have stopped.
    const byReport = report === undefined ? byClock : report.ms + Math.min(nowMs - report.atMs, REPORT_MS);
    return Math.max(0, Math.min(durationMs, byClock, byReport));
  };

  return {
    begin(text) {
      pieces.push({ text, startMs: durationMs, endMs: durationMs });
    },
    sound(ms, nowMs) {
      startedMs ??= nowMs;
      durationMs += ms;
      const last = pieces.at(-1);
      if (last) last.endMs = durationMs;
    },
    played(ms, nowMs) {
      report = { ms: Math.max(report?.ms ?? 0, Math.min(ms, durationMs)), atMs: nowMs };
    },
    end() {
      ended = true;
    },
    get durationMs() {
      return durationMs;
    },
    heardMs,
    heardText(nowMs) {
      const ms = heardMs(nowMs);
      return pieces
        .map(({ text, startMs, endMs }) => beginning(text, endMs <= startMs ? 0 : (ms - startMs) / (endMs - startMs)))
        .filter(Boolean)
        .join(' ');
    },
    lookAgainMs(nowMs) {
      if (!ended) return nowMs + 200;
      if (startedMs === undefined) return undefined;
      const byClock = startedMs + durationMs;
      if (report === undefined) return nowMs >= byClock ? undefined : byClock;
      if (report.ms >= durationMs - NEARLY_MS) return undefined;
      // A player that buffers is late; one that fell silent will not tell.
      return nowMs >= byClock && nowMs - report.atMs >= REPORT_MS ? undefined : nowMs + 100;
    },
    get known() {
      return ended && report !== undefined && report.ms >= durationMs - NEARLY_MS;
    },
  };
}

/** The words of a text that fit into this share of its sound. */
function beginning(text: string, share: number): string {
  if (share >= 0.98) return text;
  if (share <= 0) return '';
  const words = text.split(/\s+/);
  let letters = text.length * share;
  const heard: string[] = [];
  for (const word of words) {
    letters -= word.length + 1;
    if (letters < 0) break;
    heard.push(word);
  }
  return heard.join(' ');
}
