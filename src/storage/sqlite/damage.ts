/** True for what SQLite throws when the file's bytes are not what it wrote: a torn page, another file, a missing end. */
export function isDamage(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')) return true;
  return cause instanceof Error && isDamage(cause);
}
