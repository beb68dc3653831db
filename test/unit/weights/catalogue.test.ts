import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Catalogue, type CatalogueEntry, loadCatalogue, parseEntry, profileSet, profiles } from '../../../src/weights/catalogue.ts';

const projectModelsDir = join(import.meta.dirname, '../../../models');
let catalogue: Catalogue;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'bedside-catalogue-'));
  catalogue = await loadCatalogue({ projectModelsDir, modelsDir: dir });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const plain: CatalogueEntry = {
  id: 'a-model',
  name: 'A model',
  purpose: 'language-model',
  languages: ['en'],
  engine: 'llama',
  files: [{ name: 'a.gguf', bytes: null, sha256: null, url: 'https://hub.test/a.gguf' }],
  roles: { model: 'a.gguf' },
  licence: 'MIT',
  ram_bytes: 1,
  profiles: [],
};

describe('the catalogue of this release', () => {
  it('holds the models that other programs count on, and marks the demonstrations and nothing else', () => {
    for (const id of ['zipformer-en-3.3M', 'silero-vad', 'potion-base-2M', 'stories260K'])
      expect(catalogue.get(id)?.demonstration).toBeUndefined();
    for (const id of ['whisper-clinic-tiny', 'llama-clinic-tiny', 'bert-clinic-tiny']) expect(catalogue.get(id)?.demonstration).toBe(true);
  });

  it('offers Hindi through no general Whisper below large', () => {
    const whispers = [...catalogue.values()].filter(({ id, demonstration }) => id.startsWith('whisper-') && !demonstration);
    expect(whispers.length).toBeGreaterThan(8);
    for (const { id, languages } of whispers) if (!/large-v3$/.test(id)) expect(languages, id).not.toContain('hi');
  });

  it('has in every set beyond demo something to hear, think, speak and search with, each file with an address', () => {
    for (const profile of profiles.filter((one) => one !== 'demo')) {
      const entries = profileSet(catalogue, profile).map((id) => catalogue.get(id) as CatalogueEntry);
      const purposes = new Set(entries.flatMap(({ purpose, also }) => [purpose, ...(also ?? [])]));
      for (const purpose of [
        'voice-activity',
        'speech-to-text',
        'live-speech-to-text',
        'language-model',
        'text-to-speech',
        'embedder',
        'reranker',
      ]) {
        expect([...purposes], profile).toContain(purpose);
      }
      for (const { id, files } of entries) for (const file of files) expect(file.url, `${id}/${file.name}`).toMatch(/^https:/);
    }
  });

  it('says for every file its size or what listings say of it', () => {
    for (const { id, files } of catalogue.values())
      for (const file of files) expect(file.bytes ?? file.about_bytes, `${id}/${file.name}`).toBeGreaterThan(0);
  });
});

describe('an entry', () => {
  it('may not climb out of the models folder, by its id, a file or a role', () => {
    expect(() => parseEntry({ ...plain, id: '../evil' }, 'It')).toThrow(/does not describe a model/);
    expect(() => parseEntry({ ...plain, id: '.hidden' }, 'It')).toThrow();
    for (const name of ['../a.gguf', '/etc/passwd', 'a/../../b', 'a//b', './a', 'a\\b', 'a\nb', 'C:evil', '']) {
      expect(() => parseEntry({ ...plain, files: [{ ...plain.files[0], name }], roles: {} }, 'It'), JSON.stringify(name)).toThrow(
        /does not describe/,
      );
    }
    expect(() => parseEntry({ ...plain, roles: { model: '../a.gguf' } }, 'It')).toThrow();
  });

  it('names no file twice and no role that no file fills', () => {
    expect(() => parseEntry({ ...plain, files: [plain.files[0], plain.files[0]] }, 'It')).toThrow(/same name/);
    expect(() => parseEntry({ ...plain, roles: { model: 'other.gguf' } }, 'It')).toThrow(/other\.gguf/);
  });

  it('refuses an address that is not http, a short SHA-256 and an unknown key', () => {
    const file = plain.files[0];
    expect(() => parseEntry({ ...plain, files: [{ ...file, url: 'file:///etc/passwd' }] }, 'It')).toThrow();
    expect(() => parseEntry({ ...plain, files: [{ ...file, sha256: 'abc' }] }, 'It')).toThrow(/64/);
    expect(() => parseEntry({ ...plain, surprise: true }, 'It')).toThrow();
  });
});

describe("the operator's own list", () => {
  it('comes after the catalogue, and never replaces what the catalogue pins', async () => {
    const files = [{ name: 'evil.onnx', bytes: 1, sha256: 'a'.repeat(64), url: null }];
    const impostor = { ...plain, id: 'Silero-VAD', files, roles: { model: 'evil.onnx' } };
    await writeFile(join(dir, 'added.json'), JSON.stringify({ version: 1, models: [plain, impostor] }));
    const joined = await loadCatalogue({ projectModelsDir, modelsDir: dir });
    expect([...joined.keys()].at(-1)).toBe('a-model');
    expect(joined.get('Silero-VAD')).toBeUndefined();
    expect(joined.get('silero-vad')?.files[0]?.name).toBe('silero_vad.onnx');
  });

  it('is refused with its name when it is damaged', async () => {
    await writeFile(join(dir, 'added.json'), '{"version":1,"models":[{"id":');
    await expect(loadCatalogue({ projectModelsDir, modelsDir: dir })).rejects.toThrow(/added\.json/);
    await writeFile(join(dir, 'added.json'), '{"version":1,"models":[{"id":"x"}]}');
    await expect(loadCatalogue({ projectModelsDir, modelsDir: dir })).rejects.toThrow(/added\.json/);
  });
});
