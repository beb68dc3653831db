import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../../src/weights/catalogue.ts';
import { type Available, chooseModels, type Hardware, profileOf, serves } from '../../../src/weights/choose.ts';
import type { Where } from '../../../src/weights/locate.ts';

const GB = 1e9;
const small: Hardware = { ramBytes: 8 * GB, cores: 4, gpu: null };
const large: Hardware = { ramBytes: 16.6 * GB, cores: 8, gpu: null };
const withGpu: Hardware = { ramBytes: 32 * GB, cores: 16, gpu: { name: 'Some GPU', memoryBytes: 8.6 * GB } };

function entry(id: string, purpose: CatalogueEntry['purpose'], more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    id,
    name: id,
    purpose,
    languages: ['en'],
    engine: 'sherpa',
    files: [{ name: 'model.bin', bytes: 1, sha256: null, url: `https://hub.test/${id}` }],
    roles: { model: 'model.bin' },
    licence: 'MIT',
    ram_bytes: 0.1 * GB,
    profiles: ['lite'],
    ...more,
  };
}

const vad = entry('vad', 'voice-activity', { languages: ['any'], profiles: ['demo', 'lite', 'standard', 'gpu'] });
const live = entry('live-en', 'live-speech-to-text', { also: ['speech-to-text'], profiles: ['demo'] });
const toy = entry('toy-ear', 'speech-to-text', { languages: ['en', 'hi'], demonstration: true, profiles: ['demo'] });
const clips = entry('clips-en', 'speech-to-text', { preference: 10 });
const bigClips = entry('clips-big', 'speech-to-text', { profiles: ['standard'], ram_bytes: 1 * GB, preference: 30 });
const llm = entry('llm-small', 'language-model', { engine: 'llama', ram_bytes: 2 * GB });
const bigLlm = entry('llm-big', 'language-model', { engine: 'llama', ram_bytes: 7 * GB, profiles: ['gpu'], preference: 50 });
const toyLlm = entry('llm-toy', 'language-model', { engine: 'llama', demonstration: true, profiles: ['demo'] });

function choose(
  entries: readonly CatalogueEntry[],
  more: {
    profile?: 'auto' | 'demo' | 'lite' | 'standard' | 'gpu';
    hardware?: Hardware;
    languages?: string[];
    where?: Record<string, Where>;
    prefer?: string[];
    known?: CatalogueEntry[];
  } = {},
) {
  const available = entries.map((one): Available => ({ entry: one, where: more.where?.[one.id] ?? 'store' }));
  const catalogue = new Map([...(more.known ?? []), ...entries].map((one) => [one.id, one]));
  return chooseModels({
    hardware: more.hardware ?? small,
    profile: more.profile ?? 'lite',
    languages: more.languages ?? ['en'],
    catalogue,
    available,
    ...(more.prefer ? { prefer: more.prefer } : {}),
  });
}
const chosen = (selection: ReturnType<typeof choose>, purpose: string, language = 'en') =>
  selection.chosen.find((one) => one.purpose === purpose && (one.languages.includes(language) || one.languages.includes('any')));

describe('chooseModels', () => {
  it('chooses a demonstration only where nothing else for that purpose and language is installed', () => {
    const selection = choose([vad, live, toy], { profile: 'demo', languages: ['en', 'hi'] });
    expect(chosen(selection, 'speech-to-text', 'en')).toMatchObject({ id: 'live-en', how: 'also', demonstration: false });
    expect(chosen(selection, 'speech-to-text', 'hi')).toMatchObject({
      id: 'toy-ear',
      demonstration: true,
      fix: expect.stringContaining('bedside models'),
    });
    expect(chosen(selection, 'live-speech-to-text', 'en')).toMatchObject({ id: 'live-en', how: 'native' });
    expect(chosen(selection, 'live-speech-to-text', 'hi')).toMatchObject({ id: 'toy-ear', how: 'lifted', demonstration: true });
  });

  it('prefers a model that was made for the purpose to one that can do it too', () => {
    expect(chosen(choose([vad, live, clips]), 'speech-to-text')?.id).toBe('clips-en');
    expect(chosen(choose([vad, live, clips]), 'live-speech-to-text')?.id).toBe('live-en');
  });

  it('lifts a clip recogniser to live hearing only when there is voice activity', () => {
    expect(chosen(choose([vad, clips]), 'live-speech-to-text')).toMatchObject({ id: 'clips-en', how: 'lifted' });
    const deaf = choose([clips]);
    expect(chosen(deaf, 'live-speech-to-text')).toBeUndefined();
    expect(deaf.missing.map((one) => one.purpose)).toContain('live-speech-to-text');
  });

  it('prefers weights of a source to the demonstrations of the release', () => {
    const own = { ...toy, id: 'own-ear', preference: 99 };
    const selection = choose([own, toy], { profile: 'demo', where: { 'own-ear': 'project', 'toy-ear': 'source' } });
    expect(chosen(selection, 'speech-to-text')?.id).toBe('own-ear');
    const equal = choose([{ ...toy, id: 'own-ear' }, toy], { profile: 'demo', where: { 'own-ear': 'project', 'toy-ear': 'source' } });
    expect(chosen(equal, 'speech-to-text')?.id).toBe('toy-ear');
  });

  it('takes what the operator added before the catalogue, and what the operator prefers before all', () => {
    const added = entry('added-hi', 'speech-to-text', { languages: ['en'], profiles: [], added_at: '2026-01-01T00:00:00Z' });
    expect(chosen(choose([vad, clips, added]), 'speech-to-text')?.id).toBe('added-hi');
    expect(chosen(choose([vad, clips, added], { prefer: ['clips-en'] }), 'speech-to-text')?.id).toBe('clips-en');
  });

  it('prefers the set of the profile, then that of a smaller one, and a larger one only when alone', () => {
    expect(chosen(choose([clips, bigClips], { profile: 'lite' }), 'speech-to-text')?.id).toBe('clips-en');
    expect(chosen(choose([clips, bigClips], { profile: 'standard', hardware: large }), 'speech-to-text')?.id).toBe('clips-big');
    expect(chosen(choose([bigClips, toy], { profile: 'lite' }), 'speech-to-text')?.id).toBe('clips-big');
  });

  it('passes over what does not fit into memory and says so', () => {
    const selection = choose([bigLlm, llm], { profile: 'gpu', hardware: { ...small, gpu: null } });
    expect(chosen(selection, 'language-model')?.id).toBe('llm-small');
    expect(selection.passedOver).toEqual([{ id: 'llm-big', why: expect.stringContaining('7.0 GB') }]);
    expect(chosen(choose([bigLlm, llm], { profile: 'gpu', hardware: withGpu }), 'language-model')?.id).toBe('llm-big');
  });

  it('never chooses a model that is for tests only', () => {
    const selection = choose([entry('toy-tale', 'language-model', { test_only: true })]);
    expect(selection.chosen).toEqual([]);
  });

  it('names for each gap the command that fills it, and why a model at hand does not', () => {
    const unfit = { ...clips, unfit: [{ language: 'hi', why: 'It mishears every second word of Hindi.' }] };
    const selection = choose([vad, unfit], {
      languages: ['en', 'hi'],
      known: [entry('tts-en', 'text-to-speech'), entry('rank-en', 'reranker', { engine: 'llama' })],
    });
    const gap = (purpose: string, language: string) =>
      selection.missing.find((one) => one.purpose === purpose && one.languages.includes(language));
    expect(gap('text-to-speech', 'en')?.fix).toBe('bedside models pull tts-en');
    expect(gap('speech-to-text', 'hi')).toMatchObject({
      fix: 'bedside models add <address of a model> --purpose speech-to-text --languages hi',
      reason: expect.stringContaining('mishears'),
    });
    expect(gap('speech-to-text', 'en')).toBeUndefined();
    expect(gap('live-speech-to-text', 'hi')?.fix).toBe('bedside models add <address of a model> --purpose speech-to-text --languages hi');
    for (const one of selection.missing) expect(one.fix).toMatch(/^bedside models (pull|add) /);
  });

  it('names of a set first, then the lightest that the box can bear', () => {
    const heavy = entry('llm-huge', 'language-model', { languages: ['en', 'hi'], profiles: [], least_profile: 'gpu', ram_bytes: 1 * GB });
    const middle = entry('llm-middle', 'language-model', { languages: ['en', 'hi'], profiles: ['standard'], ram_bytes: 3 * GB });
    const known = [heavy, middle, llm];
    const fixes = (available: CatalogueEntry[]) =>
      choose(available, { languages: ['en', 'hi'], known }).missing.find((one) => one.purpose === 'language-model')?.fix;
    expect(fixes([])).toBe('bedside models pull llm-small');
    expect(fixes([llm])).toBe('bedside models pull llm-middle');
  });

  it('chooses one embedder for the whole box and names the languages it leaves out', () => {
    const en = entry('embed-en', 'embedder', { preference: 50 });
    const many = entry('embed-many', 'embedder', { languages: ['en', 'hi'] });
    expect(
      choose([en, many], { languages: ['en', 'hi'] })
        .chosen.filter((one) => one.purpose === 'embedder')
        .map((one) => one.id),
    ).toEqual(['embed-many']);
    const alone = choose([en], { languages: ['en', 'hi'] });
    expect(alone.missing).toContainEqual(expect.objectContaining({ purpose: 'embedder', languages: ['hi'] }));
  });
});

describe('auto', () => {
  it('picks by memory, cores and GPU', () => {
    expect(profileOf(small)).toBe('lite');
    expect(profileOf(large)).toBe('standard');
    expect(profileOf({ ...large, cores: 2 })).toBe('lite');
    expect(profileOf(withGpu)).toBe('gpu');
    expect(profileOf({ ...large, gpu: { name: 'old', memoryBytes: 4 * GB } })).toBe('standard');
  });

  it('steps down to what is installed and says why', () => {
    const selection = choose([vad, clips], { profile: 'auto', hardware: large });
    expect(selection.profile).toBe('lite');
    expect(selection.why).toContain('auto picked lite');
    expect(selection.why).toContain('17 GB of memory, 8 cores, no GPU');
    expect(selection.why).toContain('bedside models pull standard');
  });

  it('is demo where only demonstrations are, and says what the box could carry', () => {
    const selection = choose([vad, toy, toyLlm], { profile: 'auto' });
    expect(selection.profile).toBe('demo');
    expect(selection.why).toContain('bedside models pull lite');
  });
});

describe('serves', () => {
  it('takes a regional code for its language, and any for all', () => {
    expect(serves({ languages: ['pt'] }, 'pt-BR')).toBe(true);
    expect(serves({ languages: ['pt-BR'] }, 'pt')).toBe(false);
    expect(serves({ languages: ['any'] }, 'hi')).toBe(true);
    expect(serves({ languages: ['en'] }, 'hi')).toBe(false);
  });
});
