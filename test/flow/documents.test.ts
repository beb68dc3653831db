import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import { noMachines } from '../../src/engines/no-machines.ts';
import { AppError } from '../../src/shared/errors.ts';
import { fakeEmbedder } from '../fakes/fake-embedder.ts';
import { fakeKnowledge } from '../fakes/fake-knowledge.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { until } from '../kit/until.ts';
import { jobEnd, type Sent, upload } from '../kit/upload.ts';

const paragraphs = (count: number, word: string) => Array.from({ length: count }, (_, i) => `Paragraph ${i} says ${word}.`).join('\n\n');

describe('documents', () => {
  /** Texts that the reader holds until it is let go. */
  const held = new Map<string, () => void>();
  const waits = (text: string) => {
    const word = /HOLD-(\w+)/.exec(text)?.[1];
    return word === undefined ? undefined : new Promise<void>((resolve) => held.set(word, resolve));
  };
  const knowledge = fakeKnowledge({ waits });
  const thinking = { embedder: fakeEmbedder({ id: 'fake:one' }) };
  let house: TestHouse;
  let root: string;
  let here: SeededHospital;
  let there: SeededHospital;
  let admin: string | undefined;

  beforeAll(async () => {
    house = await startHouse({
      knowledge,
      machines: () => ({ ...noMachines(), embed: () => ({ engine: thinking.embedder, demonstration: false, languages: ['en'] }) }),
    });
    root = await house.login();
    here = await seedHospital(house, root, 'Here');
    there = await seedHospital(house, root, 'There');
    admin = here.tokens.hospital_admin;
  });
  afterAll(() => house?.stop());

  const send = (files: readonly Sent[], fields = {}, token = admin, headers = {}) => upload(house, token, files, fields, headers);
  const get = (path: string, token = admin) => house.call('GET', `/api/v1/rag/${path}`, { token });
  const words = async (asked: string, hospitals = [here.hospitalId]) =>
    (await knowledge.index.matching(hospitals, asked, { limit: 50 }, AbortSignal.timeout(5_000))).map(({ documentId }) => documentId);
  async function ready(name: string, text: string, fields = {}): Promise<string> {
    const { json, status } = await send([[name, text]], fields);
    expect(status).toBe(202);
    expect(await jobEnd(house, admin, json.job_id)).toMatchObject({ status: 'succeeded' });
    return json.document_id;
  }

  it('are taken in, cut into chunks and found, and each step is told', async () => {
    const { status, json } = await send([['Fever chart.md', '# Fever\n\nDrink often, says quillamandra.\n\nMeasure twice.']], {
      tags: ['ward, children', 'fever'],
    });
    expect(status).toBe(202);
    expect(json).toEqual({ documents: [json.documents[0]], ...json.documents[0] });
    expect(json.status).toBe('queued');
    const job = await jobEnd(house, admin, json.job_id);
    expect(job).toMatchObject({ status: 'succeeded', progress: { done: 2, total: 2, unit: 'chunks' }, result: { chunks: 2 } });
    expect(await words('quillamandra')).toEqual([json.document_id]);
    expect((await get(`documents/${json.document_id}`)).json).toMatchObject({
      ...{ title: 'Fever', file_name: 'Fever chart.md', kind: 'md', language: 'en', tags: ['ward', 'children', 'fever'], shared: false },
      ...{ status: 'ready', chunks: 2, error: null, job_id: json.job_id, created_by: here.users.hospital_admin?.user_id },
    });
    const first = (await get(`documents/${json.document_id}/chunks?limit=1`)).json;
    expect(first.items).toMatchObject([{ place: 0, text: 'Drink often, says quillamandra.', headings: ['Fever'], table_head: null }]);
    const second = (await get(`documents/${json.document_id}/chunks?limit=1&cursor=${first.next_cursor}`)).json;
    expect([second.items[0].text, second.next_cursor]).toEqual(['Measure twice.', null]);
    const log = await house.call('GET', `/api/v1/audit/logs?entity_id=${json.document_id}`, { token: admin });
    expect(log.json.items.map((one: { event_type: string }) => one.event_type)).toEqual(['document.uploaded']);
  });

  it('are followed as an event stream to the end', async () => {
    const { json } = await send([['followed.txt', 'HOLD-followed and read.']]);
    await until(() => held.has('followed'), 'the reader');
    const following = fetch(`${house.base}/api/v1/jobs/${json.job_id}`, {
      headers: { authorization: `Bearer ${admin}`, accept: 'text/event-stream' },
    }).then((response) => response.text());
    held.get('followed')?.();
    const states = [...(await following).matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? '').status);
    expect(states.at(-1)).toBe('succeeded');
  });

  it('are one document however often the same file is sent, and by whom', async () => {
    const text = 'Sent twice, says thetaprine.';
    const [one, two] = await Promise.all([send([['a.txt', text]]), send([['b.txt', text]], {}, here.tokens.doctor)]);
    expect(two.json.document_id).toBe(one.json.document_id);
    expect((await jobEnd(house, admin, one.json.job_id)).status).toBe('succeeded');
    // Each sees a job of their own.
    expect((await jobEnd(house, here.tokens.doctor, two.json.job_id)).status).toBe('succeeded');
    const again = await send([
      ['c.txt', text],
      ['d.txt', text],
    ]);
    expect(again.json.documents.map((each: { document_id: string; status: string }) => [each.document_id, each.status])).toEqual([
      [one.json.document_id, 'ready'],
      [one.json.document_id, 'ready'],
    ]);
    expect((await jobEnd(house, admin, again.json.job_id)).progress).toEqual({ done: 1, total: 1, unit: 'chunks' });
    expect(await words('thetaprine')).toHaveLength(1);
    // In another hospital it is another document.
    expect((await send([['a.txt', text]], {}, there.tokens.doctor)).json.document_id).not.toBe(one.json.document_id);
  });

  it('take the place of another when they are ready, and not before', async () => {
    const old = await ready('rota.txt', 'The old rota says tremozole.');
    const { json } = await send([['rota-2.txt', 'HOLD-rota The new rota says ultrafane.']], { replaces: old });
    await until(() => held.has('rota'), 'the reader');
    expect((await get(`documents/${old}`)).json.status).toBe('ready');
    held.get('rota')?.();
    await jobEnd(house, admin, json.job_id);
    expect([(await get(`documents/${old}`)).status, await words('tremozole'), await words('ultrafane')]).toEqual([
      404,
      [],
      [json.document_id],
    ]);
    expect((await send([['x.txt', 'Another.']], { replaces: 'no-such-document' })).json).toMatchObject({
      error_code: 'DATA_INTEGRITY_ERROR',
      context: { field: 'replaces' },
    });
    expect((await send([['rota-2.txt', 'HOLD-rota The new rota says ultrafane.']], { replaces: old })).status).toBe(409);
  });

  it('are gone everywhere when they are removed, also while they are read', async () => {
    const id = await ready('gone.txt', 'Only here: iotaphylline.');
    const path = `/api/v1/rag/documents/${id}`;
    const keys = () => house.house.storage.read(here.hospitalId, (stores) => stores.keeping.doomedFiles(10));
    expect((await house.call('DELETE', path, { token: admin })).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await house.call(method, path, { token: admin })).status).toBe(404);
    expect([(await get(`documents/${id}/chunks`)).status, await words('iotaphylline'), await keys()]).toEqual([404, [], []]);
    // And sent again it is new.
    expect(await ready('gone.txt', 'Only here: iotaphylline.')).not.toBe(id);

    const { json } = await send([['unread.txt', 'HOLD-unread says kappadrone.']]);
    await until(() => held.has('unread'), 'the reader');
    expect((await house.call('DELETE', `/api/v1/rag/documents/${json.document_id}`, { token: admin })).status).toBe(204);
    held.get('unread')?.();
    expect((await jobEnd(house, admin, json.job_id)).status).toBe('cancelled');
    expect(await words('kappadrone')).toEqual([]);
  });

  it('fail alone, with a sentence for the person who sent them, and may be tried again', async () => {
    const { status, json } = await send([
      ['good.txt', 'A good neighbour: muconazole.'],
      ['bad.txt', 'DAMAGED'],
      ['program.exe', new Uint8Array([77, 90, 0, 0])],
      ['empty.txt', ''],
    ]);
    expect(status).toBe(202);
    const ends = [];
    for (const { job_id } of json.documents) ends.push((await jobEnd(house, admin, job_id)).status);
    expect(ends).toEqual(['succeeded', 'failed', 'failed', 'failed']);
    expect((await get(`documents/${json.documents[1].document_id}`)).json).toMatchObject({
      status: 'failed',
      error: 'This document is damaged.',
    });
    expect(await words('muconazole')).toEqual([json.document_id]);
    // One file alone that cannot be anything is refused at once; what only its reader finds out is told by its job.
    expect((await send([['program.exe', new Uint8Array([77, 90, 0, 0])]])).json.error_code).toBe('VALIDATION_ERROR');
    const again = await send([['bad.txt', 'DAMAGED']]);
    expect(again.json.document_id).not.toBe(json.documents[1].document_id);
    expect((await jobEnd(house, admin, again.json.job_id)).error).toBe('This document is damaged.');
    // Of what failed nothing stays but the word that it did.
    await house.house.knowledge.mend(AbortSignal.timeout(5_000));
    await house.house.storage.read(here.hospitalId, async (stores) => {
      expect([await stores.keeping.doomedFiles(10), await stores.documents.doomed()]).toEqual([[], []]);
    });
  });

  it('come through forty bad uploads, and the next good one is read', async () => {
    for (let i = 0; i < 40; i++) {
      const { status, json } = await send([[`bad-${i}.${i % 3 ? 'txt' : 'pdf'}`, i % 2 ? `DAMAGED ${i}` : new Uint8Array([i, 0, 1])]]);
      if (status === 202) expect((await jobEnd(house, admin, json.job_id)).status).toBe('failed');
      else expect([status, json.error_code]).toEqual([400, 'VALIDATION_ERROR']);
    }
    await ready('after.txt', 'Still here: nutaverine.');
  });

  it('can be cancelled while they wait and while they are read', async () => {
    const sent: { document_id: string; job_id: string }[] = [];
    for (const word of ['first', 'second', 'third']) sent.push((await send([[`${word}.txt`, `HOLD-${word} is long.`]])).json);
    await until(() => held.has('first') && held.has('second'), 'two readers');
    const cancel = (at: number) => house.call('POST', `/api/v1/jobs/${sent[at]?.job_id}/cancel`, { token: admin });
    expect((await cancel(2)).json.status).toBe('cancelled');
    expect((await cancel(0)).status).toBe(200);
    for (const word of ['first', 'second']) held.get(word)?.();
    const ends = [];
    for (const { job_id } of sent) ends.push((await jobEnd(house, admin, job_id)).status);
    expect([ends[1], ends[2]]).toEqual(['succeeded', 'cancelled']);
    const states = [];
    for (const { document_id } of sent) states.push((await get(`documents/${document_id}`)).json.status);
    expect([states[1], states[2]]).toEqual(['ready', 'failed']);
    // The first had perhaps been read before it heard of it; then it is ready, and else it failed: never in between.
    expect([ends[0], states[0]]).toSatisfy((pair) => String(pair) === 'cancelled,failed' || String(pair) === 'succeeded,ready');
  });

  it('do not hold up a short one while a long one is read', async () => {
    const { json: long } = await send([['long.txt', 'HOLD-long reading.']]);
    await until(() => held.has('long'), 'the reader');
    const startedMs = performance.now();
    await ready('short.txt', 'A short one: sigmadol.');
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    const backup = await house.call('POST', '/api/v1/system/backup', { token: root });
    expect((await jobEnd(house, root, backup.json.job_id)).status).toBe('succeeded');
    held.get('long')?.();
    await jobEnd(house, admin, long.job_id);
  });

  it('change their title, language and tags at once, in what a search shows and in what it looks in', async () => {
    const id = await ready('old.txt', 'Says lambdacaine.', { title: 'Old leaflet', language: 'fr' });
    const version = () => house.house.storage.read(here.hospitalId, (stores) => stores.documents.version());
    const before = await version();
    const path = `/api/v1/rag/documents/${id}`;
    const changed = await house.call('PATCH', path, {
      token: admin,
      body: { title: 'New leaflet', language: 'hi', tags: ['skin', 'skin'] },
    });
    expect(changed.json).toMatchObject({ title: 'New leaflet', language: 'hi', tags: ['skin'] });
    expect(await version()).toBeGreaterThan(before);
    await house.house.storage.read(here.hospitalId, async (stores) => {
      const [chunk] = await stores.documents.chunksOf(id, 0, 1);
      expect(await stores.documents.chunks([chunk?.id ?? '', 'no-such-chunk'])).toEqual([
        { chunk: { ...chunk, language: 'hi' }, title: 'New leaflet' },
      ]);
      expect(await stores.documents.idsWhere({ language: 'hi', tag: 'Skin' })).toEqual([id]);
      expect(await stores.documents.idsWhere({ language: 'fr', tag: 'skin' })).toEqual([]);
    });
    await until(async () => (await words('new leaflet'))[0] === id, 'the new title in the index');
    for (const wrong of [{ title: '' }, { language: 'x' }, { tags: ['x'.repeat(51)] }, { status: 'ready' }])
      expect((await house.call('PATCH', path, { token: admin, body: wrong })).json.error_code).toBe('VALIDATION_ERROR');
  });

  it('belong to their hospital; what the platform shares is seen by all and changed by none', async () => {
    const own = await ready('mine.txt', 'Only ours: xilophan.');
    const path = `/api/v1/rag/documents/${own}`;
    const other = there.tokens.hospital_admin;
    for (const [method, where, body] of [
      ['GET', path, undefined],
      ['GET', `${path}/chunks`, undefined],
      ['PATCH', path, { title: 'Stolen' }],
      ['DELETE', path, undefined],
    ] as const)
      expect((await house.call(method, where, { token: other, ...(body ? { body } : {}) })).status).toBe(404);
    expect((await get('documents?limit=200', other)).text).not.toContain(own);

    expect((await send([['all.txt', 'For all?']], { shared: 'true' })).json.error_code).toBe('AUTHORIZATION_ERROR');
    const { json } = await send([['poison.txt', 'The poison line is 1066.']], { shared: 'true' }, root);
    expect((await jobEnd(house, root, json.job_id)).status).toBe('succeeded');
    const shared = `/api/v1/rag/documents/${json.document_id}`;
    for (const token of [admin, other, there.tokens.patient]) {
      expect((await house.call('GET', shared, { token })).json).toMatchObject({ shared: true, title: 'poison' });
      expect((await get('documents?limit=200', token)).text).toContain(json.document_id);
    }
    expect((await house.call('PATCH', shared, { token: admin, body: { title: 'Ours' } })).status).toBe(403);
    expect((await house.call('DELETE', shared, { token: other })).status).toBe(403);
    expect((await house.call('PATCH', shared, { token: root, body: { title: 'Poison line' } })).json.title).toBe('Poison line');
    expect(await words('1066', [PLATFORM])).toEqual([json.document_id]);
    // Who looks after the box and means one hospital says so, and the document is that hospital's.
    const meant = await send([['for-them.txt', 'For them.']], {}, root, { 'x-hospital-id': there.hospitalId });
    expect((await get(`documents/${meant.json.document_id}`, other)).json).toMatchObject({ shared: false });
    expect((await send([['for-nobody.txt', 'For nobody.']], {}, root)).json.error_code).toBe('VALIDATION_ERROR');
  });

  it('are written by doctors and administrators, read by everybody who signed in', async () => {
    const id = await ready('read.txt', 'Read by all.');
    for (const role of ['nurse', 'receptionist', 'patient', 'trainee']) {
      const token = here.tokens[role];
      expect((await send([['p.txt', 'Not theirs to give.']], {}, token)).json.error_code).toBe('AUTHORIZATION_ERROR');
      expect((await house.call('DELETE', `/api/v1/rag/documents/${id}`, { token })).status).toBe(403);
      expect((await get(`documents/${id}/chunks`, token)).json.items[0].text).toBe('Read by all.');
    }
    expect((await upload(house, undefined, [['p.txt', 'Nobody.']])).status).toBe(401);
    expect((await send([['doctor.txt', 'By a doctor.']], {}, here.tokens.doctor)).status).toBe(202);
  });

  it('stay outside a hospital that wants none', async () => {
    const path = `/api/v1/admin/hospitals/${there.hospitalId}`;
    const set = (rag_enabled: boolean) => house.call('PATCH', path, { token: root, body: { settings: { rag_enabled } } });
    await set(false);
    const refused = await send([['no.txt', 'No.']], {}, there.tokens.doctor);
    expect([refused.status, refused.json.context]).toEqual([403, { setting: 'rag_enabled' }]);
    await set(true);
    expect((await send([['yes.txt', 'Yes.']], {}, there.tokens.doctor)).status).toBe(202);
  });

  it('are refused by name where a form is not right', async () => {
    const bad = (fields: Record<string, string>, files: readonly Sent[] = [['f.txt', 'F.']]) => send(files, fields);
    const two: readonly Sent[] = [
      ['f.txt', 'F.'],
      ['g.txt', 'G.'],
    ];
    for (const [answer, field] of [
      [await bad({}, []), 'file'],
      [await bad({ language: 'klingon!' }), 'language'],
      [await bad({ title: 'x'.repeat(201) }), 'title'],
      [await bad({ shared: 'perhaps' }), 'shared'],
      [await bad({ colour: 'red' }), 'colour'],
      [await bad({ title: 'One title' }, two), 'title'],
    ] as const)
      expect([answer.status, answer.json.error_code, answer.json.context.fields?.[0]?.path]).toEqual([400, 'VALIDATION_ERROR', field]);
    const many = await bad(
      {},
      Array.from({ length: 21 }, (_, i) => [`${i}.txt`, `Text ${i}.`] as const),
    );
    expect([many.status, many.json.error_code]).toEqual([413, 'TOO_LARGE']);
    const large = await bad({}, [['large.txt', new Uint8Array(50 * 1024 * 1024 + 1).fill(65)]]);
    expect([large.status, large.json.error_code]).toEqual([413, 'TOO_LARGE']);
    const json = await house.call('POST', '/api/v1/rag/upload', { token: admin, body: { file: 'x' } });
    expect(json.json.error_code).toBe('UNSUPPORTED_MEDIA');
  });

  it('keep names as they were sent, without folders and without what nobody sees', async () => {
    const id = await ready('../../etc/बुख़ार\u202etxt.exe.txt', 'A strange name.');
    expect((await get(`documents/${id}`)).json).toMatchObject({ file_name: 'बुख़ारtxt.exe.txt'.normalize('NFC') });
  });

  it('are sent once under one Idempotency-Key, and the files count', async () => {
    const key = { 'idempotency-key': 'upload-1' };
    const all = await Promise.all(Array.from({ length: 20 }, () => send([['once.txt', 'Sent once.']], {}, admin, key)));
    expect(new Set(all.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(all[0]?.status).toBe(202);
    expect((await send([['once.txt', 'Sent otherwise.']], {}, admin, key)).json.error_code).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('are found by their words while the embedder is broken, and get their vectors when it is well', async () => {
    const { embed } = thinking.embedder;
    const well = thinking.embedder;
    let calls = 0;
    thinking.embedder = {
      ...well,
      embed(texts, call) {
        // It dies in the middle of a document.
        if (++calls > 1) throw new AppError('unavailable', 'The document search engine has stopped.');
        return embed(texts, call);
      },
    };
    const id = await ready('half.txt', paragraphs(40, 'pantoprine'));
    const held = async () => (await knowledge.index.documents(here.hospitalId)).find(({ documentId }) => documentId === id);
    expect([await words('pantoprine'), await held()]).toEqual([
      Array.from({ length: 40 }, () => id),
      { documentId: id, embedder: null, passages: 40 },
    ]);
    thinking.embedder = well;
    await house.house.knowledge.mend(AbortSignal.timeout(5_000));
    await until(async () => (await held())?.embedder === well.id, 'its vectors');
    expect(knowledge.index.passages(here.hospitalId, id).every(({ vector }) => vector?.length === well.dimensions)).toBe(true);
  });

  it('that were removed when the power went are gone all the same', async () => {
    const id = await ready('cut.txt', paragraphs(250, 'rhodaxine'));
    const left = () => house.house.storage.read(here.hospitalId, (stores) => stores.documents.chunksOf(id, 0, 1_000));
    const whole = await left();
    expect([whole.length, (await words('rhodaxine')).length]).toEqual([250, 50]);
    // What the room does first, and nothing of what comes after it: nobody finds it from then on.
    await house.house.storage.transact(here.hospitalId, (stores) => stores.documents.remove(id));
    await house.house.storage.read(here.hospitalId, async (stores) => {
      expect(await stores.documents.chunks(whole.map((one) => one.id))).toEqual([]);
    });
    await house.house.knowledge.mend(AbortSignal.timeout(5_000));
    expect([await left(), await words('rhodaxine')]).toEqual([[], []]);
  });

  it('that came with the box are offered, and taken by whoever looks after it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bedside-starter-'));
    writeFileSync(join(folder, 'b-first-aid.txt'), 'Cool a burn under water.');
    writeFileSync(join(folder, 'a-fever.md'), '# Fever\n\nDrink often.');
    writeFileSync(join(folder, 'program.exe'), 'MZ');
    const box = await startHouse({ knowledge: fakeKnowledge(), env: { BEDSIDE_STARTER_DOCUMENTS: folder } });
    try {
      const token = await box.login();
      const path = '/api/v1/rag/starter';
      expect((await box.call('GET', path, { token })).json.items).toEqual([
        { name: 'a-fever.md', bytes: 21 },
        { name: 'b-first-aid.txt', bytes: 24 },
      ]);
      expect((await box.call('GET', '/api/v1/rag/documents', { token })).json.items).toEqual([]);
      expect((await box.call('POST', path, { token, body: { names: ['../a-fever.md'] } })).status).toBe(404);
      const { json } = await box.call('POST', path, { token, body: { names: ['a-fever.md'] } });
      expect(json.documents).toMatchObject([{ name: 'a-fever.md', status: 'queued' }]);
      expect((await jobEnd(box, token, json.documents[0].job_id)).status).toBe('succeeded');
      expect((await box.call('POST', path, { token, body: {} })).json.documents).toHaveLength(2);
      const all = (await box.call('GET', '/api/v1/rag/documents', { token })).json.items;
      expect(all.map((one: { title: string; shared: boolean }) => [one.title, one.shared])).toEqual([
        ['b-first-aid', true],
        ['Fever', true],
      ]);
    } finally {
      await box.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are embedded anew by a job when the embedder changes, and what the index holds for nobody goes', async () => {
    const id = await ready('embedded.txt', paragraphs(40, 'omicronol'));
    const held = async () => (await knowledge.index.documents(here.hospitalId)).find(({ documentId }) => documentId === id);
    expect(await held()).toEqual({ documentId: id, embedder: 'fake:one', passages: 40 });
    await knowledge.index.put(here.hospitalId, 'nobodys', [{ chunkId: 'x', text: 'stray', title: '', vector: undefined }], undefined);
    await knowledge.index.put('no-such-hospital', 'nobodys', [{ chunkId: 'x', text: 'stray', title: '', vector: undefined }], undefined);
    thinking.embedder = fakeEmbedder({ id: 'fake:two' });
    await house.house.knowledge.mend(AbortSignal.timeout(5_000));
    expect(await words('stray')).toEqual([]);
    expect(await knowledge.index.hospitals()).not.toContain('no-such-hospital');
    await until(async () => (await held())?.embedder === 'fake:two', 'the new vectors');
    await until(async () => !(await house.house.storage.read(here.hospitalId, (stores) => stores.jobs.isOpen('reindex'))), 'its end');
    const puts = knowledge.index.puts.length;
    await house.house.knowledge.mend(AbortSignal.timeout(5_000));
    expect(knowledge.index.puts).toHaveLength(puts);
  });
});
