import { z } from 'zod';
import { describeSockets } from '../../asyncapi.ts';
import { describeRoutes } from '../../openapi.ts';
import { type Route, route } from '../../route.ts';

/** The box describes itself: made once, from the routes it serves, these two among them. */
export function descriptionRoutes(others: readonly Route[], version: string): Route[] {
  const own: Route[] = [
    route({
      method: 'get',
      path: '/openapi.json',
      summary: 'This description',
      policy: 'trusted-address',
      replies: { 200: z.record(z.string(), z.unknown()) },
      handle: async () => ({ status: 200, body: openapi() }),
    }),
    route({
      method: 'get',
      path: '/asyncapi.json',
      summary: "The sockets' messages",
      policy: 'trusted-address',
      replies: { 200: z.record(z.string(), z.unknown()) },
      handle: async () => ({ status: 200, body: asyncapi() }),
    }),
  ];
  const once = <T>(make: () => T) => {
    let made: T | undefined;
    return () => (made ??= make());
  };
  const openapi = once(() => describeRoutes([...others, ...own], version));
  const asyncapi = once(() => describeSockets(version));
  return own;
}
