/**
 * A bounded queue between one writer and one reader, read as an AsyncIterable.
 * When it is full the oldest item goes and is counted: sound that is late is worth less than sound that is new.
 */
export interface Channel<T> extends AsyncIterable<T> {
  push(item: T): void;
  /** Ends the reading after what is queued. */
  end(): void;
  /** Ends the reading at once, by throwing this at the reader. */
  fail(error: unknown): void;
  readonly size: number;
  readonly dropped: number;
}

export function channel<T>(capacity: number, options: { weigh?: (item: T) => number } = {}): Channel<T> {
  const weigh = options.weigh ?? (() => 1);
  const items: T[] = [];
  let weight = 0;
  let dropped = 0;
  let ended = false;
  let failure: { error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const signal = () => {
    wake?.();
    wake = undefined;
  };

  async function* read(): AsyncGenerator<T> {
    for (;;) {
      if (failure) throw failure.error;
      const item = items.shift();
      if (item !== undefined) {
        weight -= weigh(item);
        yield item;
      } else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }

  return {
    push(item) {
      if (ended || failure) return;
      items.push(item);
      weight += weigh(item);
      while (weight > capacity && items.length > 1) {
        weight -= weigh(items.shift() as T);
        dropped++;
      }
      signal();
    },
    end() {
      ended = true;
      signal();
    },
    fail(error) {
      failure ??= { error };
      signal();
    },
    get size() {
      return items.length;
    },
    get dropped() {
      return dropped;
    },
    [Symbol.asyncIterator]: () => read(),
  };
}
