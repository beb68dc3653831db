import { type Failure, readMessage, type ServerMessage } from './messages.ts';
import { afterClose } from './reconnect.ts';

/** The voice socket of one conversation: opens it, opens it again where the line fails, and says what became of it. */
export interface VoiceLink {
  /** Begins the session once more on the open socket, after the box refused the first greeting. */
  greetAgain(): void;
  send(message: { readonly type: string } & Readonly<Record<string, unknown>>): boolean;
  sendSound(frame: ArrayBuffer): void;
  close(): void;
}

export interface VoiceLinkParts {
  /** A token that is good now; `fresh` after the last one was refused. */
  readonly token: (fresh: boolean) => Promise<string>;
  /** The first message, which may name the session that goes on. */
  readonly greeting: () => { readonly type: 'init-session' } & Readonly<Record<string, unknown>>;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onDropped: () => void;
  readonly onEnded: () => void;
  readonly onTextOnly: (failure: Failure | undefined) => void;
  readonly onSignIn: () => void;
}

const PATH = '/api/v1/ws/streaming';
/** Sound that the line does not take is worth nothing later; words are. */
const MOST_BUFFERED = 64_000;
/** What is said while the line is being opened is kept: ten seconds of it. */
const MOST_WAITING = 500;

export function openVoiceLink(parts: VoiceLinkParts): VoiceLink {
  let socket: WebSocket | undefined;
  let attempt = 0;
  let closed = false;
  let ready = false;
  let early: ArrayBuffer[] = [];
  let waiting: ReturnType<typeof setTimeout> | undefined;

  async function open(fresh: boolean): Promise<void> {
    waiting = undefined;
    const token = await parts.token(fresh).catch(() => undefined);
    if (closed) return;
    if (token === undefined) return again(1006);
    const address = new URL(PATH, location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const mine = new WebSocket(address, ['bedside.v1', `bearer.${token}`]);
    mine.binaryType = 'arraybuffer';
    socket = mine;
    mine.addEventListener('open', () => mine.send(JSON.stringify(parts.greeting())));
    mine.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const message = typeof data === 'string' ? readMessage(data) : undefined;
      if (!message || closed || mine !== socket) return;
      if (message.type === 'session-ready') {
        attempt = 0;
        ready = true;
        for (const frame of early) mine.send(frame);
        early = [];
      }
      parts.onMessage(message);
    });
    mine.addEventListener('close', ({ code }) => {
      if (mine !== socket || closed) return;
      ready = false;
      again(code);
    });
  }

  function again(code: number): void {
    const next = afterClose(code, attempt);
    attempt += 1;
    if (next.do === 'retry') {
      parts.onDropped();
      waiting = setTimeout(() => void open(next.newToken), next.inMs);
      return;
    }
    stop();
    if (next.do === 'end') parts.onEnded();
    else if (next.do === 'sign-in') parts.onSignIn();
    else parts.onTextOnly(undefined);
  }

  function stop(): void {
    closed = true;
    ready = false;
    clearTimeout(waiting);
    removeEventListener('online', hurry);
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close(1000);
  }

  /** The network is back: no reason to wait any longer. */
  function hurry(): void {
    if (waiting === undefined) return;
    clearTimeout(waiting);
    void open(false);
  }
  addEventListener('online', hurry);
  void open(false);

  return {
    greetAgain() {
      early = [];
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(parts.greeting()));
    },
    send(message) {
      if (!ready || socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    sendSound(frame) {
      if (!ready) {
        if (early.length === MOST_WAITING) early.shift();
        early.push(frame);
      } else if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount < MOST_BUFFERED) socket.send(frame);
    },
    close: stop,
  };
}
