/** One page of a list that is read in the order of its keys. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The key after which the next page begins; null at the end. */
  readonly next: string | null;
}

export interface PageRequest {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Cuts a page out of rows that were read one further than asked. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}
