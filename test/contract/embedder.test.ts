import { dirname } from 'node:path';
import { llamaEmbedder, llamaEmbedderSpec } from '../../src/engines/llama/embedder.ts';
import { openStaticEmbedder } from '../../src/engines/static-embeddings/embedder.ts';
import { fakeEmbedder } from '../fakes/fake-embedder.ts';
import { embedderContract } from './embedder.ts';
import { startForTest } from './engines.ts';
import { tell, weights } from './matrix.ts';

tell('Embedder', 'fake', 'words', true);
embedderContract('the fake', {
  open: async () => ({ embedder: fakeEmbedder(), close: async () => {} }),
  near: ['treatment of asthma in children', 'asthma treatment'],
  far: 'broken leg',
});

const potion = weights('potion-base-2M', 'model.safetensors');
tell('Embedder', 'static-embeddings', 'potion-base-2M', potion !== undefined);
if (potion)
  embedderContract('static embeddings with potion-base-2M', {
    open: async () => {
      const embedder = await openStaticEmbedder({ id: 'static:potion-base-2M', folder: dirname(potion) });
      return { embedder, close: async () => embedder[Symbol.asyncDispose]() };
    },
    near: ['high blood pressure', 'hypertension'],
    far: 'broken leg',
  });

const bert = weights('bert-clinic-tiny', 'clinic-embed.gguf');
tell('Embedder', 'llama', 'bert-clinic-tiny', bert !== undefined);
if (bert)
  embedderContract('llama with bert-clinic-tiny', {
    open: async () => {
      const engine = startForTest(llamaEmbedderSpec({ id: 'llama:bert-clinic-tiny', modelPath: bert, threads: 1 }));
      return { embedder: llamaEmbedder(engine, 192), close: () => engine.close() };
    },
    near: [
      'What are the treatments for asthma?',
      'The goals of asthma treatment are to control airway swelling and to stay away from substances that trigger symptoms.',
    ],
    far: 'A fracture of the leg is put in a cast until the bone has healed.',
  });
