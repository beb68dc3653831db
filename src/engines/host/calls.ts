import { cancelled } from '../../shared/abort.ts';
import { AppError } from '../../shared/errors.ts';
import { batchBytes, batchesAhead, batchItems, partsAhead, type ToChild, type ToParent } from './protocol.ts';

/** One call on the parent's side of the wall: what was sent, what came back, and whose turn it is. */
export interface EngineCall {
  readonly allowanceMs: number;
  readonly answer: Promise<unknown>;
  readonly parts: AsyncIterable<unknown>;
  receive(message: Extract<ToParent, { id: number }>): void;
  fail(error: AppError): void;
  /** How long the engine has been quiet although the next move is its own. */
  quietMs(nowMs: number): number;
}

export interface CallParts {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
  readonly input: AsyncIterable<unknown> | undefined;
  readonly signal: AbortSignal;
  readonly allowanceMs: number;
  readonly elapsedMs: () => number;
  readonly send: (message: ToChild) => void;
  /** Turns what the worker threw into what the caller gets. */
  readonly explain: (error: Extract<ToParent, { kind: 'error' }>['error']) => AppError;
  /** Called once, when the call is over on this side; `early` when the child may still be working on it. */
  readonly left: (early: boolean) => void;
}

export function openCall(call: CallParts): EngineCall {
  const { id, send, signal } = call;
  const queue: unknown[] = [];
  const answered = Promise.withResolvers<unknown>();
  answered.promise.catch(() => {});
  let over: { error?: unknown } | undefined;
  let wakeReader: (() => void) | undefined;
  let wakeSender: (() => void) | undefined;
  let unread = 0;
  let batchesOut = 0;
  let inputEnded = call.input === undefined;
  let lastSignAt = call.elapsedMs();

  function finish(outcome: { error?: unknown; value?: unknown }, early: boolean): void {
    if (over) return;
    over = outcome;
    signal.removeEventListener('abort', onAbort);
    if ('error' in outcome) answered.reject(outcome.error);
    else answered.resolve(outcome.value);
    if (early) {
      queue.length = 0;
      send({ kind: 'cancel', id });
    }
    call.left(early);
    wakeReader?.();
    wakeSender?.();
  }
  const onAbort = () => finish({ error: cancelled(signal) }, true);

  async function sendInput(input: AsyncIterable<unknown>): Promise<void> {
    const source = input[Symbol.asyncIterator]();
    const gathered: unknown[] = [];
    let bytes = 0;
    const flush = (end: boolean) => {
      if (gathered.length > 0) batchesOut++;
      bytes = 0;
      send({ kind: 'input', id, items: gathered.splice(0), end });
    };
    flushWaiting = () => {
      if (gathered.length > 0 && !inputEnded) flush(false);
    };
    try {
      while (!over) {
        const next = await source.next();
        if (over) break;
        if (next.done) {
          inputEnded = true;
          return flush(true);
        }
        gathered.push(next.value);
        if (ArrayBuffer.isView(next.value)) bytes += next.value.byteLength;
        if (batchesOut === 0) flush(false);
        while ((gathered.length >= batchItems || bytes >= batchBytes) && !over) {
          if (batchesOut < batchesAhead) flush(false);
          else
            await new Promise<void>((resolve) => {
              wakeSender = resolve;
            });
        }
      }
      // Not awaited: a source that is waiting for its next item answers only when that has come.
      void source.return?.();
    } catch (error) {
      finish({ error }, true);
    }
  }
  let flushWaiting = () => {};

  async function* read(): AsyncGenerator<unknown> {
    let taken = 0;
    try {
      for (;;) {
        if (queue.length > 0) {
          const part = queue.shift();
          taken++;
          if (taken >= partsAhead / 4) {
            if (!over) send({ kind: 'credit', id, parts: taken });
            unread -= taken;
            taken = 0;
          }
          yield part;
        } else if (over) {
          if ('error' in over) throw over.error;
          return;
        } else
          await new Promise<void>((resolve) => {
            wakeReader = resolve;
          });
      }
    } finally {
      finish({ error: new AppError('cancelled', 'The request was cancelled.') }, true);
    }
  }

  send({ kind: 'call', id, method: call.method, params: call.params, hasInput: call.input !== undefined });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  else if (call.input) void sendInput(call.input);

  return {
    allowanceMs: call.allowanceMs,
    answer: answered.promise,
    parts: { [Symbol.asyncIterator]: read },
    receive(message) {
      lastSignAt = call.elapsedMs();
      switch (message.kind) {
        case 'part':
          unread++;
          queue.push(message.part);
          wakeReader?.();
          break;
        case 'taken':
          batchesOut--;
          if (batchesOut === 0) flushWaiting();
          wakeSender?.();
          break;
        case 'result':
          finish({ value: message.value }, false);
          break;
        case 'error':
          finish({ error: call.explain(message.error) }, false);
      }
    },
    fail: (error) => finish({ error }, false),
    quietMs(nowMs) {
      const enginesTurn = (inputEnded || batchesOut > 0) && unread < partsAhead;
      if (!enginesTurn) lastSignAt = nowMs;
      return nowMs - lastSignAt;
    },
  };
}
