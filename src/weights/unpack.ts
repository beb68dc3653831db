import { fork } from 'node:child_process';
import { cancelled, throwIfAborted } from '../shared/abort.ts';
import { AppError } from '../shared/errors.ts';
import { siblingModule } from '../shared/sibling.ts';

export interface UnpackLimits {
  readonly entries: number;
  /** Of all files together, and of the stream itself. */
  readonly bytes: number;
}

export const unpackLimits: UnpackLimits = { entries: 20_000, bytes: 8_000_000_000 };

/** What goes to the child, and what comes back. */
export interface UnpackRequest {
  readonly archive: string;
  readonly into: string;
  readonly limits: UnpackLimits;
}
export type UnpackReply =
  | { readonly type: 'unpacked-bytes'; readonly bytes: number }
  | { readonly type: 'unpacked' }
  | { readonly type: 'refused'; readonly sentence: string; readonly values: Readonly<Record<string, string | number>> };

/** No word from the child for so long: it hangs. */
const SILENCE_MS = 120_000;

/**
 * Unpacks a .tar.gz or .tar.bz2 into an empty folder, in a process of its own: a maker of archives gets nothing but a
 * child with no secrets, no links, no way out of the folder and a limit on size. Throws `unavailable` with the reason.
 */
export async function unpackArchive(request: UnpackRequest, signal: AbortSignal, onBytes?: (bytes: number) => void): Promise<void> {
  throwIfAborted(signal);
  // The child sees none of this process's environment: keys and passwords live there.
  const child = fork(siblingModule(import.meta.url, 'unpack-worker'), [], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin' },
    execArgv: ['--max-old-space-size=256', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  await new Promise<void>((resolve, reject) => {
    let settled = false;
    const settle = (end: () => void) => {
      if (settled) return;
      settled = true;
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
      if (child.exitCode === null) child.kill('SIGKILL');
      end();
    };
    const silence = setTimeout(
      () =>
        settle(() => reject(new AppError('timed-out', 'Unpacking {archive} hangs. Try again.', { values: { archive: request.archive } }))),
      SILENCE_MS,
    );
    const stop = () => settle(() => reject(cancelled(signal)));
    signal.addEventListener('abort', stop, { once: true });
    let lastWords = '';
    child.stderr?.on('data', (data: Buffer) => {
      lastWords = (lastWords + data.toString('utf8')).slice(-2_000);
    });
    child.on('message', (message: UnpackReply) => {
      silence.refresh();
      if (message.type === 'unpacked-bytes') onBytes?.(message.bytes);
      else if (message.type === 'unpacked') settle(resolve);
      else settle(() => reject(new AppError('unavailable', message.sentence, { values: message.values })));
    });
    const died = (cause: unknown) =>
      settle(() =>
        reject(
          new AppError(
            'unavailable',
            'Unpacking {archive} failed. The archive may be damaged; pull it again.',
            { values: { archive: request.archive } },
            cause,
          ),
        ),
      );
    child.on('error', died);
    child.on('exit', (code, killedBy) => died(new Error(`the child ended with ${code ?? killedBy}: ${lastWords}`)));
    child.send(request);
  });
}
