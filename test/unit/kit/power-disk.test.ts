import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Loss, makeDisk } from '../../kit/power/disk.ts';
import { makeParser } from '../../kit/power/trace.ts';

/** The disk that the proof of power cuts rests on, held against what a disk may do. */
const root = mkdtempSync(join(tmpdir(), 'bedside-disk-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const hex = (text: string) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
const losing = (reached: Loss['reached'], sector = 4): Loss => ({ sector, reached, junk: (bytes) => Buffer.alloc(bytes, '?') });
const all = losing(() => 0);
const none = losing((n) => n);

/** What a file holds after a cut behind these calls. */
let images = 0;
function heldAfter(calls: readonly string[], loss: Loss, file = 'a'): string | undefined {
  const parser = makeParser();
  for (const call of calls) parser.line(call);
  const disk = makeDisk('/box');
  for (const event of parser.events) disk.take(event);
  const image = join(root, String(++images));
  disk.imageTo(image, loss);
  return existsSync(join(image, file)) ? readFileSync(join(image, file), 'utf8') : undefined;
}
const open = (path: string, fd: number) => `1 openat(AT_FDCWD, "${hex(path)}", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = ${fd}`;
const put = (fd: number, text: string, at: number) => `1 pwrite64(${fd}, "${hex(text)}", ${text.length}, ${at}) = ${text.length}`;
const sync = (fd: number) => `1 fdatasync(${fd})       = 0`;
const folder = `1 openat(AT_FDCWD, "${hex('/box')}", O_RDONLY|O_CLOEXEC) = 9`;
const made = [open('/box/a', 5), put(5, 'first...', 0), sync(5), folder, sync(9)];

describe('a disk whose power is cut', () => {
  it('has lost at most what was not flushed', () => {
    expect(heldAfter(made, all)).toBe('first...');
    expect(heldAfter([...made, put(5, 'again', 0)], all)).toBe('first...');
    expect(heldAfter([...made, put(5, 'again', 0)], none)).toBe('again...');
  });

  it('tears what was not flushed, sector by sector', () => {
    // Asked first for the name of the file, then for its size, then for each sector as it comes.
    const tearing = (...answers: boolean[]) => losing((n) => (n > 0 && answers.shift() ? n : 0));
    const torn = [...made, put(5, 'THE LAST', 0)];
    expect(heldAfter(torn, tearing(true, true, false))).toBe('THE t...');
    expect(heldAfter(torn, tearing(true, false, true))).toBe('firsLAST');
    // The end of a file may come without its beginning.
    expect(heldAfter([...made, put(5, 'and more', 8)], tearing(true, false, true))).toBe('first...\0\0\0\0more');
  });

  it('loses a name that its folder was not flushed for, whatever was flushed of the file', () => {
    const unsure = [open('/box/a', 5), put(5, 'first', 0), sync(5)];
    expect(heldAfter(unsure, all)).toBeUndefined();
    expect(heldAfter([...made, `1 rename("${hex('/box/a')}", "${hex('/box/b')}") = 0`], all)).toBe('first...');
    expect(heldAfter([...made, `1 rename("${hex('/box/a')}", "${hex('/box/b')}") = 0`, sync(9)], all, 'b')).toBe('first...');
  });

  it('covers by a flush what was written before the flush began, and nothing that came while it ran', () => {
    const calls = [...made, put(5, 'early', 0), '2 fdatasync(5 <unfinished ...>', put(5, 'late!', 0), '2 <... fdatasync resumed>)  = 0'];
    expect(heldAfter(calls.slice(0, -1), all)).toBe('first...');
    expect(heldAfter(calls, all)).toBe('early...');
    expect(heldAfter(calls, none)).toBe('late!...');
  });

  it('is not told of a flush that failed', () => {
    expect(heldAfter([...made, put(5, 'again', 0), '1 fdatasync(5) = -1 EIO (Input/output error)'], all)).toBe('first...');
  });

  it('refuses a recording of calls that it does not know', () => {
    expect(() => heldAfter(['1 sendfile(5, 6, NULL, 100) = 100'], all)).toThrow('does not know');
    expect(() => heldAfter([`1 pwrite64(5, "${hex('some')}"..., 4000, 0) = 4000`], all)).toThrow('in part');
  });
});
