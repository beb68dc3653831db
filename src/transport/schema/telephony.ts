import { z } from 'zod';

/** What an exchange on the premises says of a call before it puts it through. */
export const announcedCall = z.strictObject({
  uuid: z.uuid().meta({ description: 'the one that AudioSocket will send' }),
  from: z.string().trim().max(60).optional().meta({ description: "the caller's number; empty where it is withheld" }),
});

/** Messages of a media stream, as telephone exchanges in the network send them. Fields that are not named here are not looked at. */
const streamSid = z.string().min(1).max(100);
export const streamMessages = {
  connected: z.object({ event: z.literal('connected'), protocol: z.string().optional() }),
  start: z.object({
    event: z.literal('start'),
    streamSid,
    start: z.object({
      callSid: z.string().min(1).max(100),
      customParameters: z.object({ token: z.string().max(200) }),
      mediaFormat: z.object({ encoding: z.literal('audio/x-mulaw'), sampleRate: z.literal(8_000), channels: z.literal(1) }).optional(),
    }),
  }),
  media: z.object({
    event: z.literal('media'),
    media: z.object({ track: z.string().optional(), payload: z.base64().max(48_000) }),
  }),
  mark: z.object({ event: z.literal('mark'), mark: z.object({ name: z.string().max(200) }) }),
  dtmf: z.object({ event: z.literal('dtmf'), dtmf: z.object({ digit: z.string().max(4) }) }),
  stop: z.object({ event: z.literal('stop') }),
};
export const streamMessage = z.discriminatedUnion('event', [
  streamMessages.connected,
  streamMessages.start,
  streamMessages.media,
  streamMessages.mark,
  streamMessages.dtmf,
  streamMessages.stop,
]);
export type StreamMessage = z.output<typeof streamMessage>;

export const streamAnswers = {
  media: z.object({
    event: z.literal('media'),
    streamSid,
    media: z.object({ payload: z.base64().meta({ description: '20 ms of mu-law, 8 kHz' }) }),
  }),
  mark: z.object({ event: z.literal('mark'), streamSid, mark: z.object({ name: z.string() }) }),
  clear: z.object({ event: z.literal('clear'), streamSid }),
};
export type StreamAnswer = { [K in keyof typeof streamAnswers]: z.output<(typeof streamAnswers)[K]> }[keyof typeof streamAnswers];
