import { Parser } from 'htmlparser2';
import mammoth from 'mammoth';
import type { ReadDocument } from '../document-reader.ts';
import { blocksOfHtml, firstHeading } from './html.ts';
import { damaged, refused } from './refused.ts';
import { oneLine } from './text.ts';
import { type Part, packageOf, partsOf } from './zip.ts';

/**
 * A Word document. Its package is unpacked here, under limits, and mammoth is given a new one that holds only what words are made of:
 * no picture, no program, nothing from outside, and no run of letters that nobody can see.
 */
export async function readDocx(bytes: Uint8Array): Promise<ReadDocument> {
  const parts = partsOf(bytes, (name) => /(?:\.xml|\.rels)$/i.test(name));
  const held = new Set(parts.map((part) => part.name.toLowerCase()));
  if (![...held].some((name) => /^word\/document\d*\.xml$/.test(name)) && !held.has('_rels/.rels'))
    throw refused(
      'By its name this file is {said}, but it is not one inside. Please check that it is the right file, or export it again as {said}.',
      'disagree',
      { said: 'DOCX' },
    );
  const shown = parts.map((part) =>
    /^word\/(?!styles|settings|theme|fontTable)[^/]+\.xml$/i.test(part.name) ? withoutHidden(part) : part,
  );
  let html: string;
  try {
    const result = await mammoth.convertToHtml(
      { buffer: packageOf(shown) },
      { convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })), externalFileAccess: false, styleMap },
    );
    html = result.value;
  } catch (error) {
    throw damaged(error);
  }
  // The arrow by which a note leads back to where it is called.
  const { blocks } = blocksOfHtml(html.replace(/<a href="#(?:foot|end)note-ref-[^"]*">↑<\/a>/g, ''));
  return { title: titleOf(parts) ?? firstHeading(blocks), pages: undefined, unreadPages: [], blocks };
}

const styleMap = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => h2:fresh"];

function titleOf(parts: readonly Part[]): string | undefined {
  const core = parts.find((part) => part.name.toLowerCase() === 'docprops/core.xml')?.bytes.toString('utf8');
  const title = /<dc:title>([^<]{1,300})<\/dc:title>/.exec(core ?? '')?.[1];
  return title ? oneLine(unescaped(title)) || undefined : undefined;
}

function unescaped(xml: string): string {
  const names: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return xml.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => names[name] ?? '');
}

interface Scope {
  readonly tag: string;
  readonly start: number;
  hidden: boolean;
  white: boolean;
  /** Somebody set a background here, before which white letters are seen. */
  shaded: boolean;
}

/** Cuts out the runs that are marked as hidden, are smaller than a point, or are white on white. Their places in the XML are kept exactly. */
function withoutHidden(part: Part): Part {
  const utf16 = part.bytes[0] === 0xff || part.bytes[0] === 0xfe;
  if (utf16) return part;
  const xml = part.bytes.toString('utf8');
  if (!/<w:(?:vanish|color|sz|webHidden)\b/.test(xml)) return part;
  const cuts: (readonly [from: number, to: number])[] = [];
  const scopes: Scope[] = [];
  let inProperties = 0;
  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        if (scopeTags.has(tag)) scopes.push({ tag, start: parser.startIndex, hidden: false, white: false, shaded: tag === 'w:tbl' });
        if (/^w:[rpt][a-z]*Pr$/i.test(tag)) inProperties++;
        const scope = scopes.at(-1);
        if (!scope || inProperties === 0) return;
        const value = (attributes['w:val'] ?? '').toLowerCase();
        const off = value === '0' || value === 'false' || value === 'off' || value === 'none';
        if (tag === 'w:vanish' && !off) scope.hidden = true;
        else if (tag === 'w:sz' && Number(value) <= 2 && value !== '') scope.hidden = true;
        else if (tag === 'w:color' && /^f[b-f]f[b-f]f[b-f]$/.test(value)) scope.white = true;
        else if (tag === 'w:shd' && !/^(?:auto|ffffff|)$/i.test(attributes['w:fill'] ?? '')) scope.shaded = true;
        else if (tag === 'w:highlight' && !off && value !== 'white') scope.shaded = true;
      },
      onclosetag(tag) {
        if (/^w:[rpt][a-z]*Pr$/i.test(tag)) inProperties--;
        if (!scopeTags.has(tag)) return;
        const scope = scopes.pop();
        if (scope?.tag !== 'w:r') return;
        const unseen = scope.hidden || (scope.white && !scope.shaded && !scopes.some((outer) => outer.shaded));
        if (unseen) cuts.push([scope.start, parser.endIndex + 1]);
      },
    },
    { xmlMode: true, decodeEntities: false },
  );
  parser.write(xml);
  parser.end();
  if (cuts.length === 0) return part;
  const kept: string[] = [];
  let at = 0;
  for (const [from, to] of cuts.sort((a, b) => a[0] - b[0])) {
    if (from < at) continue;
    kept.push(xml.slice(at, from));
    at = to;
  }
  kept.push(xml.slice(at));
  return { name: part.name, bytes: Buffer.from(kept.join('')) };
}

const scopeTags = new Set(['w:r', 'w:p', 'w:tc', 'w:tbl', 'w:txbxContent']);
