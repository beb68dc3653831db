import type { Viseme } from './messages.ts';

/** How a mouth stands: half widths and half heights of an ellipse, and how much the lips are parted, all 0 to 1. */
export interface Mouth {
  readonly width: number;
  readonly height: number;
}

const rest: Mouth = { width: 0.62, height: 0.06 };
const shapes: Readonly<Record<string, Mouth>> = {
  rest,
  closed: { width: 0.6, height: 0.03 },
  open: { width: 0.62, height: 0.8 },
  wide: { width: 0.92, height: 0.34 },
  round: { width: 0.38, height: 0.56 },
  teeth: { width: 0.72, height: 0.18 },
  tongue: { width: 0.62, height: 0.4 },
};

/** The shape that stands at this moment of the reply, or by loudness alone where the voice names no shapes. */
export function mouthAt(visemes: readonly Viseme[], playedMs: number, loudness: number): Mouth {
  const now = visemes.findLast((viseme) => viseme.at_ms <= playedMs);
  if (now) return shapes[now.id] ?? rest;
  return { width: rest.width, height: Math.min(0.8, rest.height + loudness * 4) };
}

/** A step towards a shape, so that lips glide. */
export function towards(from: Mouth, to: Mouth, share: number): Mouth {
  return { width: from.width + (to.width - from.width) * share, height: from.height + (to.height - from.height) * share };
}
