import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { llamaReranker, llamaRerankerSpec } from '../../src/engines/llama/reranker.ts';
import { fakeReranker } from '../fakes/fake-embedder.ts';
import { startForTest } from './engines.ts';
import { tell, weights } from './matrix.ts';
import { writeRandomReranker } from './random-reranker.ts';
import { rerankerContract } from './reranker.ts';

tell('Reranker', 'fake', 'words', true);
rerankerContract('the fake', { open: async () => ({ reranker: fakeReranker(), close: async () => {} }), knows: true });

const bert = weights('bert-clinic-tiny', 'clinic-embed.gguf');
tell('Reranker', 'llama', 'trained weights', false);
tell('Reranker', 'llama', 'random head on bert-clinic-tiny', bert !== undefined);
if (bert)
  rerankerContract('llama with a random head on bert-clinic-tiny', {
    open: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'reranker-'));
      const modelPath = join(folder, 'rerank.gguf');
      await writeRandomReranker(bert, modelPath);
      const engine = startForTest(llamaRerankerSpec({ id: 'llama:rerank', modelPath, threads: 1 }));
      const close = async () => {
        await engine.close();
        await rm(folder, { recursive: true });
      };
      return { reranker: llamaReranker(engine), close };
    },
    knows: false,
  });
