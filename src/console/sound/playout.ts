/** When the pieces of a reply sound, and how much of it was really heard. Times in seconds of the sound card's clock; all pure. */
export interface Playout {
  readonly pieces: readonly { readonly at: number; readonly seconds: number }[];
  /** Everything was sent: what stands here is the whole reply. */
  readonly complete: boolean;
}

export const silentPlayout: Playout = { pieces: [], complete: false };

/** A late first piece must not stumble over the second: it begins this much after it came. */
const LEAD_SECONDS = 0.06;

/** The next piece, right behind the last; behind a gap when the line was slow. */
export function addPiece(playout: Playout, now: number, seconds: number): { playout: Playout; at: number } {
  const at = Math.max(endOf(playout), now + (endOf(playout) > now ? 0 : LEAD_SECONDS));
  return { playout: { ...playout, pieces: [...playout.pieces, { at, seconds }] }, at };
}

export function completed(playout: Playout): Playout {
  return { ...playout, complete: true };
}

/** How much of the reply left the loudspeaker by now; gaps between pieces do not count. */
export function playedMs(playout: Playout, now: number): number {
  const seconds = playout.pieces.reduce((sum, piece) => sum + Math.max(0, Math.min(piece.seconds, now - piece.at)), 0);
  return Math.round(seconds * 1000);
}

export function isSounding(playout: Playout, now: number): boolean {
  return playout.pieces.length > 0 && (!playout.complete || now < endOf(playout));
}

function endOf(playout: Playout): number {
  const last = playout.pieces.at(-1);
  return last ? last.at + last.seconds : 0;
}
