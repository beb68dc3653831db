import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { AppError } from '../../shared/errors.ts';
import { readSafetensors, type Tensor } from './safetensors.ts';

/** A Model2Vec model: a table with one vector for each token. A text's vector is the average of its tokens', brought to length 1. */
export interface StaticModel {
  readonly dimensions: number;
  embed(text: string): { vector: Float32Array; tokens: number };
}

/** Tokens beyond this many are not read, as in the library that made these models. */
const mostTokens = 512;

/** Loads `tokenizer.json` and `model.safetensors` from a folder in the Model2Vec layout. */
export async function loadStaticModel(folder: string): Promise<StaticModel> {
  const [tokenizerText, tensors] = await Promise.all([
    readFile(join(folder, 'tokenizer.json'), 'utf8'),
    readSafetensors(join(folder, 'model.safetensors'), ['embeddings', 'embedding.weight', 'weights', 'mapping']),
  ]);
  const description = JSON.parse(tokenizerText) as TokenizerFile;
  const tokenizer = new Tokenizer(description, {});
  const table = tableOf(tensors, folder);
  const unknown = unknownToken(description);

  function embed(text: string): { vector: Float32Array; tokens: number } {
    const { ids }: { ids: readonly number[] } = tokenizer.encode(text, { add_special_tokens: false });
    const known = ids.filter((id) => id !== unknown).slice(0, mostTokens);
    // A text of unknown words only (another script, say) is like other such texts, and like nothing else.
    const vector = table.average(known.length > 0 || unknown === undefined ? known : [unknown]);
    return { vector, tokens: ids.length };
  }
  return { dimensions: table.dimensions, embed };
}

interface TokenizerFile {
  readonly model?: {
    readonly unk_token?: string | null;
    readonly unk_id?: number | null;
    readonly vocab?: Readonly<Record<string, number>> | readonly unknown[];
  };
}

function unknownToken({ model }: TokenizerFile): number | undefined {
  if (typeof model?.unk_id === 'number') return model.unk_id;
  if (typeof model?.unk_token !== 'string' || !model.vocab || Array.isArray(model.vocab)) return undefined;
  return (model.vocab as Readonly<Record<string, number>>)[model.unk_token];
}

function tableOf(tensors: ReadonlyMap<string, Tensor>, folder: string) {
  const embeddings = tensors.get('embeddings') ?? tensors.get('embedding.weight');
  const [rows, dimensions] = embeddings?.shape ?? [];
  if (!(embeddings?.data instanceof Float32Array) || !rows || !dimensions || embeddings.shape.length !== 2)
    throw new AppError('unavailable', 'The folder does not hold an embedding model that can be used here.', {
      reason: 'ENGINE_UNAVAILABLE',
      context: { folder, tensors: [...tensors.keys()] },
    });
  const { data } = embeddings;
  // Models with a squeezed vocabulary share rows between tokens and weigh each token apart.
  const weights = tensors.get('weights')?.data;
  const mapping = tensors.get('mapping')?.data;

  function average(ids: readonly number[]): Float32Array {
    const sum = new Float64Array(dimensions as number);
    for (const id of ids) {
      const row = mapping ? Number(mapping[id] ?? -1) : id;
      if (!(row >= 0 && row < (rows as number))) continue;
      const weight = weights ? Number(weights[id] ?? 1) : 1;
      const start = row * (dimensions as number);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (data[start + i] as number);
    }
    return unit(sum);
  }
  return { dimensions, average };
}

/** Brings a vector to length 1. What has no length gets the first axis as its direction: a vector of zeros is near nothing and breaks cosines. */
function unit(vector: Float64Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  if (!(length > 1e-12) || !Number.isFinite(length)) return Float32Array.from(vector, (_, index) => (index === 0 ? 1 : 0));
  return Float32Array.from(vector, (value) => value / length);
}
