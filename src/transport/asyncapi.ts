import { z } from 'zod';
import { clientMessages, serverMessages } from './schema/voice.ts';

/** Pure: AsyncAPI 3.0 of the sockets, from the schemas that check their messages. */
export function describeSockets(version: string): object {
  const messages = (side: Record<string, z.ZodType>) =>
    Object.fromEntries(
      Object.entries(side).map(([name, schema]) => [name, { name, payload: z.toJSONSchema(schema, { unrepresentable: 'any' }) }]),
    );
  const refs = (side: Record<string, unknown>) => Object.keys(side).map((name) => ({ $ref: `#/channels/streaming/messages/${name}` }));
  return {
    asyncapi: '3.0.0',
    info: { title: 'Bedside sockets', version },
    channels: {
      streaming: {
        address: '/api/v1/ws/streaming',
        description: 'Subprotocols bedside.v1 and bearer.<token> or key.<api key>, or ?ticket=.',
        messages: { ...messages(clientMessages), ...messages(serverMessages) },
      },
    },
    operations: {
      receive: { action: 'receive', channel: { $ref: '#/channels/streaming' }, messages: refs(clientMessages) },
      send: { action: 'send', channel: { $ref: '#/channels/streaming' }, messages: refs(serverMessages) },
    },
  };
}
