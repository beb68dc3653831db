import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeClock, makeFakeClock } from '../fakes/fake-clock.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { until } from '../kit/until.ts';

const PATH = '/api/v1/ws/streaming';

/** A client of the socket door that writes down what happens to it. */
interface Client {
  readonly socket: WebSocket;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came
  readonly messages: any[];
  readonly closed: () => { code: number; reason: string } | undefined;
  /** Resolves to the close code. */
  end(): Promise<number>;
}

describe('a socket', () => {
  let clock: FakeClock;
  let house: TestHouse;
  let root: string;
  let here: SeededHospital;
  let there: SeededHospital;
  const clients: Client[] = [];

  beforeAll(async () => {
    clock = makeFakeClock();
    // Longer than any token: what is shut here is shut for another reason.
    house = await startHouse({ clock, env: { SESSION_TIMEOUT: '86400' } });
    root = await house.login();
    here = await seedHospital(house, root, 'Here', ['hospital_admin', 'doctor', 'nurse']);
    there = await seedHospital(house, root, 'There', ['nurse']);
  });
  afterAll(async () => {
    for (const { socket } of clients) socket.terminate();
    const stopped = house.stop();
    await clock.advance(3_000);
    await stopped;
  });

  function dial({
    query = '',
    protocols = [],
    headers = {},
  }: {
    query?: string;
    protocols?: string[];
    headers?: Record<string, string>;
  }): Client {
    const socket = new WebSocket(`${house.base.replace('http', 'ws')}${PATH}${query}`, protocols, { headers });
    const messages: unknown[] = [];
    let closed: { code: number; reason: string } | undefined;
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    socket.on('close', (code, reason) => {
      closed = { code, reason: String(reason) };
    });
    socket.on('error', () => {});
    const client: Client = {
      socket,
      messages,
      closed: () => closed,
      async end() {
        await until(() => closed !== undefined, 'the close of the socket');
        return closed?.code ?? 0;
      },
    };
    clients.push(client);
    return client;
  }
  const withToken = (token: string | undefined) => dial({ protocols: ['bedside.v1', `bearer.${token}`] });
  /** Open, and its owner known: it answers what it is asked. */
  async function served(client: Client): Promise<boolean> {
    await until(() => client.socket.readyState !== WebSocket.CONNECTING, 'the socket to open');
    if (client.socket.readyState !== WebSocket.OPEN) return false;
    const before = client.messages.length;
    client.socket.send('{"type":"what?"}');
    await until(() => client.messages.length > before || client.closed() !== undefined, 'an answer');
    return client.closed() === undefined && client.messages.at(-1).payload.error_code === 'VALIDATION_ERROR';
  }
  const ticketOf = async (token: string | undefined): Promise<string> =>
    (await house.call('POST', '/api/v1/auth/ws-ticket', { token, body: {} })).json.ticket;
  const signIn = (role: string) => house.login(here.users[role] as { email: string; password: string });

  describe('opens', () => {
    it('with a token in its subprotocols or its header, and speaks the version that was offered', async () => {
      const browser = withToken(here.tokens.nurse);
      expect(await served(browser)).toBe(true);
      expect(browser.socket.protocol).toBe('bedside.v1');
      expect(await served(dial({ headers: { authorization: `Bearer ${here.tokens.doctor}` } }))).toBe(true);
    });

    it('with a ticket, once, for half a minute, and as the one who asked for it', async () => {
      const ticket = await ticketOf(here.tokens.nurse);
      expect(await served(dial({ query: `?ticket=${ticket}` }))).toBe(true);
      expect(await dial({ query: `?ticket=${ticket}` }).end()).toBe(4401);
      const old = await ticketOf(here.tokens.nurse);
      await clock.advance(30_000);
      expect(await dial({ query: `?ticket=${old}` }).end()).toBe(4401);
      const left = await signIn('nurse');
      const ofOneWhoLeft = await ticketOf(left);
      await house.call('POST', '/api/v1/auth/logout', { token: left, body: {} });
      expect(await dial({ query: `?ticket=${ofOneWhoLeft}` }).end()).toBe(4401);
    });

    it('with a key of a machine', async () => {
      const { json } = await house.call('POST', '/api/v1/auth/api-keys', {
        token: here.tokens.hospital_admin,
        body: { name: 'kiosk', scopes: ['audio'] },
      });
      const machine = dial({ protocols: ['bedside.v1', `key.${json.key}`] });
      expect(await served(machine)).toBe(true);
      await house.call('DELETE', `/api/v1/auth/api-keys/${json.api_key_id}`, { token: here.tokens.hospital_admin });
      await clock.advance(1_000);
      expect(await machine.end()).toBe(4401);
    });

    it('to nobody else, says why in a message, and closes with a code that a browser can read', async () => {
      const strangers: readonly [Client, number][] = [
        [dial({}), 4401],
        [withToken('nonsense'), 4401],
        [withToken(`${here.tokens.nurse?.slice(0, -4)}AAAA`), 4401],
        [dial({ query: '?ticket=bst_madeup' }), 4401],
        [dial({ query: `?token=${here.tokens.nurse}` }), 4401],
        [dial({ protocols: ['bedside.v1', `bearer.${here.tokens.nurse}`], query: `?hospital_id=${there.hospitalId}` }), 4404],
      ];
      for (const [client, code] of strangers) {
        expect(await client.end()).toBe(code);
        expect(client.messages).toEqual([{ type: 'error', payload: expect.objectContaining({ error_code: client.closed()?.reason }) }]);
      }
    });
  });

  describe('is shut within a second', () => {
    const cases: readonly [what: string, end: (token: string, userId: string) => Promise<unknown>][] = [
      ['its owner leaves', (token) => house.call('POST', '/api/v1/auth/logout', { token, body: {} })],
      [
        'its owner’s password changes',
        (token) =>
          house.call('POST', '/api/v1/auth/password', {
            token,
            body: { current_password: 'a long nurse password', new_password: 'a longer nurse password' },
          }),
      ],
      [
        'its owner gets another role',
        (_, id) => house.call('PATCH', `/api/v1/users/${id}`, { token: here.tokens.hospital_admin, body: { role: 'receptionist' } }),
      ],
      ['its owner is removed', (_, id) => house.call('DELETE', `/api/v1/users/${id}`, { token: here.tokens.hospital_admin })],
    ];
    for (const [what, end] of cases)
      it(`when ${what}, and nobody else’s is`, async () => {
        const who = { email: `${randomBytes(4).toString('hex')}@here.test`, password: 'a long nurse password' };
        const made = await house.call('POST', '/api/v1/users', {
          token: here.tokens.hospital_admin,
          body: { ...who, role: 'nurse', first_name: 'N', last_name: 'N' },
        });
        const token = await house.login(who);
        const [mine, byTicket, other] = [
          withToken(token),
          dial({ query: `?ticket=${await ticketOf(token)}` }),
          withToken(here.tokens.doctor),
        ];
        for (const client of [mine, byTicket, other]) expect(await served(client)).toBe(true);
        await clock.advance(2_000);
        expect([mine.closed(), byTicket.closed(), other.closed()]).toEqual([undefined, undefined, undefined]);
        const answer = (await end(token, made.json.user_id)) as { status: number };
        expect(answer.status).toBeLessThan(300);
        // A second by the clock of the house.
        await clock.advance(1_000);
        expect([await mine.end(), await byTicket.end()]).toEqual([4401, 4401]);
        expect(await served(other)).toBe(true);
        expect((await house.call('GET', '/api/v1/auth/me', { token })).status).toBe(401);
      });

    it('also when it does not answer the goodbye: it is cut, and what it still says is not heard', async () => {
      const token = await signIn('nurse');
      const deaf = await openRawSocket(Number(new URL(house.base).port), token);
      await house.call('POST', '/api/v1/auth/logout', { token, body: {} });
      await clock.advance(1_000);
      await until(() => deaf.ended(), 'the line to be cut');
    });

    it('and outlives the token that opened it, not its sign-in', async () => {
      const client = withToken(await signIn('doctor'));
      expect(await served(client)).toBe(true);
      await clock.advance(31 * 60_000);
      expect(await served(client)).toBe(true);
    });
  });

  it('leads nowhere at another address', async () => {
    const socket = new WebSocket(`${house.base.replace('http', 'ws')}/api/v1/nowhere`, ['bedside.v1', `bearer.${here.tokens.nurse}`]);
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.on('error', () => {});
    });
    expect(status).toBe(404);
  });
});

describe('when the box goes down', () => {
  it('everybody is told, and the socket closes with 1012; nobody new is let in', async () => {
    const house = await startHouse();
    const token = await house.login();
    const closed: { code: number; last: unknown }[] = [];
    const sockets = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = new WebSocket(`${house.base.replace('http', 'ws')}${PATH}`, ['bedside.v1', `bearer.${token}`]);
        let last: unknown;
        socket.on('message', (data) => {
          last = JSON.parse(String(data));
        });
        socket.on('close', (code) => closed.push({ code, last }));
        await new Promise((resolve) => socket.once('open', resolve));
        socket.send('{"type":"what?"}');
        await until(() => last !== undefined, 'an answer');
        return socket;
      }),
    );
    const deaf = await openRawSocket(Number(new URL(house.base).port), token);
    await house.stop();
    await until(() => closed.length === sockets.length, 'the goodbyes');
    expect(closed).toEqual(sockets.map(() => ({ code: 1012, last: { type: 'session-ended', reason: 'shutting_down' } })));
    await until(() => deaf.ended(), 'the line to be cut');
  });
});

/** A socket by hand that never answers a close, and goes on talking. */
async function openRawSocket(port: number, token: string): Promise<{ ended: () => boolean }> {
  const socket: Socket = connect(port, '127.0.0.1');
  let ended = false;
  let greeting = '';
  socket.on('data', (chunk) => {
    greeting += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    ended = true;
  });
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET ${PATH} HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n` +
      `Sec-WebSocket-Protocol: bedside.v1, bearer.${token}\r\n\r\n`,
  );
  const accepted = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  await until(() => greeting.includes(accepted), 'the handshake');
  const frame = (text: string) => Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
  const before = greeting.length;
  socket.write(frame('{"type":"a"}'));
  await until(() => greeting.length > before, 'an answer');
  const talking = setInterval(() => (ended ? clearInterval(talking) : socket.write(frame('{"type":"b"}'))), 5);
  return { ended: () => ended };
}
