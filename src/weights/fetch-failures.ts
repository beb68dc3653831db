import { AppError } from '../shared/errors.ts';

/** What is known of a file before it comes. */
export interface Expected {
  readonly name: string;
  readonly sha256: string | null;
  readonly bytes: number | null;
}

/** A try that failed in a way that another try may mend; `final` is thrown when patience ends. */
export class Interrupted extends Error {
  readonly final: AppError;
  constructor(final: AppError) {
    super(final.message, { cause: final });
    this.final = final;
  }
}

export function lineError(error: unknown, address: URL, expected: Expected): Interrupted | AppError {
  const code = codeOf(error);
  const why = REASONS[code] ?? 'the connection was cut';
  const values = { host: address.host, file: expected.name, why };
  const final = new AppError(
    'unavailable',
    'The source {host} cannot be reached for {file}: {why}. Check the line, then run the command again: what has come so far is kept.',
    { values, context: { unreachable: true } },
    error,
  );
  // A name that does not exist and a certificate that is not trusted do not mend themselves in seconds.
  return code === 'ENOTFOUND' || code in CERTIFICATE ? final : new Interrupted(final);
}

function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return '';
}

const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired (is the clock of this box right?)',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (is the clock of this box right?)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate belongs to another host',
};

const REASONS: Readonly<Record<string, string>> = {
  ...CERTIFICATE,
  ENOTFOUND: 'its name is not known (is this box connected?)',
  EAI_AGAIN: 'its name cannot be looked up now (is this box connected?)',
  ECONNREFUSED: 'it refuses the connection',
  ENETUNREACH: 'this box is not connected',
  EHOSTUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
};

export function wrongBytes(address: URL, expected: Expected, sha256: string): AppError {
  return new AppError(
    'unavailable',
    'The file {file} from {host} is not what it should be: its SHA-256 is {got}…, not {want}…. It was thrown away.',
    {
      values: {
        file: expected.name,
        host: address.host,
        got: sha256.slice(0, 12),
        want: (expected.sha256 ?? '').slice(0, 12) || 'what the hub named',
      },
      context: { file: expected.name },
    },
  );
}

export function replaced(address: URL, expected: Expected): AppError {
  return new AppError(
    'unavailable',
    '{host} now holds another file under the name {file} than the catalogue knows. It was not fetched; a newer release may know it.',
    {
      values: { host: address.host, file: expected.name },
      context: { file: expected.name },
    },
  );
}

export function tooLong(address: URL, expected: Expected, bytes: number | null): AppError {
  const values = { file: expected.name, host: address.host, got: bytes ?? 'more', want: expected.bytes ?? 'what was announced' };
  return new AppError(
    'unavailable',
    'The file {file} at {host} is not what it should be: {got} bytes instead of {want}. It was not kept.',
    {
      values,
      context: { file: expected.name },
    },
  );
}

export function cut(address: URL, expected: Expected): AppError {
  return new AppError('unavailable', 'The source {host} ended {file} too early. Run the command again: what has come so far is kept.', {
    values: { host: address.host, file: expected.name },
    context: { unreachable: true },
  });
}

/** True for what says that a whole source, not one file, is the trouble. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof AppError && error.details.context?.unreachable === true;
}

/** A full or failing disk, as a sentence. */
export function diskError(error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError(
      'unavailable',
      'The disk is full. Make room and run the command again: what has come so far is kept.',
      { reason: 'STORAGE_FULL' },
      error,
    );
  }
  return new AppError(
    'unavailable',
    'The disk refused a write ({code}). Check it, then run the command again.',
    { values: { code: code ?? 'unknown' } },
    error,
  );
}
