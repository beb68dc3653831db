import { createHmac } from 'node:crypto';
import type { Gateway, Messenger } from '../messenger.ts';
import { sendRequest } from './request.ts';

/** Text messages and events by HTTP: any gateway that takes a number and a text, any program that checks a signature. */
export const httpMessenger: Messenger = {
  async sendText(gateway, { id, phone, text }, way) {
    const places = { phone, text, secret: gateway.secret ?? '', id };
    const { url, body } = filled(gateway, places);
    const asksForSecret = `${gateway.url} ${gateway.body ?? ''}`.includes('{secret}');
    const headers = {
      'idempotency-key': id,
      ...(body === null ? {} : { 'content-type': `${gateway.contentType}; charset=utf-8` }),
      ...(gateway.secret === null || asksForSecret ? {} : { authorization: `Bearer ${gateway.secret}` }),
    };
    await sendRequest(url, { method: gateway.method, headers, body }, way);
  },

  async sendEvent(hook, { id, name, body, at }, way) {
    const seconds = String(Math.floor(at / 1000));
    const headers = {
      ...{ 'content-type': 'application/json; charset=utf-8', 'idempotency-key': id },
      ...{ 'x-bedside-event': name, 'x-bedside-delivery': id, 'x-bedside-timestamp': seconds },
      ...(hook.secret === null ? {} : { 'x-bedside-signature': `sha256=${signatureOf(hook.secret, seconds, body)}` }),
    };
    await sendRequest(new URL(hook.url), { method: 'POST', headers, body }, way);
  },
};

/** Pure: what a receiver works out anew. The time is signed with the body, so that an old event is not believed as a new one. */
export function signatureOf(secret: string, seconds: string, body: string): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
}

/** Pure: places filled as the place they stand in wants it: nothing that is said there gets out of its place. */
export function filled(gateway: Pick<Gateway, 'url' | 'method' | 'contentType' | 'body'>, places: Readonly<Record<string, string>>) {
  const put = (template: string, spell: (text: string) => string) =>
    template.replace(/\{(phone|text|secret|id)\}/g, (_, name: string) => spell(places[name] ?? ''));
  const isJson = gateway.contentType === 'application/json';
  return {
    url: new URL(put(gateway.url, encodeURIComponent)),
    body:
      gateway.method === 'GET' || gateway.body === null
        ? null
        : put(gateway.body, isJson ? (text) => JSON.stringify(text).slice(1, -1) : encodeURIComponent),
  };
}
