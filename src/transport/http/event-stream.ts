import { once } from 'node:events';
import type { Door } from '../route.ts';

export interface ServerEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

const HEARTBEAT_MS = 15_000;
const LOOK_MS = 300;

/**
 * Writes server-sent events until they end, the reader leaves, or their sign-in is revoked (as on a socket, within a second). A
 * comment now and then keeps proxies from hanging up.
 */
export async function streamEvents(door: Door, events: AsyncIterable<ServerEvent>): Promise<undefined> {
  const { response, signal } = door;
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': here\n\n');
  }, HEARTBEAT_MS);
  let unwelcome = 0;
  const watch = setInterval(async () => {
    if (await door.isWelcome().catch(() => true)) unwelcome = 0;
    // The event that says why may be on its way: it has until the second look.
    else if (++unwelcome === 2) response.destroy();
  }, LOOK_MS);
  try {
    for await (const { event, id, data } of events) {
      if (signal.aborted) break;
      const free = response.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      // A slow reader holds the writer, and not the box's memory.
      if (!free) await once(response, 'drain', { signal }).catch(() => {});
    }
  } finally {
    clearInterval(heartbeat);
    clearInterval(watch);
    response.end();
  }
  return undefined;
}
