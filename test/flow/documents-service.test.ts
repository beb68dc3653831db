import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchIndex } from '../../src/domain/knowledge/search-index.ts';
import { layoutOf } from '../../src/storage/home-layout.ts';
import { openKeyRing } from '../../src/storage/key-ring.ts';
import { openSearchIndex } from '../../src/storage/sqlite/search-index.ts';
import { runCli } from '../kit/cli.ts';
import { ADMIN } from '../kit/house.ts';
import { type ServiceProcess, startService } from '../kit/service.ts';
import { until } from '../kit/until.ts';
import { jobEnd, upload } from '../kit/upload.ts';

const longText = (sections: number) =>
  Array.from(
    { length: sections },
    (_, i) =>
      `# Section ${i}\n\n${`The nurse of ward ${i} looks at the chart before the round begins, and writes down what she finds. `.repeat(8)}`,
  ).join('\n\n');

describe('documents of a service that dies', () => {
  const home = join(mkdtempSync(join(tmpdir(), 'bedside-documents-')), 'home');
  let service: ServiceProcess;
  let hospitalId = '';
  let token = '';
  beforeAll(async () => {
    service = await startService(home);
    await service.up;
    token = await login();
    const made = await call('POST', '/api/v1/admin/hospitals', { body: { hospital_name: 'Only Clinic' } });
    hospitalId = made.json.hospital_id;
  }, 60_000);
  afterAll(async () => {
    service.child.kill('SIGKILL');
    await service.gone;
    rmSync(join(home, '..'), { recursive: true, force: true });
  });

  async function call(method: string, path: string, { body, token: as = token }: { body?: unknown; token?: string | undefined } = {}) {
    const response = await fetch(service.base + path, {
      method,
      headers: { 'content-type': 'application/json', ...(as ? { authorization: `Bearer ${as}` } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text ? JSON.parse(text) : undefined };
  }
  const login = async () => (await call('POST', '/api/v1/auth/login', { body: ADMIN, token: undefined })).json.access_token as string;
  const read = async (path: string) => (await call('GET', path)).json;

  /** What the index holds, asked beneath the service. */
  async function beneath<T>(ask: (index: SearchIndex) => Promise<T>): Promise<T> {
    const { database } = openKeyRing({ given: undefined, keyFile: `${home}.key`, home }, { mayMake: false });
    const index = await openSearchIndex({ file: layoutOf(home).searchIndex, key: database });
    try {
      return await ask(index);
    } finally {
      await index.close();
    }
  }

  it('are gone on with where they were, and found whole', async () => {
    const { json } = await upload(service, token, [['long.md', longText(1_500)]]);
    const path = `/api/v1/jobs/${json.job_id}`;
    await until(async () => (await read(path)).progress.done > 100, 'a part of it');
    service.child.kill('SIGKILL');
    await service.gone;
    const before = await beneath((index) => index.documents(hospitalId));
    expect(before[0]?.passages).toBeGreaterThan(100);

    service = await startService(home);
    await service.up;
    token = await login();
    const seen = new Set<number>();
    const chunks = `/api/v1/rag/documents/${json.document_id}/chunks?limit=200`;
    const kept = await read(chunks);
    const states = await read(path);
    expect([states.status, (await read(`/api/v1/rag/documents/${json.document_id}`)).status]).toEqual(['running', 'processing']);
    // Its lease runs out first: nobody knows at once that its holder is dead.
    await until(
      async () => {
        const { status, progress } = await read(path);
        seen.add(progress.done);
        return status === 'succeeded';
      },
      'its end',
      90_000,
    );
    // Nothing was done twice: it never went back behind what the index held, and its chunks are those of before.
    expect(Math.min(...seen)).toBeGreaterThan(0);
    expect((await read(chunks)).items).toEqual(kept.items);
    const { chunks: count, status } = await read(`/api/v1/rag/documents/${json.document_id}`);
    expect([status, count]).toEqual(['ready', 1_500]);
    service.child.kill('SIGTERM');
    expect(await service.gone).toBe(0);
    expect(await beneath((index) => index.documents(hospitalId))).toEqual([
      { documentId: json.document_id, passages: 1_500, embedder: null },
    ]);
    const hits = await beneath((index) => index.matching([hospitalId], 'ward 1499', { limit: 3 }, AbortSignal.timeout(5_000)));
    expect(hits[0]?.documentId).toBe(json.document_id);
  }, 150_000);

  it('come from a folder by a command, beside the service and without one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bedside-folder-'));
    mkdirSync(join(folder, 'wards'));
    writeFileSync(join(folder, 'fever.txt'), 'A child with fever should drink often. Quillamandra.');
    writeFileSync(join(folder, 'wards', 'rota.md'), '# Rota\n\nThe round begins at eight.');
    writeFileSync(join(folder, 'photo.jpg'), 'not a document');
    try {
      // The service was stopped above: this one brings its own.
      const alone = await runCli(['rag', 'ingest', folder, '--tags', 'folder, wards'], home);
      expect([alone.code, alone.out]).toEqual([
        0,
        '1/2  read    fever.txt\n2/2  read    wards/rota.md\n2 of 2 documents are in the box.\n',
      ]);
      expect(alone.err).toContain('photo.jpg');

      service = await startService(home);
      await service.up;
      token = await login();
      const all = (await read('/api/v1/rag/documents')).items;
      expect(all.slice(0, 2).map((one: { title: string; tags: string[] }) => [one.title, one.tags])).toEqual([
        ['Rota', ['folder', 'wards']],
        ['fever', ['folder', 'wards']],
      ]);
      writeFileSync(join(folder, 'empty.pdf'), '');
      const beside = await runCli(['rag', 'ingest', folder], home);
      expect(beside.code).toBe(1);
      expect(beside.out).toMatch(/1\/3 {2}failed {2}empty\.pdf: .+\n[\s\S]*2 of 3 documents are in the box\.\n {2}empty\.pdf: .+\n$/);
      expect((await read('/api/v1/rag/documents')).items).toHaveLength(4);
      const lost = await runCli(['rag', 'ingest', join(folder, 'wards'), '--hospital', 'Nowhere'], home);
      expect([lost.code, lost.err]).toEqual([1, expect.stringContaining('Only Clinic')]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it('are many: small ones one after another, none left behind', async () => {
    const startedMs = performance.now();
    const jobs: string[] = [];
    let next = 0;
    const hand = async () => {
      for (let i = next++; i < 200; i = next++)
        jobs.push(
          (await upload(service, token, [[`record-${i}.txt`, `Record ${i}. The patient took ${i} units of testamycin.`]])).json.job_id,
        );
    };
    await Promise.all([hand(), hand(), hand(), hand()]);
    const reader = { call: (_: string, path: string) => call('GET', path) };
    for (const job of jobs) expect((await jobEnd(reader as never, token, job, 60_000)).status).toBe('succeeded');
    const ms = performance.now() - startedMs;
    console.log(`200 small documents: ${Math.round(ms)} ms, ${Math.round((ms * 1_239) / 200 / 1_000)} s for 1,239`);
    expect(ms).toBeLessThan((300_000 * 200) / 1_239);
  }, 120_000);
});
