import { AppError } from '../../shared/errors.ts';
import type { DocumentKind, ReadDocument } from '../document-reader.ts';
import { readDocx } from './docx.ts';
import { readHtml } from './html.ts';
import { readMarkdown } from './markdown.ts';
import { openPdfParser, readPdf } from './pdf.ts';
import { readPlainText } from './plain-text.ts';
import { refused } from './refused.ts';
import { readTable } from './table.ts';
import { sizeOf } from './wire.ts';

/** More than this is no document that a person will ever be shown an answer from. */
const mostCharacters = 20_000_000;

/** Loads what is slow to load, and takes away what no document may use. */
export async function openParsers(): Promise<void> {
  await openPdfParser();
  for (const name of ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest', 'WebAssembly']) Reflect.deleteProperty(globalThis, name);
}

export async function readDocument(bytes: Uint8Array, kind: DocumentKind, onPage: () => void): Promise<ReadDocument> {
  if (bytes.length === 0) throw refused('This file is empty. Please choose it again, or export it once more.', 'empty');
  const read = await readers[kind](bytes, onPage);
  const characters = read.blocks.reduce((sum, block) => sum + sizeOf(block), 0);
  if (characters > mostCharacters)
    throw new AppError('too-large', 'This document holds more text than is taken at once. Please split it into smaller files.', {
      context: { characters },
    });
  if (characters === 0 && read.unreadPages.length === 0)
    throw refused('This document holds no text. Please check that it is the right file.', 'no-text');
  return read;
}

const readers: Readonly<Record<DocumentKind, (bytes: Uint8Array, onPage: () => void) => ReadDocument | Promise<ReadDocument>>> = {
  pdf: readPdf,
  docx: readDocx,
  html: readHtml,
  md: readMarkdown,
  csv: readTable,
  txt: readPlainText,
};
