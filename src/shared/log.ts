import { pino } from 'pino';

/** A logger whose message is a fixed `noun.verb`. What a patient said, wrote or is called goes under `pii`, and nowhere else. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/** `pii` leaves no process unless a developer asks for it by flag. */
export function makeLog(options: { level: string; showPii: boolean; destination?: NodeJS.WritableStream }): Log {
  const told = (fields: Record<string, unknown>) => (options.showPii ? fields : (withoutPii(fields) as typeof fields));
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: told },
      redact: options.showPii ? [] : { paths: ['pii', '*.pii'], remove: true }, // what a child was bound to passes no formatter
    },
    options.destination ?? pino.destination({ dest: 1, sync: false, minLength: 0 }),
  );
}

const DEEPEST = 12;

/** The same without any `pii`, however deep it lies: the cause of a cause holds words as well. Of an Error, what may be told of it. */
function withoutPii(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (depth > DEEPEST) return undefined;
  if (Array.isArray(value)) return value.map((item) => withoutPii(item, depth + 1));
  if (value instanceof Error) return withoutPii(describeError(value), depth + 1);
  const kind = Object.getPrototypeOf(value);
  if (kind !== Object.prototype && kind !== null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (key === 'pii' ? [] : [[key, withoutPii(item, depth + 1)]])));
}

/** What may be logged of an error: its kind, our own sentence and code, and a stack without the message. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code = (error as { code?: unknown }).code;
  // A stack begins with the message, whose own lines may look like frames.
  const stack = error.stack ?? '';
  const frames = stack
    .slice(Math.max(0, stack.indexOf(error.message)) + error.message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
  return {
    kind: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.name === 'AppError' ? { message: error.message } : { pii: error.message }),
    frames,
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
