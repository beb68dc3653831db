import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import { siblingModule } from '../../shared/sibling.ts';
import type { EngineWorker, HandlerContext, OpenEngine } from '../engine-process.ts';
import { partsAhead, sendable, type ToChild, type ToParent } from './protocol.ts';

/**
 * The inside of an engine process. Started by the host with: the parent's pid, the niceness, and the beat's interval.
 * It imports one worker module, answers its calls, and ends with its parent.
 */
const [parentPid, niceness, beatMs] = process.argv.slice(2).map(Number) as [number, number, number];

interface Running {
  readonly abort: AbortController;
  readonly input: Inbox;
  /** Parts sent and not yet taken by the reader. */
  ahead: number;
  wake: (() => void) | undefined;
}

/** Batches from the parent, read item by item; `taken` is called when a batch has been begun to its last item. */
interface Inbox extends AsyncIterable<unknown> {
  add(items: readonly unknown[], end: boolean): void;
  stop(): void;
}

const running = new Map<number, Running>();
let engine: EngineWorker | undefined;

function main(): void {
  try {
    setPriority(niceness);
    // Under memory pressure the kernel ends the engine and not the service.
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Not every platform lets a process do this; the service works without it.
  }
  const turns = new Int32Array(new SharedArrayBuffer(4));
  setInterval(() => Atomics.add(turns, 0, 1), beatMs / 2).unref();
  new Worker(siblingModule(import.meta.url, 'watchdog'), {
    workerData: { parentPid, turns, beatFd: 4, everyMs: beatMs },
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  }).unref();
  process.on('message', (message: ToChild) => receive(message));
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C and systemd's stop reach the whole group; the parent decides when its engines end, so that calls in flight may finish.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

function send(message: ToParent): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

function receive(message: ToChild): void {
  switch (message.kind) {
    case 'start':
      void start(message.module, message.init);
      break;
    case 'call':
      void answer(message.id, message.method, message.params, message.hasInput);
      break;
    case 'input':
      running.get(message.id)?.input.add(message.items, message.end);
      break;
    case 'credit': {
      const call = running.get(message.id);
      if (!call) return;
      call.ahead -= message.parts;
      call.wake?.();
      break;
    }
    case 'cancel':
      running.get(message.id)?.abort.abort(new AppError('cancelled', 'The request was cancelled.'));
      break;
    case 'stop':
      void stop();
  }
}

async function start(module: string, init: unknown): Promise<void> {
  try {
    const { openEngine } = (await import(module)) as { openEngine: OpenEngine<unknown> };
    engine = await openEngine(init);
    send({ kind: 'ready', info: engine.info });
  } catch (error) {
    send({ kind: 'start-failed', error: sendable(error) });
  }
}

async function stop(): Promise<void> {
  for (const call of running.values()) call.abort.abort(new AppError('cancelled', 'The request was cancelled.'));
  await engine?.close?.().catch(() => {});
  process.exit(0);
}

async function answer(id: number, method: string, params: unknown, hasInput: boolean): Promise<void> {
  const abort = new AbortController();
  const call: Running = { abort, input: inbox(() => send({ kind: 'taken', id })), ahead: 0, wake: undefined };
  if (!hasInput) call.input.add([], true);
  abort.signal.addEventListener('abort', () => {
    call.input.stop();
    call.wake?.();
  });
  running.set(id, call);
  try {
    const handler = engine?.handlers[method];
    if (!handler) throw new AppError('internal', 'This engine does not know how to {method}.', { values: { method } });
    const context: HandlerContext = { signal: abort.signal, input: call.input };
    const answered = handler(params, context);
    if (isIterable(answered)) {
      for await (const part of answered) {
        send({ kind: 'part', id, part });
        call.ahead++;
        while (call.ahead >= partsAhead && !abort.signal.aborted) {
          await new Promise<void>((resolve) => {
            call.wake = resolve;
          });
        }
        if (abort.signal.aborted) break;
      }
      send({ kind: 'result', id, value: undefined });
    } else send({ kind: 'result', id, value: await answered });
  } catch (error) {
    send({ kind: 'error', id, error: sendable(error) });
  } finally {
    running.delete(id);
    call.input.stop();
  }
}

function isIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}

function inbox(taken: () => void): Inbox {
  const batches: (readonly unknown[])[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  async function* read(): AsyncGenerator<unknown> {
    for (;;) {
      const batch = batches.shift();
      if (batch) {
        yield* batch;
        taken();
      } else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return {
    add(items, end) {
      if (ended) return;
      if (items.length > 0) batches.push(items);
      ended = end;
      wake?.();
    },
    stop() {
      ended = true;
      batches.length = 0;
      wake?.();
    },
    [Symbol.asyncIterator]: read,
  };
}

main();
