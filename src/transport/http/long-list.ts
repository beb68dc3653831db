import type { Door } from '../route.ts';

const PIECE = 500;

/** Writes `{ "items": [...] }` piece by piece, so that one caller's long list is spelt between the requests of others. */
export async function writeLongList<T>({ response, signal }: Door, items: readonly T[], present: (item: T) => unknown): Promise<undefined> {
  response.status(200).setHeader('Content-Type', 'application/json; charset=utf-8');
  for (let from = 0; from < items.length && !signal.aborted; from += PIECE) {
    const piece = items.slice(from, from + PIECE).map((item) => JSON.stringify(present(item)));
    response.write(`${from === 0 ? '{"items":[' : ','}${piece.join(',')}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end(items.length === 0 ? '{"items":[]}' : ']}');
}
