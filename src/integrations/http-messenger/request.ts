import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { addressWithin } from '../../shared/distance.ts';
import { AppError } from '../../shared/errors.ts';
import type { Way } from '../mailer.ts';

export interface Outgoing {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/**
 * One request to one address, which is looked up once, judged, and then connected to; a redirect is not followed. Of the answer
 * only the status counts.
 */
export async function sendRequest(url: URL, { method, headers, body }: Outgoing, { allowed, signal }: Way): Promise<void> {
  const address = await addressWithin(url.hostname, allowed);
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  const status = await new Promise<number>((resolve, reject) => {
    const request = send(
      {
        ...{ host: address, port: url.port === '' ? undefined : Number(url.port), path: url.pathname + url.search, method, signal },
        servername: url.hostname,
        headers: {
          host: url.host,
          'user-agent': 'Bedside',
          ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
        agent: false,
      },
      (response) => {
        // What it says is nothing to us; the connection ends with it.
        response.on('error', () => {});
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    request.on('error', (error) =>
      reject(new AppError('unavailable', 'The receiver could not be reached.', { reason: 'UNREACHABLE' }, error)),
    );
    request.end(body ?? undefined);
  });
  if (status >= 200 && status < 300) return;
  const context = { status };
  const isForLater = status >= 500 || status === 408 || status === 425 || status === 429;
  if (isForLater) throw new AppError('unavailable', 'The receiver could not take this now.', { context });
  throw new AppError('refused', 'The receiver refused this for good.', { context });
}
