import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  status: number;
  sent: number;
}

/** What happens to one path: bytes, and how they come. */
export interface Served {
  bytes: Buffer;
  etag?: string | undefined;
  /** Cuts the line after so many bytes, so many times. */
  cutAfter?: number;
  cuts?: number;
  /** Sends so many bytes and then nothing. */
  stallAfter?: number;
  /** Sends slowly: so many bytes every 20 ms. */
  drip?: number;
  /** Answers so first, so many times. */
  fails?: { status: number; times: number };
  redirect?: { to: string; headers?: Record<string, string> };
  type?: string;
}

/** A source of weights on this machine that can be as bad as the real ones. */
export async function serveModels(): Promise<{ url: string; files: Map<string, Served>; asked: Asked[]; close(): Promise<void> }> {
  const files = new Map<string, Served>();
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname);
    const one: Asked = {
      path,
      range: request.headers.range,
      ifRange: request.headers['if-range'] as string | undefined,
      status: 0,
      sent: 0,
    };
    asked.push(one);
    const file = files.get(path);
    if (file) answer(file, one, request, response);
    else end(response, one, 404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(file: Served, asked: Asked, request: IncomingMessage, response: ServerResponse): void {
  if (file.fails && file.fails.times-- > 0) {
    end(response, asked, file.fails.status);
    return;
  }
  if (file.redirect) {
    end(response, asked, 302, { location: file.redirect.to, ...file.redirect.headers });
    return;
  }
  const etag = file.etag ?? `"${createHash('sha256').update(file.bytes).digest('hex').slice(0, 16)}"`;
  const stale = asked.ifRange !== undefined && asked.ifRange !== etag;
  const from = stale ? 0 : Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const total = file.bytes.length;
  if (from > 0 && from >= total) {
    end(response, asked, 416, { 'content-range': `bytes */${total}` });
    return;
  }
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    'content-type': file.type ?? 'application/octet-stream',
    'content-length': `${total - from}`,
  };
  asked.status = from > 0 ? 206 : 200;
  response.writeHead(asked.status, from > 0 ? { ...headers, 'content-range': `bytes ${from}-${total - 1}/${total}` } : headers);
  const body = file.bytes.subarray(from);
  const cut = file.cutAfter !== undefined && (file.cuts ?? 1) > 0 && body.length > file.cutAfter;
  if (cut) {
    file.cuts = (file.cuts ?? 1) - 1;
    asked.sent = file.cutAfter ?? 0;
    response.write(body.subarray(0, file.cutAfter), () => setTimeout(() => response.destroy(), 30));
  } else if (file.stallAfter !== undefined) {
    asked.sent = file.stallAfter;
    response.write(body.subarray(0, file.stallAfter));
  } else if (file.drip) drip(body, file.drip, asked, response);
  else {
    asked.sent = body.length;
    response.end(body);
  }
}

function drip(body: Buffer, step: number, asked: Asked, response: ServerResponse): void {
  const timer = setInterval(() => {
    if (response.destroyed || asked.sent >= body.length) {
      clearInterval(timer);
      response.end();
      return;
    }
    response.write(body.subarray(asked.sent, asked.sent + step));
    asked.sent += step;
  }, 20);
}

function end(response: ServerResponse, asked: Asked, status: number, headers: Record<string, string> = {}): void {
  asked.status = status;
  response.writeHead(status, headers);
  response.end();
}
