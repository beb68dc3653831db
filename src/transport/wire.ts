/** Pure translation between the inside (camelCase, milliseconds) and the wire (snake_case, ISO 8601). */

type CamelKey<K> = K extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelKey<Tail>>}` : K;
export type FromWire<T> = T extends readonly (infer Item)[]
  ? FromWire<Item>[]
  : T extends object
    ? { [K in keyof T as CamelKey<K>]: FromWire<T[K]> }
    : T;

export function fromWire<T>(value: T): FromWire<T> {
  return mapKeys(value, (key) => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()), false) as FromWire<T>;
}

/** Names that end in `At` hold times and become ISO text with milliseconds. */
export function toWire(value: unknown): unknown {
  return mapKeys(value, snake, true);
}

const snake = (key: string) => (/[A-Z]/.test(key) ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key);

/** Groups whose names are somebody's data (a role, a purpose) and not fields: they stay as they were written. */
const namedByData = new Set(['approval_rules', 'approvalRules', 'cloud_policy', 'cloudPolicy']);

function mapKeys(value: unknown, rename: (key: string) => string, times: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => mapKeys(item, rename, times));
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const isTime = times && typeof item === 'number' && /[a-z]At$/.test(key);
    entries.push([
      rename(key),
      isTime ? iso(item) : typeof item !== 'object' || namedByData.has(key) ? item : mapKeys(item, rename, times),
    ]);
  }
  return Object.fromEntries(entries);
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
