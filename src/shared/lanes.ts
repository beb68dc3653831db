/** Work under the same key runs one after the other; work under different keys does not wait. */
export interface Lanes {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** How many are running or waiting under this key. */
  length(key: string): number;
}

export function makeLanes(): Lanes {
  const lanes = new Map<string, { last: Promise<unknown>; length: number }>();
  return {
    run<T>(key: string, work: () => Promise<T>): Promise<T> {
      const lane = lanes.get(key) ?? { last: Promise.resolve(), length: 0 };
      lanes.set(key, lane);
      lane.length++;
      const mine = lane.last.then(work, work);
      lane.last = mine.catch(() => {});
      return mine.finally(() => {
        if (--lane.length === 0) lanes.delete(key);
      });
    },
    length: (key) => lanes.get(key)?.length ?? 0,
  };
}
