import { once } from 'node:events';
import type { Door } from '../route.ts';

/** Writes lines as a CSV file that a spreadsheet opens as UTF-8, as they come; a slow reader holds the writer and not the box's memory. */
export async function streamCsv(door: Door, fileName: string, lines: AsyncIterable<string>): Promise<undefined> {
  const { response, signal } = door;
  const reader = lines[Symbol.asyncIterator]();
  // The first line is waited for: who may not have the file is told so by the status.
  let next = await reader.next();
  response.writeHead(200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${fileName}"`,
    'Cache-Control': 'private, no-store',
  });
  for (; !next.done && !signal.aborted; next = await reader.next())
    if (!response.write(next.value)) await once(response, 'drain', { signal }).catch(() => {});
  response.end();
  return undefined;
}
