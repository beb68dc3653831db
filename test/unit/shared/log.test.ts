import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { describeError, type Log, makeLog } from '../../../src/shared/log.ts';

function logged(write: (log: Log) => void, options: { level?: string; showPii?: boolean } = {}): Record<string, unknown>[] {
  const destination = new PassThrough();
  write(makeLog({ level: options.level ?? 'debug', showPii: options.showPii ?? false, destination }));
  return String(destination.read() ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
const WORDS = 'my left knee hurts';

describe('the log', () => {
  it('writes a level, a time, fields and a fixed message, each on a line of its own', () => {
    const [line, ...more] = logged((log) => log.info({ hospitalId: 'h1' }, 'appointment.booked'));
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: 'info', hospitalId: 'h1', msg: 'appointment.booked' });
    expect(Date.parse(String(line?.time))).not.toBeNaN();
    expect(logged((log) => log.debug({}, 'x'), { level: 'info' })).toEqual([]);
  });

  it('never writes what is under pii, wherever it lies, unless a developer asks for it', () => {
    const cause = new Error(WORDS, { cause: new Error(WORDS) });
    const write = (log: Log) => {
      log.error({ pii: WORDS, deep: { list: [{ pii: { said: WORDS } }] } }, 'a.b');
      log.error({ error: describeError(new Error(WORDS, { cause })) }, 'a.b');
      log.error({ error: new Error(WORDS) }, 'a.b');
      log.child({ pii: WORDS, requestId: 'r' }).warn({ pii: WORDS }, 'a.b');
    };
    const lines = logged(write);
    expect(lines).toHaveLength(4);
    expect(JSON.stringify(lines)).not.toContain('knee');
    expect(lines[3]).toMatchObject({ requestId: 'r' });
    expect(JSON.stringify(logged(write, { showPii: true }))).toContain('knee');
  });

  it('tells of an error its kind, its code and where it was; of ours also the sentence', () => {
    const ours = describeError(
      new AppError('conflict', 'This slot is taken.', {}, Object.assign(new Error(WORDS), { code: 'SQLITE_BUSY' })),
    );
    expect(ours).toMatchObject({
      kind: 'AppError',
      code: 'conflict',
      message: 'This slot is taken.',
      cause: { kind: 'Error', code: 'SQLITE_BUSY', pii: WORDS },
    });
    expect((ours.frames as string[])[0]).toMatch(/^at .*log\.test\.ts/);
    expect(describeError('a string that was thrown')).toEqual({ kind: 'string' });
    const lying = new Error(`${WORDS}\n    at ${WORDS} (file.ts:1:1)`);
    expect(JSON.stringify(describeError(lying).frames)).not.toContain('knee');
  });
});
