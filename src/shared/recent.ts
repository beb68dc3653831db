/** Remembers so many things, and forgets the one that was asked for least lately. */
export interface Recent<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  clear(): void;
}

export function makeRecent<V>(limit: number): Recent<V> {
  const kept = new Map<string, V>(); // a Map keeps the order of insertion: the first is the one unused for longest
  return {
    get(key) {
      const value = kept.get(key);
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      return value;
    },
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      for (const oldest of kept.keys()) {
        if (kept.size <= limit) break;
        kept.delete(oldest);
      }
    },
    clear: () => kept.clear(),
  };
}
