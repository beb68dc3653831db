import type { Block } from '../document-reader.ts';

/** A cell as it was found, before spans are laid out. */
export interface Cell {
  text: string;
  /** Its writer says that it heads a column. */
  readonly head: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** More cells than this are not laid out: a span can ask for millions. */
const mostCells = 500_000;

/** A table as its rows were found, as blocks: the table with its header, or paragraphs where it is one only to place text. */
export function tableBlocks(found: readonly (readonly Cell[])[], caption: string): Block[] {
  const { rows, heads } = laidOut(found);
  const kept = rows.map((row, i) => ({ row, head: heads[i] === true })).filter(({ row }) => row.some((cell) => cell !== ''));
  const width = Math.max(0, ...kept.slice(0, 10_000).map(({ row }) => row.length));
  if (kept.length === 0) return caption ? [{ kind: 'paragraph', text: caption }] : [];
  if (width === 1 || kept.length === 1) {
    const texts = kept.map(({ row }) => distinct(row).join(' '));
    return [...(caption ? [caption] : []), ...texts].map((text) => ({ kind: 'paragraph', text }));
  }
  const told = kept.findIndex(({ head }) => !head);
  const headRows = told > 0 ? told : told === 0 && headsItself(kept.map(({ row }) => row)) ? 1 : 0;
  const header = mergedHeader(
    kept.slice(0, headRows).map(({ row }) => row),
    width,
  );
  const body = kept.slice(headRows).map(({ row }) => padded(row, width));
  if (body.length === 0) return kept.map(({ row }) => ({ kind: 'paragraph', text: distinct(row).join(' ') }));
  return [{ kind: 'table', ...(caption && { caption }), header, rows: body }];
}

/**
 * Whether the first row, which nobody marked, heads the columns: short names, each its own, of a kind that the rows below are not all of.
 * A wrong yes costs little, since each row is told with it; a wrong no leaves the rows without their names.
 */
export function headsItself(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...rest] = rows;
  if (rest.length === 0 || first.length < 2) return false;
  const named = first.filter((cell) => cell !== '');
  if (named.length < first.length - 1 || new Set(named).size < named.length) return false;
  if (named.some((cell) => cell.length > 80 || !/\p{L}/u.test(cell) || /[.!?।]\s/u.test(cell))) return false;
  return !named.some((cell) => /^[<>≤≥~]?\s?\d/.test(cell) && !/\p{L}{3}/u.test(cell));
}

export function padded(row: readonly string[], width: number): string[] {
  return row.length >= width ? [...row] : [...row, ...Array.from({ length: width - row.length }, () => '')];
}

/** Two rows of a header become one: `Dose: adults`. */
function mergedHeader(rows: readonly (readonly string[])[], width: number): string[] {
  if (rows.length === 0) return [];
  return Array.from({ length: width }, (_, column) => distinct(rows.map((row) => row[column] ?? '')).join(': '));
}

function distinct(cells: readonly string[]): string[] {
  return cells.filter((cell, i) => cell !== '' && cell !== cells[i - 1]);
}

/** What a cell over several columns or rows says, it says in each of them. */
function laidOut(found: readonly (readonly Cell[])[]): { rows: string[][]; heads: boolean[] } {
  const rows: string[][] = [];
  const heads: boolean[] = [];
  let hanging = new Map<number, { text: string; left: number }>();
  let cells = 0;
  for (const row of found) {
    const texts: string[] = [];
    const next = new Map<number, { text: string; left: number }>();
    const hang = (): void => {
      for (let from = hanging.get(texts.length); from && cells < mostCells; from = hanging.get(texts.length), cells++) {
        if (from.left > 1) next.set(texts.length, { text: from.text, left: from.left - 1 });
        texts.push(from.text);
      }
    };
    for (const cell of row) {
      hang();
      for (let i = 0; i < cell.columns && cells < mostCells; i++, cells++) {
        if (cell.rows > 1) next.set(texts.length, { text: cell.text, left: cell.rows - 1 });
        texts.push(cell.text);
      }
    }
    hang();
    hanging = next;
    rows.push(texts);
    heads.push(row.length > 0 && row.every((cell) => cell.head));
  }
  return { rows, heads };
}
