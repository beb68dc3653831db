import papaparse from 'papaparse';
import type { ReadDocument } from '../document-reader.ts';
import { headsItself, padded } from './cells.ts';
import { refused } from './refused.ts';
import { decodeText, oneLine } from './text.ts';

/** A table of values between commas, semicolons, tabs or bars: one block, whose first row names the columns where it can. */
export function readTable(bytes: Uint8Array): ReadDocument {
  const text = decodeText(bytes).replace(/^\ufeff/, '');
  // What the spreadsheet program says to itself in the first line.
  const told = /^sep=(.)\r?\n/i.exec(text);
  const { data } = papaparse.parse<string[]>(told ? text.slice(told[0].length) : text, {
    skipEmptyLines: 'greedy',
    delimiter: told?.[1] ?? '',
    delimitersToGuess: [',', ';', '\t', '|'],
  });
  const rows = data.map((row) => row.map((cell) => oneLine(cell))).filter((row) => row.some((cell) => cell !== ''));
  if (rows.length === 0) throw refused('This document holds no text. Please check that it is the right file.', 'no-text');
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const named = width > 1 ? headsItself(rows) : rows.length > 1;
  const [first = [], ...rest] = rows;
  // A lone row, or a header with nothing below, is told as it stands.
  if (rest.length === 0)
    return { title: undefined, pages: undefined, unreadPages: [], blocks: [{ kind: 'paragraph', text: first.filter(Boolean).join('; ') }] };
  const block = {
    kind: 'table' as const,
    header: named ? padded(first, width) : [],
    rows: (named ? rest : rows).map((row) => padded(row, width)),
  };
  return { title: undefined, pages: undefined, unreadPages: [], blocks: [block] };
}
