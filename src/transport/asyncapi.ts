import { z } from 'zod';
import { streamAnswers, streamMessages } from './schema/telephony.ts';
import { clientMessages, serverMessages } from './schema/voice.ts';

/** Pure: AsyncAPI 3.0 of the sockets, from the schemas that check their messages. */
export function describeSockets(version: string): object {
  const messages = (side: Record<string, z.ZodType>) =>
    Object.fromEntries(
      Object.entries(side).map(([name, schema]) => [name, { name, payload: z.toJSONSchema(schema, { unrepresentable: 'any' }) }]),
    );
  const refs = (channel: string, side: Record<string, unknown>) =>
    Object.keys(side).map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
  const prefixed = (prefix: string, side: Record<string, z.ZodType>) =>
    Object.fromEntries(Object.entries(side).map(([name, schema]) => [`${prefix}-${name}`, schema]));
  const [fromExchange, toExchange] = [prefixed('from-exchange', streamMessages), prefixed('to-exchange', streamAnswers)];
  return {
    asyncapi: '3.0.0',
    info: { title: 'Bedside sockets', version },
    channels: {
      streaming: {
        address: '/api/v1/ws/streaming',
        description: 'Subprotocols bedside.v1 and bearer.<token> or key.<api key>, or ?ticket=.',
        messages: { ...messages(clientMessages), ...messages(serverMessages) },
      },
      telephone: {
        address: '/api/v1/telephony/media',
        description: 'A call as an exchange streams it (media streams, 8 kHz mu-law); its token comes from POST /api/v1/telephony/voice.',
        messages: { ...messages(fromExchange), ...messages(toExchange) },
      },
    },
    operations: {
      receive: { action: 'receive', channel: { $ref: '#/channels/streaming' }, messages: refs('streaming', clientMessages) },
      send: { action: 'send', channel: { $ref: '#/channels/streaming' }, messages: refs('streaming', serverMessages) },
      receiveCall: { action: 'receive', channel: { $ref: '#/channels/telephone' }, messages: refs('telephone', fromExchange) },
      sendCall: { action: 'send', channel: { $ref: '#/channels/telephone' }, messages: refs('telephone', toExchange) },
    },
  };
}
