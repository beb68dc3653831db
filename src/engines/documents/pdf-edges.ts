import { type Line, type Page, quantile } from './pdf-lines.ts';

/** How much of a page's height, above and below, running headers and footers stand in; the number of the page by itself may stand further in. */
const zone = 0.12;
const numberZone = 0.2;

/**
 * Drops what runs along the top and bottom of the pages: lines that come again at the same height on many pages (numbers in them may
 * differ), and page numbers. Only where a gap parts them from the writing, so that a page that begins like the last one keeps its words.
 */
export function withoutRunningLines(pages: readonly Page[]): Page[] {
  const edges = pages.map((page) => [...edgeLines(page)]);
  const seen = new Map<string, number>();
  for (const lines of edges)
    for (const key of new Set(lines.map(({ line, top }) => keyOf(line, top)))) seen.set(key, (seen.get(key) ?? 0) + 1);
  const often = Math.max(3, pages.length * 0.25);
  return pages.map((page, i) => {
    const dropped = new Set(
      (edges[i] ?? [])
        .filter(({ line, top }) => {
          const times = seen.get(keyOf(line, top)) ?? 0;
          return times >= often || (isPageNumber(line.text) && (times >= 2 || line.text === String(page.number)));
        })
        .map(({ line }) => line),
    );
    return dropped.size === 0 ? page : { ...page, lines: page.lines.filter((line) => !dropped.has(line)) };
  });
}

/** The lines of both zones that a gap parts from the rest of the page. */
function* edgeLines(page: Page): Generator<{ line: Line; top: boolean }> {
  const sorted = [...page.lines].sort((a, b) => a.base - b.base);
  const gaps = sorted.slice(1).map((line, i) => line.base - (sorted[i] as Line).base);
  const pitch = quantile(
    gaps.filter((gap) => gap > 2),
    0.5,
  );
  for (const top of [true, false]) {
    const outer = top ? sorted : [...sorted].reverse();
    const inZone = outer.filter((line) => {
      const depth = isPageNumber(line.text) ? numberZone : zone;
      return top ? line.base < page.height * depth : line.base > page.height * (1 - depth);
    });
    const group: Line[] = [];
    for (const [i, line] of inZone.slice(0, 4).entries()) {
      group.push(line);
      const next = outer[i + 1];
      // The page's own number needs no gap: nothing else says exactly that at the edge.
      if (
        !next ||
        (i === 0 && line.text === String(page.number)) ||
        Math.abs(next.base - line.base) > Math.max(pitch * 1.2, line.size * 1.6)
      ) {
        for (const one of group) yield { line: one, top };
        group.length = 0;
      }
    }
  }
}

function keyOf(line: Line, top: boolean): string {
  return `${top ? 'top' : 'bottom'} ${Math.round(line.base / 6)} ${line.text.toLowerCase().replace(/\d+|\b[ivxl]{1,6}\b/g, '#')}`;
}

function isPageNumber(text: string): boolean {
  return /^[-–—|\s]*(?:page|p\.|seite|पृष्ठ)?\s*(?:\d{1,4}|[ivxl]{1,6})(?:\s*(?:of|\/|von)\s*\d{1,4})?[-–—|\s]*$/i.test(text);
}
