import type { Door } from '../route.ts';

export interface ServerEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: unknown;
}

const HEARTBEAT_MS = 15_000;

/** Writes server-sent events until they end or the reader leaves; a comment now and then keeps proxies from hanging up. */
export async function streamEvents(door: Door, events: AsyncIterable<ServerEvent>): Promise<undefined> {
  const { response, signal } = door;
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(': here\n\n'), HEARTBEAT_MS);
  try {
    for await (const { event, id, data } of events) {
      if (signal.aborted) break;
      const free = response.write(`${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      // A slow reader holds the writer, and not the box's memory.
      if (!free)
        await Promise.race([
          new Promise((resolve) => response.once('drain', resolve)),
          new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
        ]);
    }
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
  return undefined;
}
