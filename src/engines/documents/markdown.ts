import { Marked } from 'marked';
import type { ReadDocument } from '../document-reader.ts';
import { blocksOfHtml, firstHeading } from './html.ts';
import { decodeText, oneLine } from './text.ts';

/** Markdown, by way of HTML: the tags that people write into it then count, and hide, as they do in a page. */
export function readMarkdown(bytes: Uint8Array): ReadDocument {
  const { title, body } = withoutFrontMatter(decodeText(bytes).replace(/^\ufeff/, ''));
  const marked = new Marked({ gfm: true, async: false });
  const { blocks } = blocksOfHtml(marked.parser(marked.lexer(body)));
  return { title: title ?? firstHeading(blocks), pages: undefined, unreadPages: [], blocks };
}

/** Many programs put a title between two rulers at the top. */
function withoutFrontMatter(text: string): { title: string | undefined; body: string } {
  const [whole = '', inner = ''] = /^---[ \t]*\r?\n([\s\S]{0,5000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(text) ?? [];
  if (whole === '' || !/^[\w-]+[ \t]*:/m.test(inner)) return { title: undefined, body: text };
  const title = /^title[ \t]*:[ \t]*(.+)$/im.exec(inner)?.[1];
  return { title: title ? oneLine(title.replace(/^["']|["']\s*$/g, '')) || undefined : undefined, body: text.slice(whole.length) };
}
