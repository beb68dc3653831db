import { Parser } from 'htmlparser2';
import type { Block, ReadDocument } from '../document-reader.ts';
import { type Cell, tableBlocks } from './cells.ts';
import { isSeen, type Looks, looksWithin, plainLooks, readStyleSheet, rulesFor } from './hidden.ts';
import { damaged } from './refused.ts';
import { decodeText, oneLine, visible } from './text.ts';

/** Elements whose text is none: programs, styles, pictures, what is shown in place of something else. */
const mute = new Set(
  'script style template noscript iframe object embed svg canvas audio video map select datalist textarea button title noframes rp'.split(
    ' ',
  ),
);
const breaking = new Set(
  'address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form header hgroup hr html legend li main nav ol p pre section summary ul table caption thead tbody tfoot tr td th h1 h2 h3 h4 h5 h6'.split(
    ' ',
  ),
);
const empty = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

/** No page that people read nests so deep; browsers stop long before. */
const deepest = 3_000;

interface Open {
  readonly tag: string;
  readonly looks: Looks;
  readonly muted: boolean;
}

interface Table {
  caption: string;
  readonly rows: Cell[][];
  /** Blocks that stand in the cell being read are its text. */
  cell: string[] | undefined;
  inHead: boolean;
}

export function readHtml(bytes: Uint8Array): ReadDocument {
  const told = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,30})/i.exec(Buffer.from(bytes.subarray(0, 2_048)).toString('latin1'))?.[1];
  const { title, blocks } = blocksOfHtml(decodeText(bytes, told));
  return { title: title ?? firstHeading(blocks), pages: undefined, unreadPages: [], blocks };
}

export function firstHeading(blocks: readonly Block[]): string | undefined {
  const first = blocks.slice(0, 5).find((block) => block.kind === 'heading' && block.level <= 1);
  return first?.kind === 'heading' ? first.text.slice(0, 300) : undefined;
}

/** The blocks of a page as a person would read them: what is hidden is not there, a list's items carry their marks, a table its head. */
export function blocksOfHtml(html: string): { title: string | undefined; blocks: Block[] } {
  const blocks: Block[] = [];
  const stack: Open[] = [];
  const tables: Table[] = [];
  const lists: { ordered: boolean; next: number }[] = [];
  let rules = new Map<string, string>();
  let sheet: string | undefined;
  let title: string | undefined;
  let titleText: string | undefined;
  let text = '';
  let marker = '';
  let inPre = 0;
  let heading = 0;

  const flush = (): void => {
    const words = visible(text);
    text = '';
    if (words === '') return;
    const lead = marker;
    marker = '';
    const table = tables.at(-1);
    if (table) {
      if (table.cell) table.cell.push(lead + words);
      else blocksOutside(table, words);
      return;
    }
    if (heading > 0 && words.length <= 500) blocks.push({ kind: 'heading', level: heading, text: oneLine(words) });
    else blocks.push({ kind: 'paragraph', text: lead + words });
  };
  /** Words inside a table that stand in no cell are its caption, or a paragraph of their own. */
  const blocksOutside = (table: Table, words: string): void => {
    if (stack.some((open) => open.tag === 'caption')) table.caption = `${table.caption} ${words}`.trim();
    else blocks.push({ kind: 'paragraph', text: words });
  };
  const closeTable = (): void => {
    const table = tables.pop();
    if (!table) return;
    const made = tableBlocks(table.rows, oneLine(table.caption));
    const outer = tables.at(-1);
    if (outer?.cell) {
      for (const row of table.rows)
        outer.cell.push(
          row
            .map((cell) => cell.text)
            .filter(Boolean)
            .join(' '),
        );
    } else blocks.push(...made);
  };

  const parser = new Parser(
    {
      onopentag(tag, attributes) {
        const outer = stack.at(-1);
        if (tag === 'title' && title === undefined && !stack.some((open) => open.tag === 'svg')) titleText = '';
        if (tag === 'style') sheet = '';
        const looks = looksWithin(outer?.looks ?? plainLooks, attributes, rulesFor(rules, tag, attributes));
        const muted = (outer?.muted ?? false) || mute.has(tag) || looks.gone;
        if (breaking.has(tag)) flush();
        if (!empty.has(tag) && stack.push({ tag, looks, muted }) > deepest) throw damaged();
        if (muted) return;
        if (tag === 'br') text += '\n';
        else if (tag === 'pre') inPre++;
        else if (/^h[1-6]$/.test(tag)) heading = Number(tag[1]);
        else if (tag === 'ul' || tag === 'ol')
          lists.push({ ordered: tag === 'ol', next: Number.parseInt(attributes.start ?? '1', 10) || 1 });
        else if (tag === 'li') {
          const list = lists.at(-1);
          marker = list?.ordered ? `${list.next++}. ` : '• ';
        } else if (tag === 'table') tables.push({ caption: '', rows: [], cell: undefined, inHead: false });
        const table = tables.at(-1);
        if (!table) return;
        if (tag === 'thead') table.inHead = true;
        else if (tag === 'tr') table.rows.push([]);
        else if (tag === 'td' || tag === 'th') {
          if (table.rows.length === 0) table.rows.push([]);
          table.cell = [];
          table.rows.at(-1)?.push({
            text: '',
            head: tag === 'th' || table.inHead,
            columns: span(attributes.colspan, 50),
            rows: span(attributes.rowspan, 500),
          });
        }
      },
      ontext(words) {
        if (titleText !== undefined) titleText += words;
        else if (sheet !== undefined) sheet += words;
        const open = stack.at(-1);
        if (open && (open.muted || !isSeen(open.looks))) return;
        text += inPre > 0 ? words : words.replace(/[^\S\u00a0]+/g, ' ');
      },
      onclosetag(tag) {
        if (tag === 'title' && titleText !== undefined) {
          title = oneLine(titleText).slice(0, 300) || undefined;
          titleText = undefined;
        }
        if (tag === 'style' && sheet !== undefined) {
          rules = new Map([...rules, ...readStyleSheet(sheet)]);
          sheet = undefined;
        }
        if (breaking.has(tag)) flush();
        const open = empty.has(tag) ? undefined : stack.pop();
        if (open?.muted) return;
        if (tag === 'pre') inPre = Math.max(0, inPre - 1);
        else if (/^h[1-6]$/.test(tag)) heading = 0;
        else if (tag === 'ul' || tag === 'ol') lists.pop();
        else if (tag === 'li') marker = '';
        else if (tag === 'table') closeTable();
        const table = tables.at(-1);
        if (tag === 'thead' && table) table.inHead = false;
        if ((tag === 'td' || tag === 'th') && table?.cell) {
          const cell = table.rows.at(-1)?.at(-1);
          if (cell) cell.text = oneLine(table.cell.join(' '));
          table.cell = undefined;
        }
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  for (let at = 0; at < html.length; at += 65_536) parser.write(html.slice(at, at + 65_536));
  parser.end();
  flush();
  while (tables.length > 0) closeTable();
  return { title, blocks };
}

function span(value: string | undefined, most: number): number {
  return Math.min(Math.max(Number.parseInt(value ?? '1', 10) || 1, 1), most);
}
