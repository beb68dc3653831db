/** Cuts a stream of samples into frames of one length; what is left waits for the next samples. */
export function makeFramer(length: number): (samples: Float32Array) => Float32Array[] {
  let rest = new Float32Array(0);
  return (samples) => {
    const all = new Float32Array(rest.length + samples.length);
    all.set(rest);
    all.set(samples, rest.length);
    const frames: Float32Array[] = [];
    let start = 0;
    for (; start + length <= all.length; start += length) frames.push(all.slice(start, start + length));
    rest = all.slice(start);
    return frames;
  };
}
