import type { Block, ReadDocument } from '../../engines/document-reader.ts';
import type { Chunk } from './document.ts';
import { eachSentence } from './sentences.ts';

export interface ChunkOptions {
  readonly documentId: string;
  /** BCP 47, of the whole document. */
  readonly language: string;
  newId(): string;
}

/** Characters: what a chunk should hold, what it may hold so that no crumb is left over, and what it repeats of the one before. */
const target = 1_000;
const most = 1_300;
const overlap = 200;
const crumb = 250;

/** The pieces of a document that are searched, shown and quoted. Pure. For a long document take `eachChunk`, and rest now and then. */
export function chunkDocument(read: Pick<ReadDocument, 'blocks'>, options: ChunkOptions): Chunk[] {
  return [...eachChunk(read, options)];
}

/**
 * The same, one after another; the work between two of them is small. A chunk is some whole sentences under one heading, or some whole rows
 * of one table. `text` is what stands in the document's text from `start` to `end`.
 */
export function* eachChunk(read: Pick<ReadDocument, 'blocks'>, options: ChunkOptions): Generator<Chunk> {
  let place = 0;
  const made = (piece: Piece, headings: readonly string[], tableHead: string | null): Chunk => ({
    id: options.newId(),
    documentId: options.documentId,
    place: place++,
    text: piece.text,
    page: piece.page,
    headings,
    tableHead,
    language: options.language,
    start: piece.start,
    end: piece.start + piece.text.length,
  });
  const path: { level: number; text: string }[] = [];
  const names = (): string[] => path.map((heading) => heading.text);
  let section: Placed[] = [];
  /** A heading with nothing under it is told by itself: its words would be in no chunk. */
  let bare: Placed | undefined;
  let at = 0;
  for (const block of read.blocks) {
    const placed: Placed = { block, start: at };
    if (block.kind === 'paragraph') {
      section.push(placed);
      at += block.text.length + gap.length;
    } else {
      for (const piece of sentencePieces(section)) yield made(piece, names(), null);
      section = [];
      if (block.kind === 'table') {
        const head = tableHead(block);
        let end = at;
        for (const piece of rowPieces(block, at)) {
          if (!piece.silent) yield made(piece, names(), head);
          end = piece.start + piece.text.length;
        }
        at = end + gap.length;
      } else {
        if (bare && block.level <= levelOf(bare)) yield made(pieceOf(bare), names().slice(0, -1), null);
        while ((path.at(-1)?.level ?? 0) >= block.level) path.pop();
        path.push({ level: block.level, text: block.text });
        at += block.text.length + gap.length;
      }
    }
    bare = block.kind === 'heading' ? placed : undefined;
  }
  for (const piece of sentencePieces(section)) yield made(piece, names(), null);
  if (bare) yield made(pieceOf(bare), names().slice(0, -1), null);
}

/** What the places of chunks count in: the blocks, one behind the other with an empty line between. */
export function documentText(read: Pick<ReadDocument, 'blocks'>): string {
  return read.blocks.map((block) => (block.kind === 'table' ? tableLines(block).join('\n') : block.text)).join(gap);
}

const gap = '\n\n';

type Table = Extract<Block, { kind: 'table' }>;

interface Placed {
  readonly block: Block;
  readonly start: number;
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly page: number | null;
}

/** A sentence, or a part of a very long one. */
interface Unit {
  readonly section: number;
  readonly from: number;
  readonly to: number;
}

function levelOf({ block }: Placed): number {
  return block.kind === 'heading' ? block.level : 0;
}

function textOf(placed: Placed | undefined): string {
  return placed && placed.block.kind !== 'table' ? placed.block.text : '';
}

function pieceOf(placed: Placed): Piece {
  return { text: textOf(placed), start: placed.start, page: placed.block.page ?? null };
}

/** Whole sentences of the paragraphs under one heading, each piece beginning with the last sentences of the one before. */
function* sentencePieces(section: readonly Placed[]): Generator<Piece> {
  let waiting: Unit[] | undefined;
  let held: Unit[] = [];
  let fresh = 0;
  for (const unit of unitsOf(section)) {
    if (held.length > fresh && spanOf(section, held[0] as Unit, unit) > target) {
      if (waiting) yield joined(section, waiting);
      waiting = held;
      held = repeated(section, held, unit);
      fresh = held.length;
    }
    held.push(unit);
  }
  if (held.length > fresh) {
    const first = held[fresh] as Unit;
    const last = held.at(-1) as Unit;
    // What would be a crumb goes with the piece before.
    if (waiting && spanOf(section, first, last) < crumb && spanOf(section, waiting[0] as Unit, last) <= most) {
      waiting = [...waiting, ...held.slice(fresh)];
      held = [];
    }
  } else held = [];
  if (waiting) yield joined(section, waiting);
  if (held.length > 0) yield joined(section, held);
}

/** The last sentences of a piece, as many as fit the overlap beside the one that follows. */
function repeated(section: readonly Placed[], units: readonly Unit[], next: Unit): Unit[] {
  const last = units.at(-1) as Unit;
  let from = units.length;
  while (from > 1 && spanOf(section, units[from - 1] as Unit, last) <= overlap && spanOf(section, units[from - 1] as Unit, next) <= target)
    from--;
  return units.slice(from);
}

function* unitsOf(section: readonly Placed[]): Generator<Unit> {
  for (const [i, placed] of section.entries()) {
    for (const { text, start } of eachSentence(textOf(placed))) {
      for (const [from, to] of slices(text)) yield { section: i, from: start + from, to: start + to };
    }
  }
}

/** Characters from the beginning of one unit to the end of another, with what stands between. */
function spanOf(section: readonly Placed[], a: Unit, b: Unit): number {
  return (section[b.section]?.start ?? 0) + b.to - ((section[a.section]?.start ?? 0) + a.from);
}

function joined(section: readonly Placed[], units: readonly Unit[]): Piece {
  const [first, last] = [units[0] as Unit, units.at(-1) as Unit];
  const texts: string[] = [];
  for (let i = first.section; i <= last.section; i++)
    texts.push(textOf(section[i]).slice(i === first.section ? first.from : 0, i === last.section ? last.to : undefined));
  const begins = section[first.section] as Placed;
  return { text: texts.join(gap), start: begins.start + first.from, page: begins.block.page ?? null };
}

/** A text that is too long for a chunk in parts that are not, cut between words, or between letters where there are no words. */
function* slices(text: string): Generator<readonly [from: number, to: number]> {
  let from = 0;
  while (text.length - from > target) {
    const window = text.slice(from, from + target);
    const space = Math.max(window.lastIndexOf(' '), window.lastIndexOf('\n'));
    const clause = Math.max(window.lastIndexOf(', '), window.lastIndexOf('; ')) + 1;
    let to = from + (clause > target / 2 ? clause : space > target / 2 ? space : target);
    // Never between the halves of one character.
    if (/[\udc00-\udfff\p{M}\u200c\u200d]/u.test(text[to] ?? '') && space <= target / 2) to = Math.max(from + 1, to - 1);
    if (/[\ud800-\udbff]/.test(text[to - 1] ?? '')) to--;
    yield [from, to];
    from = to;
    while (/\s/.test(text[from] ?? '')) from++;
  }
  if (from < text.length) yield [from, text.length];
}

/** Rows of one table, whole, as many as fit. The caption's line stands before them in the document's text and in no piece: it is in the head. */
function* rowPieces(table: Table, start: number): Generator<Piece & { readonly silent: boolean }> {
  const page = table.page ?? null;
  let held: string[] = [];
  let at = start;
  let length = 0;
  const take = (): Piece & { silent: boolean } => {
    const piece = { text: held.join('\n'), start: at, page, silent: false };
    at += piece.text.length + 1;
    held = [];
    length = 0;
    return piece;
  };
  if (table.caption) {
    const silent = { text: table.caption, start: at, page, silent: table.rows.some((row) => row.some((cell) => cell !== '')) };
    yield silent;
    at += silent.text.length + 1;
  }
  for (const row of table.rows) {
    const line = rowLine(table, row);
    if (line === '') continue;
    if (held.length > 0 && length + line.length > target) yield take();
    if (line.length <= most) {
      held.push(line);
      length += line.length + 1;
      continue;
    }
    if (held.length > 0) yield take();
    for (const [from, to] of slices(line)) yield { text: line.slice(from, to), start: at + from, page, silent: false };
    at += line.length + 1;
  }
  if (held.length > 0) yield take();
}

function tableLines(table: Table): string[] {
  return [...(table.caption ? [table.caption] : []), ...table.rows.map((row) => rowLine(table, row)).filter((line) => line !== '')];
}

/** A row that is understood alone: `Medicine: amoxicillin; Strength: 250 mg; Interval: every 8 hours.` */
function rowLine({ header }: Table, row: readonly string[]): string {
  const cells = row.flatMap((cell, i) => {
    if (cell === '') return [];
    const name = header[i] ?? '';
    return [name === '' || name === cell ? cell : `${name.replace(/\s*:$/, '')}: ${cell}`];
  });
  const line = cells.join('; ');
  return /[.!?।…]$/.test(line) || line === '' ? line : `${line}.`;
}

function tableHead({ caption, header }: Table): string | null {
  const columns = header.filter((name) => name !== '').join(' | ');
  return [caption ?? '', columns].filter((part) => part !== '').join('\n') || null;
}
