import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeGguf, describeNames, pickFiles } from '../../../src/weights/describe.ts';
import { formatOf, identifyFile, refuseImpostor } from '../../../src/weights/identify.ts';
import { gguf, safetensors } from './files.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bedside-identify-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const write = async (name: string, bytes: Buffer | string) => {
  const path = join(dir, name);
  await writeFile(path, bytes);
  return path;
};

describe('the first bytes of a file', () => {
  it('tell its format', () => {
    const of = (bytes: Buffer) => formatOf(bytes, 1000);
    expect(of(gguf({ 'general.architecture': 'llama' }))).toBe('gguf');
    expect(of(Buffer.from([0x6c, 0x6d, 0x67, 0x67, 0, 0, 0, 0]))).toBe('ggml-whisper');
    expect(of(safetensors(4))).toBe('safetensors');
    expect(of(Buffer.from('BZh91AY'))).toBe('bzip2');
    expect(of(Buffer.from([0x1f, 0x8b, 8]))).toBe('gzip');
    expect(of(Buffer.from([0x08, 0x07, 0x12, 0x04]))).toBe('onnx');
    expect(of(Buffer.from('{"model_type":"model2vec"}'))).toBe('json');
    expect(of(Buffer.from('<blk> 0\n▁THE 1\n'))).toBe('text');
    expect(of(Buffer.from('  <!DOCTYPE html><title>Please log in</title>'))).toBe('web-page');
    expect(of(Buffer.alloc(100, 7))).toBe('unknown');
    expect(of(Buffer.alloc(0))).toBe('unknown');
  });

  it('give away a log-in page, rubbish and a file of another kind', async () => {
    const page = await write('page.onnx', '<html><body>Welcome to the hospital WiFi</body></html>');
    await expect(refuseImpostor(page, 'model.onnx', 'hub.test')).rejects.toThrow(/web page.*log-in/);
    await expect(refuseImpostor(page, 'README', 'hub.test')).rejects.toThrow(/web page/);
    for (const name of ['a.gguf', 'a.onnx', 'a.safetensors', 'a.json', 'tokens.txt', 'a.tar.bz2', 'a.tar.gz']) {
      await expect(refuseImpostor(await write('rubbish', Buffer.alloc(40_000, 7)), name, 'hub.test'), name).rejects.toThrow(name);
    }
    await refuseImpostor(await write('good.json', '{}'), 'good.json', 'hub.test');
    await refuseImpostor(await write('voices.bin', Buffer.alloc(64, 7)), 'voices.bin', 'hub.test');
  });
});

describe('a GGUF file', () => {
  it('tells its architecture, name, licence, languages and sizes, whatever stands between', async () => {
    const path = await write(
      'a.gguf',
      gguf({
        'general.architecture': 'qwen3',
        'general.name': 'Qwen3 4B',
        'general.license': 'apache-2.0',
        'general.languages': ['en', 'hi'],
        'tokenizer.ggml.tokens': Array.from({ length: 3000 }, (_, i) => `token${i}`),
        'tokenizer.ggml.scores': new Float32Array(3000),
        'qwen3.context_length': 40960,
        'qwen3.embedding_length': 2560,
      }),
    );
    expect(await identifyFile(path)).toEqual({
      format: 'gguf',
      gguf: {
        architecture: 'qwen3',
        name: 'Qwen3 4B',
        licence: 'apache-2.0',
        languages: ['en', 'hi'],
        contextLength: 40960,
        embeddingLength: 2560,
      },
    });
  });

  it('that lies about its lengths is unknown, not a crash', async () => {
    const good = gguf({ 'general.architecture': 'llama', 'general.name': 'x' });
    for (let cut = 4; cut < good.length; cut += 3)
      expect((await identifyFile(await write('cut.gguf', good.subarray(0, cut)))).gguf).toBeUndefined();
    const lying = Buffer.from(good);
    lying.writeBigUInt64LE(0xffffffffffffn, 24);
    expect((await identifyFile(await write('lying.gguf', lying))).format).toBe('unknown');
  });

  it('is a chat model, an embedder or a reranker by what it says', () => {
    const of = (name: string, facts: object) => describeGguf(name, { architecture: 'llama', languages: [], ...facts })?.purpose;
    expect(of('chat.gguf', {})).toBe('language-model');
    expect(of('x.gguf', { architecture: 'nomic-bert', pooling: 1 })).toBe('embedder');
    expect(of('Qwen3-Reranker-0.6B.gguf', { architecture: 'qwen3' })).toBe('reranker');
    expect(of('x.gguf', { architecture: 'bert', pooling: 4 })).toBe('reranker');
    expect(of('mmproj.gguf', { architecture: 'clip' })).toBeUndefined();
  });
});

describe('a set of files', () => {
  it('is recognised as one of the layouts that engines take', () => {
    const of = (...names: string[]) => describeNames(names);
    expect(of('en_US-amy-medium.onnx', 'en_US-amy-medium.onnx.json', 'tokens.txt', 'espeak-ng-data/phontab')).toMatchObject({
      purpose: 'text-to-speech',
      roles: { model: 'en_US-amy-medium.onnx', tokens: 'tokens.txt', dataDir: 'espeak-ng-data' },
      languages: ['en'],
    });
    expect(of('model.onnx', 'model.int8.onnx', 'voices.bin', 'tokens.txt', 'espeak-ng-data/x')).toMatchObject({
      roles: { model: 'model.int8.onnx', voices: 'voices.bin' },
      settings: { model: 'kokoro' },
    });
    expect(of('small-encoder.int8.onnx', 'small-encoder.onnx', 'small-decoder.int8.onnx', 'small-tokens.txt')).toMatchObject({
      purpose: 'speech-to-text',
      roles: { encoder: 'small-encoder.int8.onnx' },
      settings: { model: 'whisper', multilingual: true },
    });
    expect(of('encoder-epoch-99-chunk-16.onnx', 'decoder-epoch-99.onnx', 'joiner-epoch-99.onnx', 'tokens.txt')).toMatchObject({
      purpose: 'live-speech-to-text',
      also: ['speech-to-text'],
    });
    expect(of('preprocess.onnx', 'encode.int8.onnx', 'uncached_decode.int8.onnx', 'cached_decode.int8.onnx', 'tokens.txt')).toMatchObject({
      settings: { model: 'moonshine' },
    });
    expect(of('model.safetensors', 'tokenizer.json', 'config.json')).toMatchObject({ purpose: 'embedder', engine: 'static-embeddings' });
    expect(of('pytorch_model.bin', 'config.json')).toBeUndefined();
  });

  it('of a repository gives the usual quantisation, or asks which', () => {
    expect(pickFiles(['README.md', 'a-Q8_0.gguf', 'a-Q4_K_M.gguf'])).toEqual({ files: ['a-Q4_K_M.gguf'] });
    expect(pickFiles(['a-Q8_0.gguf', 'a-Q5_0.gguf'])).toMatchObject({ fault: 'several' });
    expect(pickFiles(['mmproj-a.gguf', 'a.gguf'])).toEqual({ files: ['a.gguf'] });
    expect(pickFiles(['ggml-model.bin', 'README.md'])).toEqual({ files: ['ggml-model.bin'] });
    expect(pickFiles(['README.md'])).toMatchObject({ fault: 'none' });
  });
});
