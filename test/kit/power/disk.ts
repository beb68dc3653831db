import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { DiskEvent, Place } from './trace.ts';

/**
 * A disk that keeps a promise only where it was made to: bytes of a file are sure when a flush of that file that began after them has
 * ended, names in a folder when a flush of that folder has. Everything else may be on it or not after a power cut, each sector by
 * itself, at any age that it had since the last flush. File systems in use promise more (their journals keep order); this one is
 * what POSIX promises and nothing besides.
 */
export interface Disk {
  take(event: DiskEvent): void;
  /** Writes what the disk might hold after a cut at this instant. */
  imageTo(folder: string, loss: Loss): void;
}

/** How much of what was not sure survives a cut. */
export interface Loss {
  /** Bytes that are written whole or not at all. */
  readonly sector: number;
  /** Of `n` changes to one thing, how many have reached the disk; `at` are the instants at which they were made. */
  readonly reached: (n: number, at: readonly number[]) => number;
  /** What stands in memory that was mapped and never written by a call: SQLite makes it anew. */
  readonly junk: (bytes: number) => Buffer;
}

interface FileNode {
  readonly kind: 'file';
  sure: Buffer;
  pending: FileChange[];
}
interface FolderNode {
  readonly kind: 'folder';
  readonly names: Map<string, Node>;
  readonly sure: Map<string, Node>;
  pending: { readonly at: number; readonly names: readonly (readonly [string, Node | undefined])[] }[];
}
type Node = FileNode | FolderNode;
type FileChange =
  | { readonly at: number; readonly type: 'write'; readonly from: number; readonly bytes: Buffer }
  | { readonly at: number; readonly type: 'truncate'; readonly size: number };

const newFolder = (): FolderNode => ({ kind: 'folder', names: new Map(), sure: new Map(), pending: [] });

/** `root` is there, empty and sure when the first event comes. */
export function makeDisk(root: string): Disk {
  const top = newFolder();
  const open = new Map<number, { node: Node | undefined; path: string; position: number; append: boolean }>();
  const flushes = new Map<string, { node: Node; before: number }>();
  let instant = 0;

  const pathOf = ({ folder, path }: Place) => (folder === undefined ? path : resolve(open.get(folder)?.path ?? '/', path));
  const partsOf = (path: string): string[] | undefined => {
    const below = relative(root, path);
    return below.startsWith('..') ? undefined : below.split('/').filter(Boolean);
  };
  const find = (path: string): Node | undefined => {
    let node: Node | undefined = top;
    const parts = partsOf(path);
    if (!parts) return undefined;
    for (const part of parts) node = node?.kind === 'folder' ? node.names.get(part) : undefined;
    return node;
  };
  /** Names that change together, each in its folder. */
  const name = (...changes: readonly (readonly [path: string, node: Node | undefined])[]) => {
    const byFolder = Map.groupBy(changes, ([path]) => find(dirname(path)));
    for (const [folder, group] of byFolder) {
      if (folder?.kind !== 'folder') continue;
      const names = group.map(([path, node]) => [path.slice(path.lastIndexOf('/') + 1), node] as const);
      for (const [word, node] of names) setName(folder.names, word, node);
      folder.pending.push({ at: instant, names });
    }
  };
  const change = (fd: number, make: (file: { node: FileNode; position: number }) => FileChange) => {
    const file = open.get(fd);
    if (file?.node?.kind === 'file') file.node.pending.push(make({ node: file.node, position: file.position }));
  };

  return {
    take(event) {
      instant++;
      switch (event.type) {
        case 'open': {
          let node = find(event.path);
          if (!node && event.create && partsOf(event.path)) {
            node = { kind: 'file', sure: Buffer.alloc(0), pending: [] };
            name([event.path, node]);
          } else if (node?.kind === 'file' && event.truncate) node.pending.push({ at: instant, type: 'truncate', size: 0 });
          open.set(event.fd, { node, path: event.path, position: 0, append: event.append });
          return;
        }
        case 'close':
          open.delete(event.fd);
          return;
        case 'write': {
          const file = open.get(event.fd);
          if (file?.node?.kind !== 'file') return;
          const from = event.at ?? (file.append ? (sizesOf(file.node).at(-1) ?? 0) : file.position);
          if (event.at === undefined) file.position = from + event.bytes.length;
          change(event.fd, () => ({ at: instant, type: 'write', from, bytes: event.bytes }));
          return;
        }
        case 'truncate':
          return change(event.fd, () => ({ at: instant, type: 'truncate', size: event.size }));
        case 'flush-begin': {
          const node = open.get(event.fd)?.node;
          if (node) flushes.set(event.flush, { node, before: instant });
          return;
        }
        case 'flush-end': {
          const flush = flushes.get(event.flush);
          flushes.delete(event.flush);
          if (flush) settle(flush.node, flush.before);
          return;
        }
        case 'rename': {
          const [from, to] = [pathOf(event.from), pathOf(event.to)];
          return name([to, find(from)], [from, undefined]);
        }
        case 'link':
          return name([pathOf(event.to), find(pathOf(event.from))]);
        case 'unlink':
          return name([pathOf(event.at), undefined]);
        case 'mkdir':
          return name([pathOf(event.at), newFolder()]);
      }
    },
    imageTo(folder, loss) {
      mkdirSync(folder, { recursive: true });
      const put = (node: FolderNode, path: string) => {
        const names = new Map(node.sure);
        const reached = loss.reached(
          node.pending.length,
          node.pending.map(({ at }) => at),
        );
        for (const { names: changes } of node.pending.slice(0, reached)) for (const [word, what] of changes) setName(names, word, what);
        for (const [word, inner] of names) {
          const to = join(path, word);
          if (inner.kind === 'folder') {
            mkdirSync(to);
            put(inner, to);
          } else writeFileSync(to, word.endsWith('-shm') ? loss.junk(sizesOf(inner).at(-1) ?? 0) : contentOf(inner, loss), { mode: 0o600 });
        }
      };
      put(top, folder);
    },
  };
}

function setName(names: Map<string, Node>, word: string, node: Node | undefined): void {
  if (node) names.set(word, node);
  else names.delete(word);
}

/** Makes what was changed before this instant sure. */
function settle(node: Node, before: number): void {
  const isCovered = ({ at }: { at: number }) => at < before;
  if (node.kind === 'folder') {
    for (const { names } of node.pending.filter(isCovered)) for (const [word, what] of names) setName(node.sure, word, what);
    node.pending = node.pending.filter((change) => !isCovered(change));
    return;
  }
  const covered = node.pending.filter(isCovered);
  if (covered.length === 0) return;
  node.sure = contentOf({ ...node, pending: covered }, everything);
  node.pending = node.pending.filter((change) => !isCovered(change));
}

const everything: Loss = { sector: 4_096, reached: (n) => n, junk: (bytes) => Buffer.alloc(bytes) };

/** The size of a file after each of its pending changes, beginning with none of them. */
function sizesOf({ sure, pending }: FileNode): number[] {
  const sizes = [sure.length];
  for (const change of pending)
    sizes.push(change.type === 'truncate' ? change.size : Math.max(sizes.at(-1) ?? 0, change.from + change.bytes.length));
  return sizes;
}

/** Each sector at an age of its own; and the size, which is written elsewhere, at one of its own. */
function contentOf(file: FileNode, { sector, reached }: Loss): Buffer {
  const { sure, pending } = file;
  if (pending.length === 0) return sure;
  const at = pending.map((change) => change.at);
  const sizes = sizesOf(file);
  const size = sizes[reached(pending.length, at)] ?? sure.length;
  const content = Buffer.alloc(Math.max(...sizes));
  sure.copy(content);
  const ages = new Map<number, number>();
  const ageOf = (place: number) => {
    const known = ages.get(place);
    if (known !== undefined) return known;
    const age = reached(pending.length, at);
    ages.set(place, age);
    return age;
  };
  pending.forEach((change, index) => {
    const [from, to] = change.type === 'write' ? [change.from, change.from + change.bytes.length] : [change.size, sizes[index] ?? 0];
    for (let start = from; start < to; ) {
      const end = Math.min(to, (Math.floor(start / sector) + 1) * sector);
      if (index < ageOf(Math.floor(start / sector))) {
        if (change.type === 'write') change.bytes.copy(content, start, start - from, end - from);
        else content.fill(0, start, end);
      }
      start = end;
    }
  });
  return content.subarray(0, size);
}
