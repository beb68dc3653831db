import { until } from './until.ts';

export interface SentEvent {
  readonly id: string | undefined;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
  readonly data: any;
}

/** A client of server-sent events, as a browser's is: it collects what comes, and knows when the line ends. */
export interface EventReader {
  readonly status: number;
  readonly contentType: string;
  readonly events: readonly SentEvent[];
  readonly ended: () => boolean;
  /** Resolves when so many have come. */
  got(count: number): Promise<readonly SentEvent[]>;
  leave(): void;
}

export async function readEvents(url: string, headers: Record<string, string>): Promise<EventReader> {
  const gone = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: gone.signal });
  const events: SentEvent[] = [];
  let ended = false;
  const read = async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const data = field('data');
        if (data !== undefined) events.push({ id: field('id'), event: field('event') ?? 'message', data: JSON.parse(data) });
      }
    }
  };
  void read()
    .catch(() => {})
    .finally(() => {
      ended = true;
    });
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    events,
    ended: () => ended,
    async got(count) {
      await until(() => events.length >= count || ended, `${count} events, and ${events.length} came`);
      return events;
    },
    leave: () => gone.abort(),
  };
}
