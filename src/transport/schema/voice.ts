import { z } from 'zod';
import { errorBody } from './common.ts';

/** Messages of the voice socket, as far as the door itself speaks them; live voice adds its own. */
export const serverMessages = {
  error: z.object({ type: z.literal('error'), payload: errorBody }),
  'session-ended': z.object({ type: z.literal('session-ended'), reason: z.string() }),
};
export const clientMessages = {
  'init-session': z.object({ type: z.literal('init-session') }).loose(),
};
