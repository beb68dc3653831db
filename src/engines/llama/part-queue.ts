/** From callbacks to an iterable. It holds no more than one answer. */
export interface PartQueue<T> extends AsyncIterable<T> {
  push(part: T): void;
  end(): void;
}

export function partQueue<T>(): PartQueue<T> {
  const parts: T[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  return {
    push(part) {
      parts.push(part);
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const part = parts.shift();
        if (part !== undefined) yield part;
        else if (ended) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}
