import type { DocumentKind } from '../document-reader.ts';
import { refused } from './refused.ts';
import { wideOrder } from './text.ts';

const kindByEnding: Readonly<Record<string, DocumentKind>> = {
  pdf: 'pdf',
  docx: 'docx',
  txt: 'txt',
  text: 'txt',
  md: 'md',
  markdown: 'md',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  csv: 'csv',
  tsv: 'csv',
};

/** What formats begin with, told by the names that people know them by; -1 is any byte. */
const beginnings: readonly (readonly [name: string, bytes: readonly number[], at?: number])[] = [
  ['PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['ZIP', [0x50, 0x4b, 0x03, 0x04]],
  ['ZIP', [0x50, 0x4b, 0x05, 0x06]],
  ['PNG', [0x89, 0x50, 0x4e, 0x47]],
  ['JPEG', [0xff, 0xd8, 0xff]],
  ['GIF', [0x47, 0x49, 0x46, 0x38]],
  ['TIFF', [0x49, 0x49, 0x2a, 0x00]],
  ['TIFF', [0x4d, 0x4d, 0x00, 0x2a]],
  ['WEBP', [0x57, 0x45, 0x42, 0x50], 8],
  ['BMP', [0x42, 0x4d, -1, -1, -1, -1, 0, 0, 0, 0]],
  ['DOC/XLS/PPT', [0xd0, 0xcf, 0x11, 0xe0]],
  ['RTF', [0x7b, 0x5c, 0x72, 0x74, 0x66]],
  ['EXE', [0x4d, 0x5a]],
  ['ELF', [0x7f, 0x45, 0x4c, 0x46]],
  ['GZIP', [0x1f, 0x8b, 0x08]],
  ['RAR', [0x52, 0x61, 0x72, 0x21, 0x1a]],
  ['7Z', [0x37, 0x7a, 0xbc, 0xaf]],
  ['MP4', [0x66, 0x74, 0x79, 0x70], 4],
  ['OGG', [0x4f, 0x67, 0x67, 0x53]],
  ['WAV', [0x57, 0x41, 0x56, 0x45], 8],
  ['MP3', [0x49, 0x44, 0x33]],
  ['SQLite', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]],
];

/** Formats whose programs can save as one that is read. */
const convertible = new Set(['doc', 'rtf', 'odt', 'pages', 'ppt', 'pptx', 'xls', 'xlsx', 'ods', 'epub', 'docm', 'dot', 'dotx']);

/** Which kind a file is, by its name and its first bytes (some thousand are plenty). Throws `invalid` where they are none, or do not agree. */
export function kindOf(fileName: string, start: Uint8Array): DocumentKind {
  const ending = /\.([^.\s/\\]{1,10})\s*$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const kind = Object.hasOwn(kindByEnding, ending) ? kindByEnding[ending] : undefined;
  if (!kind) {
    if (convertible.has(ending))
      throw refused(
        'Files of this kind ({ending}) are not read. Please open it in the program that made it, save it as PDF, Word (.docx) or CSV, and send that.',
        'kind',
        { ending: `.${ending}` },
      );
    throw refused('Files of this kind are not read. Please send a PDF, Word (.docx), text, Markdown, HTML or CSV file.', 'kind');
  }
  if (start.length === 0) throw refused('This file is empty. Please choose it again, or export it once more.', 'empty');
  const found = formatOf(start);
  if (kind === 'pdf') return found === 'PDF' || hasPdfMark(start) ? kind : disagree('PDF', found);
  if (kind === 'docx') {
    if (found === 'DOC/XLS/PPT')
      throw refused(
        'This Word file is protected by a password, or it was saved in the format of Word before 2007. Please remove the password, save it as .docx and send it again.',
        'password',
      );
    return found === 'ZIP' ? kind : disagree('DOCX', found);
  }
  if (found) return disagree(kind.toUpperCase(), found);
  if (isBinary(start))
    throw refused(
      'By its name this file is text, but it holds something that is no text. Please check that it is the right file, or save it as plain text (UTF-8).',
      'binary',
    );
  return kind;
}

function disagree(said: string, found: string | undefined): never {
  if (found)
    throw refused(
      'By its name this file is {said}, but what it holds is {found}. Please check that it is the right file, or export it again as {said}.',
      'disagree',
      { said, found },
    );
  throw refused(
    'By its name this file is {said}, but it is not one inside. Please check that it is the right file, or export it again as {said}.',
    'disagree',
    { said },
  );
}

function formatOf(start: Uint8Array): string | undefined {
  return beginnings.find(([name, bytes, at = 0]) => {
    // Two letters begin many a text: a program and a bitmap have bytes behind them that no text has.
    if ((name === 'EXE' || name === 'BMP' || name === 'MP3') && !start.subarray(0, 512).includes(0)) return false;
    return bytes.every((byte, i) => byte < 0 || start[at + i] === byte);
  })?.[0];
}

/** Readers of PDF allow some bytes before the mark. */
function hasPdfMark(start: Uint8Array): boolean {
  return Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, 1_024)).includes('%PDF-');
}

function isBinary(start: Uint8Array): boolean {
  const marked = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  if (marked || wideOrder(start)) return false;
  let control = 0;
  for (const byte of start) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) control++;
  return start.includes(0) || control > 2 + start.length / 50;
}
