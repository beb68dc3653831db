import { Worker } from 'node:worker_threads';
import { abortable, throwIfAborted } from '../../shared/abort.ts';
import { AppError } from '../../shared/errors.ts';
import { siblingModule } from '../../shared/sibling.ts';
import type { Embedder } from '../embedder.ts';
import type { Answer, Question } from './worker.ts';

export interface StaticEmbedderOptions {
  /** Stored beside every vector: change it whenever the weights change. */
  readonly id: string;
  /** Holds `tokenizer.json` and `model.safetensors` (Model2Vec layout). */
  readonly folder: string;
}

export interface StaticEmbedder extends Embedder, AsyncDisposable {}

/** So many texts at a time: a question from a live conversation waits for one slice of an import, not for all of it. */
const slice = 64;

/** Opens a Model2Vec model in a thread of its own. Resolves once it answers; rejects with `unavailable` when the files are missing or damaged. */
export async function openStaticEmbedder(options: StaticEmbedderOptions): Promise<StaticEmbedder> {
  const worker = new Worker(siblingModule(import.meta.url, 'worker'), { workerData: { folder: options.folder }, name: options.id });
  worker.unref();
  const asked = new Map<number, { resolve(answer: Extract<Answer, { type: 'vectors' }>): void; reject(error: unknown): void }>();
  let nextId = 1;
  let gone: AppError | undefined;

  const dimensions = await new Promise<number>((resolve, reject) => {
    const fail = (cause: unknown) => {
      gone ??= unavailable(cause);
      reject(gone);
      for (const question of asked.values()) question.reject(gone);
      asked.clear();
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`the thread ended with ${code}`)));
    worker.on('message', (answer: Answer) => {
      if (answer.type === 'ready') return resolve(answer.dimensions);
      const question = asked.get(answer.id);
      asked.delete(answer.id);
      if (answer.type === 'vectors') question?.resolve(answer);
      else question?.reject(new AppError('internal', 'The text could not be embedded.', {}, answer.message));
      if (asked.size === 0) worker.unref();
    });
  });

  function ask(texts: readonly string[]): Promise<Extract<Answer, { type: 'vectors' }>> {
    return new Promise((resolve, reject) => {
      if (gone) return reject(gone);
      const id = nextId++;
      asked.set(id, { resolve, reject });
      worker.ref(); // the process stays for an answer that somebody waits for
      worker.postMessage({ id, texts } satisfies Question);
    });
  }

  return {
    id: options.id,
    dimensions,
    async embed(texts, { signal }) {
      const empty = texts.findIndex((text) => text.trim() === '');
      if (empty >= 0)
        throw new AppError('invalid', 'An empty text has no meaning to search for. Please write something.', {
          fields: [{ path: `texts.${empty}`, message: 'empty' }],
        });
      const vectors: Float32Array[] = [];
      let inputTokens = 0;
      for (let at = 0; at < texts.length; at += slice) {
        throwIfAborted(signal);
        const answer = await abortable(ask(texts.slice(at, at + slice)), signal);
        for (const vector of answer.vectors) vectors.push(vector);
        inputTokens += answer.tokens;
      }
      return { vectors, usage: { texts: texts.length, inputTokens } };
    },
    async [Symbol.asyncDispose]() {
      gone ??= new AppError('unavailable', 'The embedding model was closed.', { reason: 'ENGINE_UNAVAILABLE' });
      await worker.terminate();
    },
  };
}

function unavailable(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    'The embedding model cannot be used. Please check it with "bedside doctor" and install it again with "bedside models pull".',
    { reason: 'ENGINE_UNAVAILABLE', context: { purpose: 'embedder' } },
    cause,
  );
}
