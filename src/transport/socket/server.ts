import type { IncomingMessage, Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../../domain/access/caller.ts';
import { authorize } from '../../domain/access/policies.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { describeError, type Log } from '../../shared/log.ts';
import { toFailure } from '../errors.ts';
import { callerOf, type Identify } from '../identify.ts';
import { preferredLanguage } from '../words/say.ts';
import type { Tickets } from './tickets.ts';

/** What happens on an open socket, once its owner is known. Resolves when all of it is over, some time after the socket has closed. */
export type SocketRoom = (socket: WebSocket, caller: Caller, language: string) => Promise<void>;

/** What happens on a socket whose owner says who they are in what they send. `signal` is aborted when it closes, or has to. */
export type OpenRoom = (socket: WebSocket, door: { readonly requestId: string; readonly signal: AbortSignal }) => Promise<void>;

export interface SocketParts {
  readonly rooms: Readonly<Record<string, SocketRoom>>;
  /** Doors that ask for nothing before they are open; they take short messages only. */
  readonly openRooms: Readonly<Record<string, OpenRoom>>;
  readonly identify: Identify;
  readonly tickets: Tickets;
  /** Is the sign-in, or the machine's key, still good? */
  readonly isAlive: (caller: Pick<Caller, 'sessionId' | 'userId' | 'hospitalId' | 'role'>) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SocketDoor {
  readonly open: () => number;
  /** Tells everyone that the box goes down, and waits a moment for their goodbye. */
  close(): Promise<void>;
}

const PROTOCOL = 'bedside.v1';
const LOOK_MS = 400;
const HEARTBEAT_MS = 20_000;
const GOODBYE_MS = 2_000;
const LARGEST_MESSAGE = 17 * 1024 * 1024;
const LARGEST_OPEN_MESSAGE = 64 * 1024;
/** So many may stand in the open doors at a time, whoever they are. */
const MOST_OPEN = 500;

/** The WebSocket door. Browsers cannot read an HTTP status, so an upgrade is accepted first and refused by its close code. */
export function openSocketDoor(server: Server | SecureServer, parts: SocketParts): SocketDoor {
  const { rooms, clock, log } = parts;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  const openSockets = new WebSocketServer({ noServer: true, maxPayload: LARGEST_OPEN_MESSAGE, handleProtocols: () => false });
  const owners = new Map<WebSocket, Caller>();
  const inside = new Set<Promise<void>>();
  const stop = new AbortController();

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const room = rooms[path];
    const openRoom = parts.openRooms[path];
    if (openRoom && !stop.signal.aborted && openSockets.clients.size < MOST_OPEN) {
      openSockets.handleUpgrade(request, stream, head, (socket) => receive(socket, openRoom));
      return;
    }
    if (!room || stop.signal.aborted) {
      stream.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => void welcome(socket, request, room));
  });

  function receive(socket: WebSocket, room: OpenRoom): void {
    const requestId = newId();
    const gone = new AbortController();
    socket.on('close', () => gone.abort(new AppError('cancelled', 'The caller has left.')));
    socket.on('error', () => socket.terminate());
    const stay = room(socket, { requestId, signal: gone.signal });
    inside.add(stay);
    void stay
      .catch((error: unknown) => {
        log.error({ requestId, error: describeError(error) }, 'socket.failed');
        socket.terminate();
      })
      .finally(() => inside.delete(stay));
  }

  async function welcome(socket: WebSocket, request: IncomingMessage, room: SocketRoom): Promise<void> {
    const requestId = newId();
    const language = preferredLanguage(request.headers['accept-language']);
    const gone = new AbortController();
    socket.on('close', () => {
      owners.delete(socket);
      gone.abort(new AppError('cancelled', 'The caller has left.'));
    });
    socket.on('error', () => socket.terminate());
    // What arrives while the owner is being looked up is kept for the room.
    socket.pause();
    try {
      const caller = await whoComes(request, { requestId, signal: gone.signal });
      authorize(caller, 'sockets.open');
      if (socket.readyState !== socket.OPEN) return;
      owners.set(socket, caller);
      const stay = room(socket, caller, language);
      inside.add(stay);
      void stay.catch((error: unknown) => refuse(error)).finally(() => inside.delete(stay));
    } catch (error) {
      refuse(error);
    } finally {
      socket.resume();
    }

    function refuse(error: unknown): void {
      const failure = toFailure(error, requestId, language);
      log[failure.level]({ requestId, error: describeError(error) }, 'socket.refused');
      socket.send(JSON.stringify({ type: 'error', payload: failure.body }));
      socket.close(failure.close, failure.body.error_code);
    }
  }

  async function whoComes(request: IncomingMessage, { requestId, signal }: { requestId: string; signal: AbortSignal }): Promise<Caller> {
    const query = new URLSearchParams((request.url ?? '').split('?')[1] ?? '');
    const ticket = query.get('ticket');
    if (ticket !== null) {
      const owner = parts.tickets.redeem(ticket);
      if (!owner || !(await parts.isAlive(owner))) throw new AppError('unauthenticated', 'This ticket is not valid, or not any more.');
      return { ...owner, via: 'voice', requestId, signal };
    }
    const offered = String(request.headers['sec-websocket-protocol'] ?? '')
      .split(',')
      .map((text) => text.trim());
    const token =
      offered.find((text) => text.startsWith('bearer.'))?.slice(7) ?? /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const header = request.headers['x-api-key'];
    const key = offered.find((text) => text.startsWith('key.'))?.slice(4) ?? (typeof header === 'string' ? header : undefined);
    if (token === undefined && key === undefined) throw new AppError('unauthenticated', 'Please sign in first.');
    const identity = token === undefined ? await parts.identify.byApiKey(key ?? '') : await parts.identify.byToken(token);
    const hospitalId = await parts.identify.hospitalFor(identity, query.get('hospital_id') ?? undefined);
    return callerOf(identity, { hospitalId, via: 'voice', requestId, signal });
  }

  /** A socket outlives the token that opened it, and not its session: whoever ends the session ends the socket, within a second. */
  async function watchOwners(): Promise<void> {
    while (!stop.signal.aborted) {
      await clock.sleep(LOOK_MS, stop.signal).catch(() => {});
      const verdicts = new Map<string, boolean>();
      for (const [socket, owner] of owners) {
        const name = owner.sessionId ?? owner.userId;
        const alive = verdicts.get(name) ?? (await parts.isAlive(owner).catch(() => true));
        verdicts.set(name, alive);
        if (alive) continue;
        // Whoever does not answer the goodbye by the next look is cut off: a socket that closes still brings messages.
        if (socket.readyState === socket.OPEN) socket.close(4401, 'AUTHENTICATION_ERROR');
        else socket.terminate();
      }
    }
  }
  void watchOwners();

  // A line that answers no ping is cut: a laptop that was shut sends no goodbye.
  const silent = new WeakSet<WebSocket>();
  const heartbeat = setInterval(() => {
    for (const socket of [...owners.keys(), ...openSockets.clients]) {
      if (silent.has(socket)) {
        socket.terminate();
        continue;
      }
      silent.add(socket);
      socket.once('pong', () => silent.delete(socket));
      socket.ping();
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();

  return {
    open: () => owners.size,
    async close() {
      stop.abort();
      clearInterval(heartbeat);
      for (const socket of sockets.clients) {
        socket.send(JSON.stringify({ type: 'session-ended', reason: 'shutting_down' }));
        socket.close(1012, 'SHUTTING_DOWN');
      }
      for (const socket of openSockets.clients) socket.close(1012, 'SHUTTING_DOWN');
      const deadline = clock.elapsedMs() + GOODBYE_MS;
      const clients = () => [...sockets.clients, ...openSockets.clients];
      while (clients().length > 0 && clock.elapsedMs() < deadline) await clock.sleep(25);
      for (const socket of clients()) socket.terminate();
      // What was said is kept before the memory is closed.
      await Promise.race([Promise.allSettled(inside), clock.sleep(GOODBYE_MS)]);
      sockets.close();
      openSockets.close();
    },
  };
}
