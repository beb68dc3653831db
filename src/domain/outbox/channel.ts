import { z } from 'zod';

/** What a hospital says about each way out: whether it is used, for what, and whether it may name the patient. */
const common = { enabled: z.boolean().default(true), names_patient: z.boolean().default(false), reminders: z.boolean().default(true) };

const address = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine((url) => hostIsFixed(url), 'The places in braces may only stand after the host.')
  .refine((url) => !URL.parse(url)?.username, 'Give the secret as secret, and no name and password in the address.');

export const webhookEvents = [
  'appointment.booked',
  'appointment.rescheduled',
  'appointment.confirmed',
  'appointment.cancelled',
  'appointment.arrived',
  'appointment.no_show',
  'appointment.reminder',
] as const;

export const channelSettings = {
  email: z.strictObject(common),
  'text-messages': z
    .strictObject({
      ...common,
      url: address,
      method: z.enum(['GET', 'POST']).default('POST'),
      content_type: z.enum(['application/json', 'application/x-www-form-urlencoded']).default('application/json'),
      body: z.string().max(4_000).nullable().default('{"to":"{phone}","text":"{text}"}'),
    })
    .refine(({ url, body }) => `${url} ${body ?? ''}`.includes('{phone}') && `${url} ${body ?? ''}`.includes('{text}'), {
      path: ['body'],
      message: 'The address or the body must have the places {phone} and {text}.',
    }),
  webhook: z.strictObject({
    ...common,
    url: address,
    events: z
      .array(z.enum(webhookEvents))
      .min(1)
      .default([...webhookEvents]),
  }),
} as const;

export type ChannelKind = keyof typeof channelSettings;
export const channelKinds = Object.keys(channelSettings) as ChannelKind[];
export type ChannelSettings<K extends ChannelKind = ChannelKind> = z.output<(typeof channelSettings)[K]>;

/** A way out as it is kept; its secret is sealed, and never shown again. */
export interface Channel<K extends ChannelKind = ChannelKind> {
  readonly kind: K;
  readonly settings: ChannelSettings<K>;
  readonly sealedSecret: string | null;
  readonly updatedAt: number;
}

/** Pure: does the address lead to the same host whatever stands in its places? */
function hostIsFixed(url: string): boolean {
  const host = (text: string) => {
    const parsed = URL.parse(url.replace(/\{\w+\}/g, text));
    return parsed && `${parsed.protocol}//${parsed.host}`;
  };
  return host('x') !== null && host('x') === host('y.z@a/');
}

/** Pure: the host, for people. */
export function hostOf(url: string): string {
  return URL.parse(url.replace(/\{\w+\}/g, 'x'))?.host ?? '';
}
