import { getLlama, InsufficientMemoryError, type Llama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import { AppError } from '../../shared/errors.ts';
import type { OpenEngine } from '../engine-process.ts';
import { openChat } from './chat.ts';
import { openEmbedding, openRanking } from './embedding.ts';
import type { ChatPart, GenerateParams, LlamaInit } from './wire.ts';

/** The inside of a llama.cpp process: one model for chat, for embeddings, or for ranking. */
export const openEngine: OpenEngine<LlamaInit> = async (init) => {
  // Nothing is compiled or fetched: what is not in the package does not run.
  const llama = await getLlama({
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    gpu: init.gpu ? 'auto' : false,
    maxThreads: init.threads,
    logLevel: LlamaLogLevel.error,
  });
  const model = await load(llama, init);
  const close = () => llama.dispose();
  try {
    if (init.kind !== 'chat') {
      if (init.kind === 'reranker') return { handlers: { rank: await openRanking(model, init) }, close };
      const embedding = await openEmbedding(model, init);
      return { info: { dimensions: embedding.dimensions }, handlers: { embed: embedding.embed }, close };
    }
    const chat = await openChat(llama, model, init);
    return {
      info: { contextTokens: chat.contextTokens, toolsAsJson: chat.toolsAsJson, gpu: llama.gpu },
      handlers: {
        generate: ({ prompt }: GenerateParams, { signal }): AsyncIterable<ChatPart> => chat.generate(prompt, signal),
        prepare: ({ prompt }: GenerateParams, { signal }): AsyncIterable<ChatPart> => chat.prepare(prompt, signal),
      },
      close,
    };
  } catch (error) {
    throw explain(error, init);
  }
};

async function load(llama: Llama, init: LlamaInit): Promise<LlamaModel> {
  try {
    return await llama.loadModel({ modelPath: init.modelPath });
  } catch (error) {
    throw explain(error, init);
  }
}

function explain(error: unknown, init: LlamaInit): unknown {
  if (error instanceof AppError) return error;
  const purpose = init.kind === 'chat' ? 'language-model' : init.kind;
  const details = { reason: 'ENGINE_UNAVAILABLE', context: { purpose, fix: 'bedside doctor' } };
  if (error instanceof InsufficientMemoryError)
    return new AppError(
      'unavailable',
      'This box has too little free memory for the chosen language model. Please choose a smaller one, or close other programs.',
      details,
      error,
    );
  return new AppError(
    'unavailable',
    'The file of the language model cannot be used: it is missing, damaged, or of another kind. Please run “bedside models verify”.',
    { ...details, context: { purpose, fix: 'bedside models verify' } },
    error,
  );
}
