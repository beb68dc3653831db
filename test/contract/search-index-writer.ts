import { openSearchIndex } from '../../src/storage/sqlite/search-index.ts';
import { mark, pointing } from './search-vectors.ts';

/** Puts documents until it is killed, and says of each when it was durable. */
const [file = '', key = '', round = ''] = process.argv.slice(2);
const index = await openSearchIndex({ file, key: Buffer.from(key, 'hex') });
for (let d = 0; d < 1_000; d++) {
  const documentId = `r${round}-d${d}`;
  const passages = Array.from({ length: 100 }, (_, i) => ({
    chunkId: `${documentId}-c${i}`,
    text: `fever ${i} of ${documentId}`,
    title: 'Fever',
    vector: pointing(i),
  }));
  await index.put('hospital', documentId, passages, mark);
  process.send?.(documentId);
}
