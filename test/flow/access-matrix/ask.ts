import type { Answer, CallOptions } from '../../kit/house.ts';
import type { Who } from './expected.ts';
import type { Asked } from './fixtures.ts';
import type { Place, World } from './world.ts';

export type Heard = Pick<Answer, 'status' | 'text' | 'json'>;

/** The credentials of a column of the table, for somebody of this hospital; a platform admin names it. */
export function as(world: World, place: Place, who: Who, token?: string): CallOptions & { headers: Record<string, string> } {
  if (who === 'platform_admin') return { token: token ?? world.root, headers: { 'x-hospital-id': place.hospitalId } };
  if (who.startsWith('key:')) return { headers: { 'x-api-key': place.keys[who.slice(4) as 'all'].key } };
  return { token: token ?? (who === 'guest' ? place.guestToken : place.tokens[who]), headers: {} };
}

/** Sends one request: with a body, a form, or for an answer without end, of which only the beginning is read. */
export async function send(world: World, method: string, { path, body, form, stream }: Asked, options: CallOptions): Promise<Heard> {
  if (!stream && !form) return world.call(method, path, { ...options, ...(body === undefined ? {} : { body }) });
  const gone = new AbortController();
  const headers = { ...(options.token ? { authorization: `Bearer ${options.token}` } : {}), ...options.headers };
  const response = await fetch(world.base + path, { method, headers, signal: gone.signal, ...(form ? { body: form } : {}) });
  const text = stream && response.ok ? '' : await response.text();
  gone.abort();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text, json: isJson && text ? JSON.parse(text) : undefined };
}
