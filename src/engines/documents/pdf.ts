import { getResolvedPDFJS } from 'unpdf';
import type { Block, ReadDocument } from '../document-reader.ts';
import { blocksOfPages, titleKey } from './pdf-blocks.ts';
import { withoutRunningLines } from './pdf-edges.ts';
import { linesOf, type Page, type Run } from './pdf-lines.ts';
import { damaged, refused } from './refused.ts';
import { oneLine, visible } from './text.ts';

/** What is used of pdf.js. */
type PdfDocument = Awaited<ReturnType<Awaited<ReturnType<typeof getResolvedPDFJS>>['getDocument']>['promise']>;
type PdfPage = Awaited<ReturnType<PdfDocument['getPage']>>;

/** More pages than this are not read: a book of medicine has 4,000. */
const mostPages = 10_000;

export async function openPdfParser(): Promise<void> {
  await getResolvedPDFJS();
}

/** A PDF by pdf.js: its letters with their places, put together again to what its writer wrote. Nothing is drawn and no program in it runs. */
export async function readPdf(bytes: Uint8Array, onPage: () => void): Promise<ReadDocument> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pictures = file.includes('/Subtype/Image') || file.includes('/Subtype /Image');
  const { getDocument } = await getResolvedPDFJS();
  const loading = getDocument({
    data: bytes,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWasm: false,
    useWorkerFetch: false,
    disableAutoFetch: true,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: 0,
  } as Parameters<typeof getDocument>[0]);
  try {
    const document = await loading.promise;
    if (document.numPages > mostPages)
      throw refused('This document has more than {pages} pages. Please split it into smaller files.', 'pages', { pages: mostPages });
    return await readPages(document, pictures, onPage);
  } catch (error) {
    if ((error as Error).name === 'PasswordException')
      throw refused(
        'This PDF is protected by a password. Please remove the password (open it, then save or print it as a new PDF) and send it again.',
        'password',
        undefined,
        error,
      );
    throw error;
  } finally {
    await loading.destroy().catch(() => {});
  }
}

async function readPages(document: PdfDocument, pictures: boolean, onPage: () => void): Promise<ReadDocument> {
  const pages: Page[] = [];
  const extras: Block[] = [];
  const unreadPages: number[] = [];
  let broken = 0;
  for (let number = 1; number <= document.numPages; number++) {
    try {
      const page = await document.getPage(number);
      const runs = await runsOf(page);
      const lines = linesOf(runs);
      const notes = await notesOf(page, number);
      extras.push(...notes);
      page.cleanup();
      if (notes.length === 0 && !lines.some((line) => /\p{L}/u.test(line.text))) unreadPages.push(number);
      else onPage();
      if (lostLetters(runs)) unreadPages.push(number);
      pages.push({ number, height: heightOf(page), lines });
    } catch (error) {
      if (/allocation failed|out of memory/i.test(String(error))) throw error;
      broken++;
      unreadPages.push(number);
    }
  }
  if (broken === document.numPages) throw damaged();
  const blocks = inOrder(blocksOfPages(withoutRunningLines(pages), await outlineOf(document)), extras);
  if (blocks.length === 0 && !pictures) {
    if (broken > 0) throw damaged();
    throw refused('This document holds no text. Please check that it is the right file.', 'no-text');
  }
  return { title: (await titleOf(document)) ?? firstTitle(blocks), pages: document.numPages, unreadPages, blocks };
}

function heightOf(page: PdfPage): number {
  return page.getViewport({ scale: 1 }).height;
}

async function runsOf(page: PdfPage): Promise<Run[]> {
  const viewport = page.getViewport({ scale: 1 });
  const [a, b, c, d, e, f] = viewport.transform as [number, number, number, number, number, number];
  const runs: Run[] = [];
  const { items } = await page.getTextContent({ includeMarkedContent: false, disableNormalization: false });
  for (const item of items) {
    if (!('str' in item) || item.str === '') continue;
    const [ta, tb, tc, td, te, tf] = item.transform as [number, number, number, number, number, number];
    const [x, y] = [a * te + c * tf + e, b * te + d * tf + f];
    const size = Math.hypot(a * tc + c * td, b * tc + d * td);
    // Letters that are too small to be seen, or stand beside the page, are not there for people.
    if (size < 1.5 || x < -2 || y < -2 || x > viewport.width + 2 || y > viewport.height + 2) continue;
    const turn = Math.atan2(b * ta + d * tb, a * ta + c * tb);
    const angle = (Math.round((turn * 180) / Math.PI / 5) * 5 + 360) % 360;
    const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    runs.push({
      text: item.str,
      left: x * cos + y * sin,
      base: -x * sin + y * cos,
      width: item.width,
      size,
      angle,
      rightToLeft: item.dir === 'rtl',
      font: item.fontName,
    });
  }
  return runs;
}

/** A font that does not tell which letters it draws (many a PDF in Hindi): every twentieth is missing, and a machine that reads pictures does better. */
function lostLetters(runs: readonly Run[]): boolean {
  let letters = 0;
  let lost = 0;
  for (const { text } of runs) {
    for (const letter of text) {
      if (/[\u0000\ufffd\ue000-\uf8ff]/.test(letter)) lost++;
      else if (/\p{L}/u.test(letter)) letters++;
    }
  }
  return lost >= 5 && lost * 20 > letters;
}

/** What people wrote into the fields of a form, and the notes they put on the page. */
async function notesOf(page: PdfPage, number: number): Promise<Block[]> {
  const blocks: Block[] = [];
  const add = (text: string): void => {
    const words = visible(text).slice(0, 5_000);
    if (/[\p{L}\p{N}]/u.test(words)) blocks.push({ kind: 'paragraph', text: words, page: number });
  };
  const annotations = (await page.getAnnotations().catch(() => [])) as Readonly<Record<string, unknown>>[];
  for (const note of annotations.slice(0, 2_000)) {
    if (note.hidden === true || note.noView === true) continue;
    if (note.subtype === 'Widget') {
      const value = Array.isArray(note.fieldValue) ? note.fieldValue.join(', ') : note.fieldValue;
      if (typeof value !== 'string' || value === '' || value === 'Off') continue;
      const name = [note.alternativeText, note.fieldName].find((text) => typeof text === 'string' && text !== '');
      add(name ? `${name}: ${value}` : value);
    } else if (note.subtype !== 'Link' && note.subtype !== 'Popup') {
      const contents = (note.contentsObj as { str?: unknown } | undefined)?.str;
      if (typeof contents === 'string') add(contents);
    }
  }
  return blocks;
}

/** Notes follow what stands on their page. */
function inOrder(blocks: Block[], extras: readonly Block[]): Block[] {
  if (extras.length === 0) return blocks;
  return [...blocks, ...extras].sort((x, y) => (x.page ?? 0) - (y.page ?? 0));
}

async function outlineOf(document: PdfDocument): Promise<Map<string, number>> {
  const titles = new Map<string, number>();
  const take = (items: readonly { title: string; items: unknown }[], depth: number): void => {
    for (const item of items) {
      if (titles.size > 5_000 || depth > 6) return;
      const key = titleKey(item.title);
      if (key.length > 1 && !titles.has(key)) titles.set(key, depth);
      if (Array.isArray(item.items)) take(item.items, depth + 1);
    }
  };
  take(((await document.getOutline().catch(() => [])) ?? []) as { title: string; items: unknown }[], 1);
  return titles;
}

async function titleOf(document: PdfDocument): Promise<string | undefined> {
  const { info } = await document.getMetadata().catch(() => ({ info: {} }));
  const title = oneLine(String((info as { Title?: unknown }).Title ?? '')).slice(0, 300);
  // Programs write there what the file was called, or nothing.
  return /\p{L}{2}/u.test(title) && !/\.(?:docx?|pdf|indd|tex|html?|pptx?|xlsx?|odt|qxd)$|^untitled|^microsoft word/i.test(title)
    ? title
    : undefined;
}

function firstTitle(blocks: readonly Block[]): string | undefined {
  const first = blocks.slice(0, 5).find((block) => block.kind === 'heading' && block.page === 1);
  return first?.kind === 'heading' ? first.text.slice(0, 300) : undefined;
}
