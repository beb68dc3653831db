import { writeSync } from 'node:fs';
import type { OpenEngine } from '../../src/engines/engine-process.ts';
import { AppError } from '../../src/shared/errors.ts';

/** A worker without native code that does on request what native code does by accident. */
export const openEngine: OpenEngine<{ loadMs?: number; fail?: 'missing' | 'throw' | 'abort'; secret?: string }> = async (init) => {
  await new Promise((resolve) => setTimeout(resolve, init.loadMs ?? 0));
  if (init.fail === 'missing') {
    throw new AppError('unavailable', 'The model file is missing. Run “bedside models pull”.', {
      reason: 'ENGINE_UNAVAILABLE',
      context: { purpose: 'speech-to-text', fix: 'bedside models pull' },
    });
  }
  if (init.fail === 'throw') throw new Error('a graph that cannot be read');
  if (init.fail === 'abort') process.abort();
  return {
    info: { words: 7, environment: Object.keys(process.env) },
    handlers: {
      echo: async (params: unknown) => params,
      wait: ({ ms }: { ms: number }, { signal }) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => resolve('waited'), ms);
          signal.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        }),
      refuse: async () => {
        throw new AppError('invalid', 'The sound has {channels} channels.', {
          values: { channels: 9 },
          fields: [{ path: 'file', message: 'no' }],
        });
      },
      throw: async () => {
        throw new TypeError('patient words must not be in what callers see');
      },
      print: async ({ text }: { text: string }) => {
        writeSync(2, `${text}\n`);
        return true;
      },
      hold: async ({ ms }: { ms: number }) => {
        const end = performance.now() + ms;
        while (performance.now() < end);
        return 'held';
      },
      die: async ({ signal }: { signal: NodeJS.Signals }) => {
        process.kill(process.pid, signal);
        return new Promise(() => {});
      },
      grow: async ({ megabytes }: { megabytes: number }) => {
        const kept: Buffer[] = [];
        for (let i = 0; i < megabytes; i += 16) {
          kept.push(Buffer.alloc(16 * 2 ** 20, 1));
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return kept.length;
      },
      async *count({ to, size }: { to: number; size?: number }, { signal }) {
        for (let i = 1; i <= to && !signal.aborted; i++) {
          yield size ? { i, bytes: new Uint8Array(size) } : i;
          produced = i;
        }
      },
      produced: async () => produced,
      async *sum({ slowMs }: { slowMs?: number }, { input }) {
        let total = 0;
        for await (const frame of input as AsyncIterable<Int16Array>) {
          if (slowMs) await new Promise((resolve) => setTimeout(resolve, slowMs));
          total += frame.reduce((a, b) => a + b, 0);
          yield total;
        }
        yield -total;
      },
    },
  };
};

let produced = 0;
