export const mark = { id: 'test-embedder', dimensions: 8 } as const;

/** A vector of length 1 in the plane of the first two axes. */
export function pointing(degrees: number, dimensions = 8): Float32Array {
  const vector = new Float32Array(dimensions);
  vector[0] = Math.cos((degrees * Math.PI) / 180);
  vector[1] = Math.sin((degrees * Math.PI) / 180);
  return vector;
}
