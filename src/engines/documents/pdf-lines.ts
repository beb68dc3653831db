import { oneLine } from './text.ts';

/** A run of letters as pdf.js gives it, placed on the page as a reader holds it: `left` to the right, `base` downwards, in points. */
export interface Run {
  readonly text: string;
  readonly left: number;
  readonly base: number;
  readonly width: number;
  readonly size: number;
  /** Degrees; letters of one angle are read together. */
  readonly angle: number;
  readonly rightToLeft: boolean;
  readonly font: string;
}

export interface LineCell {
  readonly text: string;
  readonly left: number;
  readonly right: number;
}

export interface Line {
  readonly cells: readonly LineCell[];
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly base: number;
  readonly size: number;
  /** The font of most of its letters. */
  readonly font: string;
}

export interface Page {
  readonly number: number;
  readonly height: number;
  readonly lines: readonly Line[];
}

/** Wider than this, in letters' heights, and what follows stands in another cell. */
const cellGap = 1.8;

/** The lines of a page in the order in which its runs were written, without the numbers that count lines in the margin. */
export function linesOf(runs: readonly Run[]): Line[] {
  const kept = withoutMarginNumbers(runs);
  const angles = [...new Set(kept.map((run) => run.angle))];
  const letters = (angle: number): number => kept.reduce((sum, run) => sum + (run.angle === angle ? run.text.length : 0), 0);
  // Writing that stands askew (a stamp across the page, a note along the edge) comes last, and does not cut the sentences.
  return angles
    .map((angle) => ({ angle, letters: letters(angle) }))
    .sort((a, b) => b.letters - a.letters)
    .flatMap(({ angle }) => gathered(kept.filter((run) => run.angle === angle)));
}

function gathered(runs: readonly Run[]): Line[] {
  const lines: Line[] = [];
  let held: Run[] = [];
  const settle = (): void => {
    const line = lineOf(held);
    if (line) lines.push(line);
    held = [];
  };
  for (const run of runs) {
    const last = held.at(-1);
    if (last && !sameLine(last, held[0] as Run, run)) settle();
    held.push(run);
  }
  settle();
  return lines;
}

function sameLine(last: Run, first: Run, run: Run): boolean {
  const size = Math.max(last.size, run.size);
  if (Math.abs(run.base - last.base) > size * 0.45 && Math.abs(run.base - first.base) > size * 0.25) return false;
  if (last.rightToLeft || run.rightToLeft) return Math.abs(run.base - first.base) < size * 0.45;
  return run.left >= last.left + last.width - size * 0.6;
}

function lineOf(runs: readonly Run[]): Line | undefined {
  const rightToLeft = runs.reduce((sum, run) => sum + (run.rightToLeft ? run.text.length : -run.text.length), 0) > 0;
  const ordered = runs.filter((run) => run.text.trim() !== '');
  if (rightToLeft) sortFromRight(ordered);
  if (ordered.length === 0) return undefined;
  const cells: { text: string; left: number; right: number }[] = [];
  let before: Run | undefined;
  for (const run of ordered) {
    const cell = cells.at(-1);
    const gap = before ? (rightToLeft ? before.left - (run.left + run.width) : run.left - (before.left + before.width)) : 0;
    const size = Math.max(run.size, before?.size ?? 0);
    if (!cell || gap > size * cellGap) cells.push({ text: run.text, left: run.left, right: run.left + run.width });
    else {
      cell.text += gap > size * 0.14 && !/\s$/.test(cell.text) && !/^\s/.test(run.text) ? ` ${run.text}` : run.text;
      cell.left = Math.min(cell.left, run.left);
      cell.right = Math.max(cell.right, run.left + run.width);
    }
    before = run;
  }
  const clean = cells.map((cell) => ({ ...cell, text: oneLine(cell.text) })).filter((cell) => cell.text !== '');
  if (clean.length === 0) return undefined;
  const main = heaviest(ordered, (run) => run.text.length);
  return {
    cells: clean,
    text: clean.map((cell) => cell.text).join(' '),
    left: Math.min(...clean.map((cell) => cell.left)),
    right: Math.max(...clean.map((cell) => cell.right)),
    base: main.base,
    size: main.size,
    font: main.font,
  };
}

/** From right to left, but numbers and Latin words among them in their own order: `500 mg`. */
function sortFromRight(runs: Run[]): void {
  runs.sort((a, b) => b.left - a.left);
  for (let from = 0; from < runs.length; from++) {
    let to = from;
    while (to < runs.length && !runs[to]?.rightToLeft && /[\p{L}\p{N}]/u.test(runs[to]?.text ?? '')) to++;
    if (to - from > 1) runs.splice(from, to - from, ...runs.slice(from, to).reverse());
    from = Math.max(from, to);
  }
}

/**
 * Numbers that count the lines, left or right of all writing: at least five on the page, beside most of its lines, rising by one step.
 * They would stand inside sentences.
 */
function withoutMarginNumbers(runs: readonly Run[]): readonly Run[] {
  const words = runs.filter((run) => /\p{L}{2}/u.test(run.text) && run.text.trim().length >= 8);
  if (words.length < 4) return runs;
  const edge = quantile(
    words.map((run) => run.left),
    0.05,
  );
  const farEdge = quantile(
    words.map((run) => run.left + run.width),
    0.99,
  );
  for (const inMargin of [(run: Run) => run.left + run.width < edge - run.size * 0.3, (run: Run) => run.left > farEdge + run.size * 0.3]) {
    const numbers = runs.filter((run) => /^\s*\d{1,5}\s*$/.test(run.text) && inMargin(run)).sort((a, b) => a.base - b.base);
    if (numbers.length < 5) continue;
    const beside = numbers.filter((number) => words.some((run) => Math.abs(run.base - number.base) < run.size * 0.5));
    const lines = new Set(words.map((run) => Math.round(run.base / 3)));
    if (beside.length < numbers.length * 0.5) continue;
    const values = numbers.map((run) => Number(run.text));
    const steps = values.slice(1).map((value, i) => value - (values[i] as number));
    const step = steps.sort((a, b) => a - b)[steps.length >> 1] as number;
    const even = steps.filter((one) => one === step).length >= steps.length * 0.8;
    if (!even || ![1, 2, 5, 10].includes(step) || numbers.length * step < lines.size * 0.2) continue;
    const dropped = new Set(numbers);
    return runs.filter((run) => !dropped.has(run));
  }
  return runs;
}

export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export function heaviest<T>(things: readonly T[], weight: (thing: T) => number): T {
  let best = things[0] as T;
  for (const thing of things) if (weight(thing) > weight(best)) best = thing;
  return best;
}
