import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/shared/errors.ts';
import { describeError, type Log, makeLog } from '../../../src/shared/log.ts';

const WORDS = 'my knee hurts';

function listened(showPii = false): { log: Log; lines(): Record<string, unknown>[]; text(): string } {
  const parts: Buffer[] = [];
  const destination = new PassThrough();
  destination.on('data', (part: Buffer) => parts.push(part));
  const text = () => Buffer.concat(parts).toString('utf8');
  return {
    log: makeLog({ level: 'debug', showPii, destination }),
    text,
    lines: () =>
      text()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

describe('the log', () => {
  it('drops what lies under pii, wherever that is', () => {
    const { log, text, lines } = listened();
    log.info({ pii: WORDS, kept: 1 }, 'word.said');
    log.info({ deep: { pii: WORDS, kept: 2 }, list: [{ pii: { more: WORDS } }, { kept: 3 }] }, 'word.said');
    log.child({ pii: WORDS, requestId: 'r' }).warn({ error: { cause: { cause: { pii: WORDS, kept: 4 } } } }, 'word.said');
    expect(text()).not.toContain(WORDS);
    expect(lines().map(({ time: _, ...line }) => line)).toEqual([
      { level: 'info', kept: 1, msg: 'word.said' },
      { level: 'info', deep: { kept: 2 }, list: [{}, { kept: 3 }], msg: 'word.said' },
      { level: 'warn', requestId: 'r', error: { cause: { cause: { kept: 4 } } }, msg: 'word.said' },
    ]);
  });

  it('drops the words of an error, and of what caused it, and of what caused that', () => {
    const { log, text, lines } = listened();
    const thrown = new AppError('invalid', 'This is not right.', {}, new SyntaxError(`Unexpected ${WORDS}`, { cause: new Error(WORDS) }));
    log.info({ error: describeError(thrown) }, 'request.failed');
    log.error({ error: thrown, raw: new Error(WORDS) }, 'request.failed');
    expect(text()).not.toContain(WORDS);
    for (const { error } of lines())
      expect(error).toMatchObject({
        kind: 'AppError',
        code: 'invalid',
        message: 'This is not right.',
        cause: { kind: 'SyntaxError', cause: { kind: 'Error' } },
      });
    expect(lines()[1]?.raw).toMatchObject({ kind: 'Error', frames: expect.any(Array) });
  });

  it('shows them to a developer who asked by flag', () => {
    const { log, text } = listened(true);
    log.info({ error: describeError(new Error(WORDS)) }, 'request.failed');
    expect(text()).toContain(WORDS);
  });

  it('does not follow a circle for ever', () => {
    const { log, lines } = listened();
    const circle: Record<string, unknown> = { kept: 1 };
    circle.again = circle;
    log.info({ circle }, 'word.said');
    expect(lines()[0]?.circle).toMatchObject({ kept: 1 });
  });

  it('keeps a stack without its message, which repeats what was said', () => {
    const told = JSON.stringify(describeError(new Error(`What was said:\n    at night ${WORDS}`))).replace(/"pii":"[^"]*"/, '');
    expect(told).not.toContain(WORDS);
    expect(told).toContain('log.test.ts');
    expect(describeError('a text')).toEqual({ kind: 'string' });
  });
});
