import type { Block, ReadDocument } from '../document-reader.ts';
import { decodeText, oneLine, visible } from './text.ts';

const marker = /^\s*(?:[-*•–·▪●]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s/;

/** Plain text: paragraphs stand between empty lines, lines that were broken to fit a page are joined, plain headings are known. */
export function readPlainText(bytes: Uint8Array): ReadDocument {
  const text = visible(decodeText(bytes));
  const pieces = text.split(/\n{2,}/);
  const blocks: Block[] = [];
  for (const [i, piece] of pieces.entries()) {
    const lines = piece.split('\n');
    const underlined = lines.findIndex((line, at) => at > 0 && /^(?:={3,}|-{3,})$/.test(line.trim()));
    if (underlined === 1) {
      blocks.push({ kind: 'heading', level: /=/.test(lines[1] ?? '') ? 1 : 2, text: oneLine(lines[0] ?? '') });
      lines.splice(0, 2);
    }
    const rest = joined(lines);
    if (rest === '') continue;
    const level = lines.length === 1 && i < pieces.length - 1 ? plainHeading(rest) : 0;
    blocks.push(level > 0 ? { kind: 'heading', level, text: rest } : { kind: 'paragraph', text: rest });
  }
  const first = blocks[0];
  return { title: first?.kind === 'heading' ? first.text.slice(0, 300) : undefined, pages: undefined, unreadPages: [], blocks };
}

/** The level of a line that stands alone and reads as a heading: in capitals, or behind a section's number. 0 where it does not. */
function plainHeading(line: string): number {
  if (line.length > 90 || /[.!?;,:।]$/.test(line) || !/\p{L}{2}/u.test(line)) return 0;
  if (/^(?:chapter|section|part|annex|appendix|अध्याय|भाग)\s+[\divxlc०-९]+/i.test(line)) return 1;
  const number = /^(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\p{Lu}/u.exec(line)?.[1];
  if (number) return Math.min(number.split('.').length, 6);
  return line === line.toUpperCase() && /\p{Lu}{3}/u.test(line) ? 2 : 0;
}

/** Lines of one paragraph: broken ones are joined, the lines of a list, an address or a verse stay as they are. */
function joined(lines: readonly string[]): string {
  const longest = Math.max(...lines.map((line) => line.length));
  const wrapped =
    lines.length > 1 &&
    longest >= 50 &&
    lines.slice(0, -1).filter((line) => line.length > longest * 0.7).length >= (lines.length - 1) * 0.6;
  let text = '';
  for (const line of lines) {
    if (text === '') text = line;
    else if (!wrapped || marker.test(line)) text += `\n${line}`;
    else if (/\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(line)) text = text.slice(0, -1) + line;
    else text += ` ${line}`;
  }
  return text.trim();
}
