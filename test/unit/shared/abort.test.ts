import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortable, cancelled, throwIfAborted } from '../../../src/shared/abort.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { AppError, isCancelled } from '../../../src/shared/errors.ts';

const forever = new Promise<never>(() => {});

describe('a signal', () => {
  it('means “cancelled”, or what it carries', () => {
    const plain = AbortSignal.abort();
    expect(() => throwIfAborted(plain)).toThrow('The request was cancelled.');
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
    expect(isCancelled(cancelled(plain))).toBe(true);
    const late = new AppError('timed-out', 'That took too long.');
    expect(cancelled(AbortSignal.abort(late))).toBe(late);
  });

  it('ends a wait at once, and leaves no listener behind either way', async () => {
    const stop = new AbortController();
    const waiting = abortable(forever, stop.signal);
    const done = abortable(Promise.resolve('done'), stop.signal);
    expect(await done).toBe('done');
    await Promise.resolve();
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(abortable(Promise.reject(new Error('nobody hears this')), stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  it('passes on what the work behind it says', async () => {
    await expect(abortable(Promise.reject(new TypeError('a bug')), new AbortController().signal)).rejects.toThrow(TypeError);
  });

  it('wakes a sleeper with its reason, before or while they sleep', async () => {
    const reason = new AppError('cancelled', 'Enough.');
    await expect(systemClock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    const short = new AbortController();
    await systemClock.sleep(1, short.signal);
    expect(getEventListeners(short.signal, 'abort')).toHaveLength(0);
  });
});
