import { z } from 'zod';
import { channelKinds } from '../../domain/outbox/channel.ts';
import { departureKinds, departureStates } from '../../domain/outbox/departure.ts';
import { id, pageOf, time } from './common.ts';

export const departure = z.object({
  outbox_id: id,
  kind: z.enum(departureKinds),
  event: z.string(),
  status: z.enum(departureStates),
  recipient: z.string(),
  appointment_id: id.nullable(),
  attempts: z.number().int(),
  error: z.string().nullable(),
  created_at: time,
  updated_at: time,
  sent_at: time.nullable(),
  expires_at: time.nullable(),
});
export const departurePage = pageOf(departure);

/** What stands under `settings` depends on the kind, and the room says what is wrong with it. */
export const integrationInput = z.strictObject({
  settings: z.record(z.string(), z.unknown()),
  secret: z.string().min(1).max(1_000).nullish(),
});
export const integration = z.object({
  kind: z.enum(channelKinds),
  settings: z.record(z.string(), z.unknown()).nullable(),
  has_secret: z.boolean(),
});

export const feedQuery = { token: z.string().max(200).optional(), names: z.enum(['0', '1']).optional() };
export const feedInput = z.strictObject({ shows_names: z.boolean().default(false) });
export const feed = z.object({ doctor_id: id, calendar_url: z.string() });
