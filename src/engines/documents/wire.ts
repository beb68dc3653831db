import type { Block, DocumentKind, ReadDocument } from '../document-reader.ts';
import type { SentError } from '../host/protocol.ts';

/** What goes to the child: this, as JSON behind its length, and then the bytes of the file. */
export interface Request {
  readonly kind: DocumentKind;
  readonly bytes: number;
}

/** What comes back, each as JSON behind its length (four bytes, big-endian). Small, so that taking one in never holds the service. */
export type Reply =
  | { readonly type: 'ready' }
  /** The whole of a file has come. */
  | { readonly type: 'taken' }
  /** A page that could be read. */
  | { readonly type: 'page' }
  | { readonly type: 'blocks'; readonly blocks: readonly Block[] }
  /** More of the last block: it was too long for one reply. */
  | { readonly type: 'more-text'; readonly text: string }
  | { readonly type: 'more-rows'; readonly rows: readonly (readonly string[])[] }
  | {
      readonly type: 'end';
      readonly title: string | undefined;
      readonly pages: number | undefined;
      readonly unreadPages: readonly number[];
    }
  | { readonly type: 'failed'; readonly error: SentError };

/** About so many characters in one reply. */
const replyCharacters = 16_384;

export function frame(message: Request | Reply): Buffer {
  const json = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}

/** Cuts what was read into replies; `gather` puts them together again. */
export function* repliesOf(read: ReadDocument): Generator<Reply> {
  let blocks: Block[] = [];
  let held = 0;
  for (const block of read.blocks) {
    if (held > replyCharacters) {
      yield { type: 'blocks', blocks };
      blocks = [];
      held = 0;
    }
    const size = sizeOf(block);
    if (size <= replyCharacters) {
      blocks.push(block);
      held += size + 40;
      continue;
    }
    if (block.kind === 'table') {
      yield { type: 'blocks', blocks: [...blocks, { ...block, rows: [] }] };
      for (const rows of rowsInSlices(block.rows)) yield { type: 'more-rows', rows };
    } else {
      yield { type: 'blocks', blocks: [...blocks, { ...block, text: '' }] };
      for (let at = 0; at < block.text.length; at += replyCharacters)
        yield { type: 'more-text', text: block.text.slice(at, at + replyCharacters) };
    }
    blocks = [];
    held = 0;
  }
  yield { type: 'blocks', blocks };
  yield { type: 'end', title: read.title, pages: read.pages, unreadPages: read.unreadPages };
}

function* rowsInSlices(rows: readonly (readonly string[])[]): Generator<readonly (readonly string[])[]> {
  let slice: (readonly string[])[] = [];
  let held = 0;
  for (const row of rows) {
    slice.push(row);
    held += row.reduce((sum, cell) => sum + cell.length + 3, 0);
    if (held < replyCharacters) continue;
    yield slice;
    slice = [];
    held = 0;
  }
  yield slice;
}

export function sizeOf(block: Block): number {
  if (block.kind !== 'table') return block.text.length;
  return [block.header, ...block.rows].reduce((sum, row) => sum + row.reduce((cells, cell) => cells + cell.length + 3, 0), 0);
}

/** Takes replies as they come in, and gives the document at the last. */
export function gather(): (reply: Reply) => ReadDocument | undefined {
  const blocks: Block[] = [];
  let texts: string[] = [];
  const settle = (): void => {
    const last = blocks.at(-1);
    if (texts.length > 0 && last && last.kind !== 'table') blocks[blocks.length - 1] = { ...last, text: texts.join('') };
    texts = [];
  };
  return (reply) => {
    if (reply.type === 'more-text') texts.push(reply.text);
    else settle();
    const last = blocks.at(-1);
    if (reply.type === 'blocks') for (const block of reply.blocks) blocks.push(block);
    if (reply.type === 'more-rows' && last?.kind === 'table') (last.rows as (readonly string[])[]).push(...reply.rows);
    if (reply.type !== 'end') return undefined;
    return { title: reply.title ?? undefined, pages: reply.pages ?? undefined, unreadPages: reply.unreadPages, blocks };
  };
}

/** Cuts a stream of bytes into what was framed. A length that cannot be is an error. */
export function deframe(onFrame: (json: Buffer) => void): (bytes: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  return (bytes) => {
    parts.push(bytes);
    held += bytes.length;
    if (held < 4) return;
    let all = parts.length === 1 ? bytes : Buffer.concat(parts);
    while (all.length >= 4) {
      const length = all.readUInt32BE(0);
      if (length > 16 * 2 ** 20) throw new Error(`a reply of ${length} bytes`);
      if (all.length < 4 + length) break;
      onFrame(all.subarray(4, 4 + length));
      all = all.subarray(4 + length);
    }
    parts = all.length > 0 ? [all] : [];
    held = all.length;
  };
}
