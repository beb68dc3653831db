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
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: options.showPii ? [] : { paths: ['pii', '*.pii'], remove: true },
    },
    options.destination ?? pino.destination({ dest: 1, sync: false, minLength: 0 }),
  );
}

/** What may be logged of an error: its kind, our own sentence and code, and a stack without the message. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? '')
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
