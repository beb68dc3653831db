import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { document } from '../../src/transport/schema/documents.ts';
import type { job } from '../../src/transport/schema/system.ts';

/** The doors of knowledge as the contract says, in front of a real house, so that a test decides when and how they answer. */
export interface FakeLibrary {
  readonly base: string;
  readonly documents: Map<string, FakeDocument>;
  /** Everything that was asked of these doors, as `METHOD /path?query`. */
  readonly asked: string[];
  /** Bytes a second that uploads are read at; undefined for as they come. */
  pace: number | undefined;
  /** What the next uploads are answered with, in the place of being taken; each once. */
  readonly refusals: (readonly [status: number, body: unknown])[];
  search: (query: URLSearchParams) => Promise<unknown>;
  answer: (question: string) => AsyncIterable<readonly [event: string, data: unknown]>;
  /** A job goes on: whoever follows it is told. */
  step(documentId: string, change: { status: FakeJob['status']; done?: number; total?: number; error?: string }): void;
  /** Every open stream breaks, and with `false` no new one begins. */
  breakStreams(mayBegin?: boolean): void;
  close(): Promise<void>;
}

/** As the real doors describe it, and what is in it. */
export type FakeDocument = z.output<typeof document> & {
  texts: { text: string; page?: number; headings?: string[]; table_head?: string }[];
};
type FakeJob = z.output<typeof job>;

const NOW = '2026-11-20T09:00:00.000Z';

export const failure = (error_code: string, message: string) => ({ error: 'Error', error_code, message, context: {}, request_id: 'r' });

export async function startFakeLibrary(behind: string): Promise<FakeLibrary> {
  const documents = new Map<string, FakeDocument>();
  const jobs = new Map<string, FakeJob>();
  const streams = new Map<ServerResponse, string>();
  let mayStream = true;
  let last = 0;

  const server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', behind);
    const path = url.pathname.replace('/api/v1', '');
    if (!/^\/(rag|jobs)\//.test(path)) return proxy(behind, incoming, response);
    fake.asked.push(`${incoming.method} ${path}${url.search}`);
    serve(incoming, response, path, url.searchParams).catch(() => response.destroy());
  });

  const say = (response: ServerResponse, status: number, body?: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  };
  const open = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
  };
  const tell = (response: ServerResponse, event: string, data: unknown) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

  async function serve(incoming: IncomingMessage, response: ServerResponse, path: string, query: URLSearchParams): Promise<void> {
    const { method } = incoming;
    const [, room, noun, id, part] = path.split('/');
    if (noun === 'ingest-upload') return upload(incoming, response);
    const body = Buffer.concat(await incoming.toArray()).toString();
    if (room === 'jobs') {
      const job = jobs.get(noun ?? '');
      if (!job) return say(response, 404, failure('NOT_FOUND', 'This is not here.'));
      if (id === 'cancel') {
        job.status = 'cancelled';
        for (const [each, of] of streams) if (of === job.job_id) tell(each, 'job', job);
        return say(response, 200, job);
      }
      if (!incoming.headers.accept?.includes('event-stream')) return say(response, 200, job);
      if (!mayStream) return void response.destroy();
      open(response);
      streams.set(response, job.job_id);
      response.on('close', () => streams.delete(response));
      tell(response, 'job', job);
      return;
    }
    if (noun === 'search') return say(response, 200, await fake.search(query));
    if (noun === 'answer') {
      open(response);
      for await (const [event, data] of fake.answer(JSON.parse(body).question)) tell(response, event, data);
      return void response.end();
    }
    if (id === undefined) {
      const all = [...documents.values()].reverse();
      const from = Number(query.get('cursor') ?? 0);
      const limit = Number(query.get('limit') ?? 50);
      const next = from + limit < all.length ? String(from + limit) : null;
      return say(response, 200, { items: all.slice(from, from + limit).map(shown), next_cursor: next });
    }
    const document = documents.get(id);
    if (!document) return say(response, 404, failure('NOT_FOUND', 'This is not here.'));
    if (part === 'chunks') {
      const from = Number(query.get('cursor') ?? 0);
      const limit = Number(query.get('limit') ?? 50);
      const items = document.texts.slice(from, from + limit).map((each, at) => ({
        chunk_id: `${id}-${from + at}`,
        place: from + at,
        page: null,
        headings: [],
        table_head: null,
        language: document.language ?? 'und',
        start: 0,
        end: each.text.length,
        ...each,
      }));
      return say(response, 200, { items, next_cursor: from + limit < document.texts.length ? String(from + limit) : null });
    }
    if (method === 'DELETE') {
      documents.delete(id);
      return say(response, 204);
    }
    if (method === 'PATCH') Object.assign(document, JSON.parse(body));
    say(response, 200, shown(document));
  }

  async function upload(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) {
      pieces.push(piece as Buffer);
      if (fake.pace !== undefined) await sleep((1_000 * (piece as Buffer).length) / fake.pace);
    }
    const refusal = fake.refusals.shift();
    if (refusal) return say(response, ...refusal);
    const bytes = Buffer.concat(pieces);
    const head = bytes.subarray(0, 4_000).toString('utf8');
    const field = (name: string) => new RegExp(`name="${name}"\\r\\n\\r\\n([^\\r]*)`).exec(head)?.[1];
    const file_name = /filename="([^"]*)"/.exec(head)?.[1] ?? 'document';
    const known = [...documents.values()].find((each) => each.file_name === file_name && each.status !== 'failed');
    const document_id = known?.document_id ?? `d${++last}`;
    const job_id = `job-${document_id}${known ? `-${++last}` : ''}`;
    jobs.set(job_id, {
      job_id,
      kind: 'ingest',
      created_at: NOW,
      updated_at: NOW,
      status: known?.status === 'ready' ? 'succeeded' : 'queued',
      progress: { done: 0, total: 0, unit: '' },
    });
    const replaces = field('replaces') ?? null;
    if (!known)
      documents.set(document_id, {
        ...documentOf(document_id, file_name),
        bytes: bytes.length,
        status: 'queued',
        language: field('language') ?? null,
        tags: [...head.matchAll(/name="tags"\r\n\r\n([^\r]*)/g)].map(([, tag]) => tag ?? ''),
        job_id,
        replaces,
        created_by: userOf(incoming),
      });
    const taken = { document_id, job_id, status: known?.status ?? 'queued' };
    say(response, 202, { documents: [taken], ...taken });
  }

  const fake: FakeLibrary = {
    base: '',
    documents,
    asked: [],
    pace: undefined,
    refusals: [],
    search: async () => ({ results: [], took_ms: 1, cache: 'miss' }),
    async *answer() {},
    step(documentId, { status, done = 0, total = 0, error }) {
      const document = documents.get(documentId);
      const job = jobs.get(document?.job_id ?? '');
      if (!document || !job) throw new Error(`no document ${documentId}`);
      Object.assign(job, { status, progress: { done, total, unit: 'chunks' }, ...(error ? { error } : {}) });
      document.status = status === 'succeeded' ? 'ready' : status === 'failed' ? 'failed' : 'processing';
      document.error = error ?? null;
      document.chunks = total;
      if (status === 'succeeded' && document.replaces) documents.delete(document.replaces);
      for (const [response, of] of streams) if (of === job.job_id) tell(response, 'job', job);
    },
    breakStreams(mayBegin = true) {
      mayStream = mayBegin;
      for (const response of streams.keys()) response.destroy();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(fake, { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** A document that is ready, as a hospital's own. */
export function documentOf(document_id: string, file_name: string, change: Partial<FakeDocument> = {}): FakeDocument {
  return {
    document_id,
    title: file_name.replace(/\.[^.]+$/, ''),
    file_name,
    kind: (file_name.split('.').at(-1) ?? 'txt') as FakeDocument['kind'],
    sha256: document_id,
    language: 'en',
    tags: [],
    shared: false,
    bytes: 12_345,
    pages: null,
    unread_pages: [],
    chunks: 3,
    status: 'ready',
    error: null,
    replaces: null,
    job_id: `job-${document_id}`,
    created_by: 'somebody',
    created_at: NOW,
    updated_at: NOW,
    texts: [],
    ...change,
  };
}

function shown({ texts, ...document }: FakeDocument) {
  return document;
}

function userOf({ headers }: IncomingMessage): string {
  const claims = headers.authorization?.split('.')[1] ?? '';
  return JSON.parse(Buffer.from(claims, 'base64url').toString('utf8') || '{}').sub ?? '';
}

function proxy(behind: string, incoming: IncomingMessage, response: ServerResponse): void {
  const onward = request(new URL(incoming.url ?? '/', behind), { method: incoming.method, headers: incoming.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
}
