import { spawn } from 'node:child_process';
import { cancelled } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import type { Purpose } from './call.ts';
import { engineEnvironment } from './environment.ts';
import { machineName } from './names.ts';

/** A program of the operating system that serves as an engine: espeak-ng, ffmpeg, tesseract. */
export interface Command {
  readonly program: string;
  readonly purpose: Purpose;
  /** The command that installs it, told to callers when it is not there. */
  readonly fix: string;
  /** The service's environment; only what engineEnvironment() lets through reaches the program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the program needs besides. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly limits: CommandLimits;
}

export interface CommandLimits {
  readonly wallMs: number;
  readonly outputBytes: number;
  /** Address space; a program that wants more ends itself. */
  readonly virtualBytes: number;
  /** The largest file it may write, shared memory included; 0 lets it write none. */
  readonly fileBytes: number;
}

/** How a program ended that did not do what was asked. `errors` may quote its input: it is for judging and for `pii`, not for callers. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly exitCode: number | null;
  readonly errors: string;

  constructor(program: string, exitCode: number | null, errors: string) {
    super(`${program} ended with ${exitCode}`);
    this.exitCode = exitCode;
    this.errors = errors;
  }
}

/**
 * Runs the program once and yields what it writes. Words and sounds go in by its standard input, never as arguments, which every user of
 * the machine can read. It is killed when the caller leaves, when it has run too long (`timed-out`) or written too much (`too-large`).
 * It can make no core file, and no file beyond its limit.
 */
export async function* runCommand(
  command: Command,
  args: readonly string[],
  input: Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (signal.aborted) throw cancelled(signal);
  const { program, limits } = command;
  const ceilings = `ulimit -c 0 && ulimit -f ${limits.fileBytes / 512} && ulimit -v ${Math.floor(limits.virtualBytes / 1_024)} && exec "$@"`;
  const child = spawn('/bin/sh', ['-c', ceilings, 'engine', program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...engineEnvironment(command.environment), ...command.variables },
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
    child.once('error', () => resolve(127));
  });
  const values = { machine: machineName(command.purpose) };
  if (child.pid === undefined)
    throw new AppError('overloaded', 'This computer is too busy to start the {machine}. Please try again in a moment.', {
      values,
      retryAfterMs: 2_000,
    });
  let stopped: AppError | undefined;
  const stop = (error: AppError) => {
    stopped ??= error;
    child.kill('SIGKILL');
  };
  const onAbort = () => stop(cancelled(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => {
    stop(
      new AppError('timed-out', 'The {machine} took too long and was stopped. Please try with a shorter recording or text.', { values }),
    );
  }, limits.wallMs);
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors.push(text);
    if (errors.length > 20) errors.shift();
  });
  void feed(child.stdin, input).catch((error: unknown) => {
    if (error instanceof AppError) stop(error);
    else child.kill('SIGKILL');
  });
  let written = 0;
  try {
    for await (const bytes of child.stdout as AsyncIterable<Buffer>) {
      written += bytes.length;
      if (written > limits.outputBytes) stop(new AppError('too-large', 'The recording is longer than the {machine} takes.', { values }));
      if (stopped) throw stopped;
      yield bytes;
    }
    const exitCode = await ended;
    if (stopped) throw stopped;
    // The shell says 127 for a program that it cannot find, and 126 for one that it may not run.
    if (exitCode === 127 || exitCode === 126) throw missing(command);
    if (exitCode !== 0) throw new CommandFailed(program, exitCode, errors.join('').slice(-4_000));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
  }
}

export function missing({ purpose, program, fix }: Command): AppError {
  return new AppError('unavailable', 'The {machine} needs {program}, which is not installed. Install it with “{fix}”.', {
    reason: 'ENGINE_UNAVAILABLE',
    values: { machine: machineName(purpose), program, fix },
    context: { purpose, fix },
  });
}

async function feed(stdin: NodeJS.WritableStream, input: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  // A program that ends before it has read everything has had enough.
  stdin.on('error', () => {});
  if (input instanceof Uint8Array) stdin.end(input);
  else {
    for await (const bytes of input) {
      if (!stdin.writable) return;
      if (!stdin.write(bytes)) await new Promise((resolve) => stdin.once('drain', resolve).once('close', resolve));
    }
    stdin.end();
  }
}
