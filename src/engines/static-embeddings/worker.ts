import { parentPort, workerData } from 'node:worker_threads';
import { loadStaticModel } from './model.ts';

/** What the thread and the embedder say to each other. */
export type Question = { id: number; texts: readonly string[] };
export type Answer =
  | { type: 'ready'; dimensions: number }
  | { type: 'vectors'; id: number; vectors: Float32Array[]; tokens: number }
  | { type: 'failed'; id: number; message: string };

// A thread of its own: a vocabulary of half a million words takes seconds to read, and a live call must not feel it.
const { folder } = workerData as { folder: string };
const model = await loadStaticModel(folder);
const port = parentPort;
port?.on('message', ({ id, texts }: Question) => {
  try {
    const results = texts.map((text) => model.embed(text));
    const vectors = results.map((result) => result.vector);
    const tokens = results.reduce((sum, result) => sum + result.tokens, 0);
    port.postMessage({ type: 'vectors', id, vectors, tokens } satisfies Answer, transferable(vectors));
  } catch (error) {
    port.postMessage({ type: 'failed', id, message: String(error) } satisfies Answer);
  }
});
port?.postMessage({ type: 'ready', dimensions: model.dimensions } satisfies Answer);

function transferable(vectors: readonly Float32Array[]): ArrayBuffer[] {
  return vectors.map((vector) => vector.buffer as ArrayBuffer);
}
