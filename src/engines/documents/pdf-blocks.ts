import type { Block } from '../document-reader.ts';
import { headsItself, padded } from './cells.ts';
import { type Line, type LineCell, type Page, quantile } from './pdf-lines.ts';

/** What the whole document tells of its own look. */
interface Style {
  readonly size: number;
  readonly font: string;
  /** From one line of a paragraph to the next. */
  readonly pitch: number;
  /** Sizes of headings, the largest first. */
  readonly headings: readonly number[];
  /** Titles of its outline, with their depth from 1. */
  readonly outline: ReadonlyMap<string, number>;
  readonly words: ReadonlySet<string>;
  readonly keepsHyphens: boolean;
}

interface Placed {
  readonly line: Line;
  readonly page: number;
}

/** Puts lines together to headings, paragraphs and tables. `outline` are the titles of the document's own table of contents. */
export function blocksOfPages(pages: readonly Page[], outline: ReadonlyMap<string, number>): Block[] {
  const style = styleOf(pages, outline);
  const blocks: Block[] = [];
  let held: Placed[] = [];
  const settle = (): void => {
    for (const { text, page } of pageByPage(held, style)) blocks.push({ kind: 'paragraph', text, page });
    held = [];
  };
  for (const { number: page, lines } of pages) {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as Line;
      const table = tableAt(lines, i, style);
      if (table) {
        settle();
        const caption = captionBefore(blocks, page);
        blocks.push({ kind: 'table', ...(caption && { caption }), header: table.header, rows: table.rows, page });
        i += table.lines - 1;
        continue;
      }
      const level = headingLevel(lines, i, style);
      if (level > 0) {
        settle();
        const last = blocks.at(-1);
        const before = lines[i - 1];
        // A heading over two lines is one.
        const goesOn = last?.kind === 'heading' && last.level === level && last.page === page && before?.size === line.size;
        if (goesOn && isNear(before, line)) blocks[blocks.length - 1] = { ...last, text: `${last.text} ${line.text}` };
        else blocks.push({ kind: 'heading', level, text: line.text, page });
        continue;
      }
      const before = held.at(-1);
      if (before && !continues(before.line, line, before.page === page, style)) settle();
      held.push({ line, page });
    }
  }
  settle();
  return blocks;
}

/**
 * The text of a paragraph, in one piece for each page: a sentence over the break is a piece of its own and belongs to the page on which
 * it begins, so that whatever is quoted from it later is found there.
 */
function pageByPage(held: readonly Placed[], style: Style): { text: string; page: number }[] {
  const whole = joinLines(
    held.map(({ line }) => line),
    style,
  );
  const pieces: { text: string; page: number }[] = [];
  let from = 0;
  const cut = (to: number, page: number): void => {
    const text = whole.slice(from, to).trim();
    if (text !== '') pieces.push({ text, page });
    from = Math.max(from, to);
  };
  for (const [i, { page }] of held.entries()) {
    const next = held[i + 1];
    if (!next || next.page === page) continue;
    const at = joinLines(
      held.slice(0, i + 1).map(({ line }) => line),
      style,
    ).length;
    const before = Math.max(whole.lastIndexOf('. ', at), whole.lastIndexOf('। ', at), whole.lastIndexOf('? ', at));
    const after = [whole.indexOf('. ', at - 1), whole.indexOf('। ', at - 1), whole.indexOf('? ', at - 1)].filter((place) => place >= 0);
    if (before + 1 > from) cut(before + 1, page);
    cut(after.length > 0 ? Math.min(...after) + 1 : whole.length, page);
  }
  cut(whole.length, held.at(-1)?.page ?? 0);
  return pieces;
}

function isNear(a: Line, b: Line): boolean {
  const gap = b.base - a.base;
  return gap > 0 && gap < a.size * 1.9;
}

const listMarker = /^(?:[-–•·▪●○◦\uf0b7\uf0a7➢✓*o]\s|\(?\d{1,3}[.)]\s|\(?[a-zA-Z][.)]\s|\(?[ivx]{1,4}[.)]\s)/;

/** Whether `line` goes on with the paragraph whose last line is `before`. */
function continues(before: Line, line: Line, samePage: boolean, style: Style): boolean {
  if (Math.abs(before.size - line.size) > style.size * 0.12 || listMarker.test(line.text)) return false;
  if (/\.{5,}\s*\d*$/.test(before.text)) return false;
  const goesOn = !/[.!?:।]["'”’)\]]*$/.test(before.text) && /^[\p{Ll}(\d“"]/u.test(line.text);
  const gap = line.base - before.base;
  // A new column, or a new page: only the words can tell.
  if (!samePage || gap < -before.size) return goesOn || /[\p{L}\d]-$/u.test(before.text);
  if (gap > Math.max(style.pitch * 1.22, before.size * 1.25) + 0.5) return goesOn && gap < style.pitch * 1.6;
  const ended = /[.!?:।]["'”’)\]]*$/.test(before.text);
  // The first line of a paragraph stands in; the last one stops short.
  if (ended && line.left > before.left + line.size * 1.2) return false;
  if (ended && before.right < line.right - line.size * 8 && /^[\p{Lu}\d]/u.test(line.text)) return false;
  return true;
}

function joinLines(lines: readonly Line[], style: Style): string {
  let text = '';
  for (const line of lines) {
    if (text === '') text = line.text;
    else if (/\p{L}[-‐\u00ad]$/u.test(text) && /^\p{Ll}/u.test(line.text)) text = hyphenJoined(text, line.text, style);
    else if (/https?:\S*[/_-]$/.test(text) || /\p{L}[–—/]$/u.test(text)) text += line.text;
    else text += ` ${line.text}`;
  }
  return text;
}

/** `treat-` and `ment` are one word; `long-` and `term` keep their hyphen where the document writes them with it elsewhere. */
function hyphenJoined(text: string, next: string, style: Style): string {
  const first = /[\p{L}-]+[-‐\u00ad]$/u.exec(text.slice(-40))?.[0] ?? '';
  const second = /^\p{L}+/u.exec(next)?.[0] ?? '';
  const whole = `${first.slice(0, -1)}${second}`.toLowerCase();
  const parted = `${first.slice(0, -1)}-${second}`.toLowerCase();
  const keep = style.words.has(parted) || (!style.words.has(whole) && style.keepsHyphens);
  return (keep ? text : text.slice(0, -1)) + next;
}

function styleOf(pages: readonly Page[], outline: ReadonlyMap<string, number>): Style {
  const lines = pages.flatMap((page) => page.lines);
  const size = mostly(lines, (line) => Math.round(line.size * 2) / 2) ?? 10;
  const font = mostly(lines, (line) => line.font) ?? '';
  const gaps: number[] = [];
  for (const page of pages)
    for (const [i, line] of page.lines.entries()) {
      const gap = line.base - (page.lines[i - 1]?.base ?? line.base);
      if (gap > size * 0.8 && gap < size * 3.2 && Math.abs(line.size - size) < 1) gaps.push(gap);
    }
  const pitch = gaps.length > 0 ? quantile(gaps, 0.4) : size * 1.2;
  const large = new Map<number, number>();
  for (const line of lines) {
    const rounded = Math.round(line.size);
    if (line.size > size * 1.12 && line.text.length < 160) large.set(rounded, (large.get(rounded) ?? 0) + 1);
  }
  const words = wordsOf(lines);
  return {
    size,
    font,
    pitch,
    headings: [...large.keys()].sort((a, b) => b - a).slice(0, 4),
    outline,
    words,
    keepsHyphens: keepsHyphens(lines, words),
  };
}

function mostly<T>(lines: readonly Line[], of: (line: Line) => T): T | undefined {
  const weights = new Map<T, number>();
  for (const line of lines) weights.set(of(line), (weights.get(of(line)) ?? 0) + line.text.length);
  return [...weights].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function wordsOf(lines: readonly Line[]): Set<string> {
  const words = new Set<string>();
  for (const line of lines)
    for (const [word] of line.text.matchAll(/\p{L}+(?:-\p{L}+)*(?![\p{L}-])/gu)) if (words.size < 200_000) words.add(word.toLowerCase());
  return words;
}

/** Text that was not set to both margins breaks only where a hyphen stands anyway: its own words tell which it is. */
function keepsHyphens(lines: readonly Line[], words: ReadonlySet<string>): boolean {
  let parted = 0;
  let whole = 0;
  for (const [i, line] of lines.entries()) {
    const first = /(\p{L}+)[-‐]$/u.exec(line.text.slice(-40))?.[1];
    const second = /^\p{Ll}+/u.exec(lines[i + 1]?.text ?? '')?.[0];
    if (!first || !second) continue;
    if (words.has(`${first}-${second}`.toLowerCase())) parted++;
    else if (words.has(`${first}${second}`.toLowerCase())) whole++;
  }
  return parted > whole;
}

/** 0 where the line is none. */
function headingLevel(lines: readonly Line[], i: number, style: Style): number {
  const line = lines[i] as Line;
  const { text } = line;
  if (text.length > 160 || text.length < 2 || !/\p{L}{2}/u.test(text) || /\.{4,}/.test(text)) return 0;
  const told = style.outline.get(titleKey(text));
  if (told !== undefined) return Math.min(told, 6);
  const rank = style.headings.indexOf(Math.round(line.size));
  if (line.size > style.size * 1.12 && rank >= 0 && !/[,;]$/.test(text)) return rank + 1;
  // A short line by itself in a font that is not the text's, a little apart: a heading in bold.
  if (line.font === style.font || text.length > 100 || /[.,;:]$/.test(text) || !/^[\p{Lu}\d]/u.test(text)) return 0;
  if (line.size < style.size * 0.95 || line.cells.length > 1 || text.split('(').length !== text.split(')').length) return 0;
  const [before, after] = [lines[i - 1], lines[i + 1]];
  if (!after || after.base <= line.base || /^\p{Ll}/u.test(after.text)) return 0;
  if (after.font === line.font && (after.text.length > 100 || isNear(line, after))) return 0;
  const apart = !before || before.base > line.base || line.base - before.base > style.pitch * 1.15 || before.font === line.font;
  return apart ? Math.min(style.headings.length + 1, 6) : 0;
}

export function titleKey(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** The rows of a table that begins at this line: three lines or more whose cells begin below one another. */
function tableAt(lines: readonly Line[], from: number, style: Style): { header: string[]; rows: string[][]; lines: number } | undefined {
  const first = lines[from] as Line;
  if (first.cells.length < 2 || /\.{4,}/.test(first.text)) return undefined;
  const near = style.size * 1.2;
  let columns = first.cells.map((cell) => ({ left: cell.left, right: cell.right }));
  const rows: string[][] = [first.cells.map((cell) => cell.text)];
  let full = 1;
  let at = from + 1;
  for (; at < lines.length; at++) {
    const line = lines[at] as Line;
    const gap = line.base - (lines[at - 1] as Line).base;
    if (gap <= 0 || gap > style.pitch * 3 || /\.{4,}/.test(line.text)) break;
    if (full === 1 && line.cells.length > columns.length && line.cells.length <= columns.length + 2)
      columns = line.cells.map((cell) => ({ left: cell.left, right: cell.right }));
    const places = line.cells.map((cell) => columnOf(cell, columns, near));
    if (places.includes(-1) || new Set(places).size < places.length) break;
    if (line.cells.length === 1 && (places[0] === 0 || gap > style.pitch * 1.4)) break;
    const last = rows.at(-1) as string[];
    // Words below a cell, with nothing in the first column, go on with the row above.
    if (places[0] !== 0 && gap < style.pitch * 1.4) {
      for (const [k, cell] of line.cells.entries()) last[places[k] as number] = `${last[places[k] as number] ?? ''} ${cell.text}`.trim();
      continue;
    }
    const row: string[] = [];
    for (const [k, cell] of line.cells.entries()) row[places[k] as number] = cell.text;
    rows.push(Array.from({ length: columns.length }, (_, k) => row[k] ?? ''));
    full++;
  }
  if (full < 3) return undefined;
  const width = columns.length;
  const filled = rows.map((row) =>
    padded(
      Array.from(row, (cell) => cell ?? ''),
      width,
    ),
  );
  const named = headsItself(filled);
  return { header: named ? (filled[0] as string[]) : [], rows: named ? filled.slice(1) : filled, lines: at - from };
}

/** Which column a cell stands in: by where it begins or ends, or by where its middle lies. */
function columnOf(cell: LineCell, columns: readonly { left: number; right: number }[], near: number): number {
  const middle = (cell.left + cell.right) / 2;
  return columns.findIndex(
    (column) =>
      Math.abs(cell.left - column.left) < near ||
      Math.abs(cell.right - column.right) < near ||
      Math.abs(middle - (column.left + column.right) / 2) < near,
  );
}

/** `Table 3. Doses` right above is the table's caption, and leaves the text. */
function captionBefore(blocks: Block[], page: number): string | undefined {
  const last = blocks.at(-1);
  if (
    !last ||
    last.kind === 'table' ||
    last.page !== page ||
    !/^(?:table|tableau|tabelle|tabla|तालिका|सारणी)\s/i.test(last.text) ||
    last.text.length > 300
  )
    return undefined;
  blocks.pop();
  return last.text;
}
