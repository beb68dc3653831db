import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Keeper } from '../../src/domain/patients/keeper.ts';
import type { Kept } from '../../src/domain/patients/kept.ts';
import { makeRetention } from '../../src/domain/patients/retention.ts';
import { newId } from '../../src/shared/ids.ts';
import { openConnection } from '../../src/storage/sqlite/database.ts';
import { trusting } from '../fakes/trusting.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { must, shiftableClock } from './access-matrix/world.ts';

const DAY_MS = 24 * 3_600_000;
const STEP_DAYS = 60;
const STEPS = 61; // ten years
const days = { audio: 30, transcripts: 730, notes: 3_650, calls: 90, usage: 365 };
const run = { signal: new AbortController().signal, progress: async () => {} };

/** Every file below a folder as one text: what somebody with a hex editor would see. */
function bytesBelow(...folders: string[]): string {
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

/** Encryption is off, so that the bytes on the disk are what the pages hold. */
describe('ten years of a clinic', () => {
  const { clock, advance } = shiftableClock();
  const now = () => clock.now().getTime();
  let house: TestHouse;
  let clinic: SeededHospital;
  /** Recordings as a room would keep them: rows of its own, files in the store. */
  const recordings = new Map<string, Kept & { readonly file: string }>();
  const audioKeeper: Keeper = {
    kind: 'audio',
    name: 'recordings',
    isCounted: false,
    due: async (_stores, { beforeMs, limit }) => [...recordings.values()].filter(({ madeAt }) => madeAt < beforeMs).slice(0, limit),
    async remove(_stores, ids) {
      const files = ids.flatMap((id) => recordings.get(id)?.file ?? []);
      for (const id of ids) recordings.delete(id);
      return files;
    },
    erase: async () => ({ deleted: [], files: [], kept: [] }),
    reassign: async () => {},
    export: async () => ({ items: [], leftOut: 0 }),
  };
  /** What was made when, by the word that stands in it. */
  const made: { word: string; kind: 'calls' | 'transcripts' | 'audio'; at: number; patientId: string }[] = [];
  let patient = '';
  let held = '';

  beforeAll(async () => {
    house = await startHouse({ clock, env: { BEDSIDE_DB_KEY: 'off' } });
    const root = await house.login();
    clinic = await seedHospital(house, root, 'Longlife Clinic', ['hospital_admin', 'doctor']);
    await asAdmin('PATCH', `/api/v1/admin/hospitals/${clinic.hospitalId}`, { settings: { retention: days } });
    patient = (await asAdmin('POST', '/api/v1/patients', { name: 'Ordinary Patient' })).patient_id;
    held = (await asAdmin('POST', '/api/v1/patients', { name: 'Contested Patient' })).patient_id;
    await asAdmin('PUT', `/api/v1/patients/${held}/legal-hold`, { reason: 'A case at the district court' });
  });
  afterAll(() => house?.stop());

  async function asAdmin(method: string, path: string, body?: object) {
    const token = await house.login(clinic.users.hospital_admin);
    const answer = await house.call(method, path, { token, ...(body ? { body } : {}) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  async function talk(kind: 'calls' | 'transcripts', patientId: string): Promise<void> {
    const [word, id, sessionId, at] = [`${kind}-${made.length}-quetzal`, newId(now()), newId(now()), now()];
    made.push({ word, kind, at, patientId });
    await house.house.storage.transact(clinic.hospitalId, async (stores) => {
      await stores.encounters.insert({
        ...{ id, patientId, doctorId: null, ownerId: 'nobody', specialty: null, type: 'voice', language: 'en', scenario: null },
        ...{ mode: kind === 'calls' ? 'reception' : 'consultation', sensitivity: 'normal', status: 'ended', createdAt: at, endedAt: at },
      });
      await stores.encounters.insertSession({
        ...{ id: sessionId, consultationId: id, type: 'voice', startedAt: at, endedAt: at, totalTokens: 1, totalCalls: 1 },
      });
      for (let i = 0; i < 6; i++) {
        const messageId = newId(at);
        // Long enough to spill over a page now and then.
        const text = `${word} ${'and it hurts '.repeat(i % 3 === 2 ? 500 : 3)}${word}`;
        await stores.encounters.insertMessage({
          ...{
            id: messageId,
            consultationId: id,
            sessionId,
            sender: 'patient',
            senderId: 'nobody',
            text,
            language: 'en',
            answeredBy: null,
          },
          ...{ abstained: false, trivial: false, demonstration: false, interrupted: false, sources: [], redFlag: null },
          ...{ transcript: { text, segments: [] } as never, metrics: null, processingMs: 0, createdAt: at },
        });
        const flag = { code: 'chest_pain', severity: 'emergency', language: 'en', matched: word, advice: 'Call 112' } as const;
        await stores.encounters.insertFlag({ ...flag, id: newId(at), consultationId: id, messageId, createdAt: at });
        const report = { messageId, reason: `${word} was misheard`, correction: null, status: 'open', createdBy: 'x' } as const;
        await stores.encounters.insertReport({ ...report, id: newId(at), createdAt: at });
      }
    });
  }

  async function record(): Promise<void> {
    const word = `audio-${made.length}-quetzal`;
    const content = (async function* () {
      yield Buffer.from(word.repeat(1_000));
    })();
    const { key } = await house.house.files.write(clinic.hospitalId, content, { signal: run.signal });
    const kept = { id: newId(now()), patientId: patient, madeAt: now(), file: key };
    recordings.set(kept.id, kept);
    made.push({ word, kind: 'audio', at: now(), patientId: patient });
  }

  async function use(): Promise<void> {
    const label = { hospitalId: clinic.hospitalId, use: 'consultation', requestId: 'r' };
    const one = {
      purpose: 'language-model',
      engine: 'quetzal-engine',
      model: 'm',
      local: true,
      units: { tokens: 1 },
      ms: 1,
      status: 'ok',
      label,
    };
    const uses = Array.from({ length: 40 }, () => ({ ...one, startedAt: clock.now() }));
    await house.house.storage.transact(clinic.hospitalId, (stores) =>
      stores.usage.insert(uses, { sessionId: null, doctorId: null, patientId: patient }),
    );
  }

  const sweep = async () => {
    const { storage, files } = house.house;
    const audio = makeRetention({ storage, files, clock, time: trusting(clock), keepers: [audioKeeper], eraser: storage.maintenance });
    await audio.carryOut(clinic.hospitalId, 'audio', run);
    for (const kind of ['transcripts', 'calls', 'usage'] as const) await house.house.retention.carryOut(clinic.hospitalId, kind, run);
  };
  const isOld = ({ kind, at }: (typeof made)[number]) => at < now() - days[kind] * DAY_MS;
  /** Every word that should be gone is nowhere in these bytes, and every other one is. */
  function proves(bytes: string, holds: boolean): { gone: number; kept: number } {
    const gone = made.filter((one) => isOld(one) && !(holds && one.patientId === held));
    const kept = made.filter((one) => !gone.includes(one));
    expect(gone.filter(({ word }) => bytes.includes(word)).map(({ word }) => word)).toEqual([]);
    expect(kept.filter(({ word }) => !bytes.includes(word)).map(({ word }) => word)).toEqual([]);
    return { gone: gone.length, kept: kept.length };
  }
  const beneath = () => openConnection(join(house.home, 'bedside.db'), undefined, { readonly: true });
  const data = () => {
    const { home } = house;
    const database = readdirSync(home).filter((name) => name.startsWith('bedside.db'));
    return `${database.map((name) => readFileSync(join(home, name), 'latin1')).join('\n')}\n${bytesBelow(join(home, 'files'))}`;
  };
  const backupFolder = (folder: string) => join(house.home, 'backups', basename(folder));

  it('leave in database and files what the hospital keeps, and a patient under a legal hold', async () => {
    for (let step = 0; step < STEPS; step++) {
      await talk('transcripts', patient);
      await talk('calls', patient);
      if (step % 3 === 0) await talk('transcripts', held);
      await record();
      await use();
      advance(STEP_DAYS * DAY_MS);
      await sweep();
    }
    // Whatever hour it is, deletions of months ago have waited long enough.
    await house.house.retention.rebuildWhenQuiet();
    const { gone, kept } = proves(data(), true);
    console.log(`ten years, ${made.length} things: ${gone} gone without a trace in ${data().length} bytes, ${kept} kept`);
    expect(gone).toBeGreaterThan(150);

    const db = beneath();
    const count = (sql: string) => db.prepare(sql).pluck().get() as number;
    expect(count('SELECT count(*) FROM consultations')).toBe(made.filter((one) => one.kind !== 'audio' && proven(one)).length);
    for (const table of ['messages', 'red_flags', 'inaccuracy_reports'])
      expect(count(`SELECT count(*) FROM ${table}`)).toBe(6 * count('SELECT count(*) FROM consultations'));
    expect(count('SELECT count(*) FROM consultation_sessions')).toBe(count('SELECT count(*) FROM consultations'));
    expect(count(`SELECT count(*) FROM usage_rows WHERE engine = 'quetzal-engine'`)).toBe(40 * Math.floor(days.usage / STEP_DAYS));
    // A row for each thing that went; of usage, what went with each sweep.
    expect(count(`SELECT count(*) FROM deletions WHERE kind != 'usage'`)).toBe(gone);
    expect(count(`SELECT sum(items) FROM deletions WHERE kind = 'usage'`)).toBe(40 * (STEPS - Math.floor(days.usage / STEP_DAYS)));
    expect(count('SELECT count(*) FROM doomed_files')).toBe(0);
    db.close();
    expect((await asAdmin('GET', '/api/v1/audit/verify')).ok).toBe(true);
    const log = await asAdmin('GET', '/api/v1/audit/logs?event_type=retention.carried_out&limit=1');
    expect(log.items[0]).toMatchObject({ action: 'D', user_actor: 'box', new_values: { before: expect.stringMatching(/Z$/) } });

    function proven(one: (typeof made)[number]): boolean {
      return !isOld(one) || one.patientId === held;
    }
  }, 240_000);

  it('and in the next backup as well', async () => {
    const token = await house.login();
    const job = must(await house.call('POST', '/api/v1/system/backup', { token }), 'a backup', 202);
    let made: { status: string; result?: { folder: string } } = { status: 'queued' };
    for (const end = Date.now() + 30_000; made.status !== 'succeeded' && Date.now() < end; await new Promise((r) => setTimeout(r, 100)))
      made = (await house.call('GET', `/api/v1/jobs/${job.job_id}`, { token })).json;
    const { kept } = proves(bytesBelow(backupFolder(made.result?.folder ?? '')), true);
    expect(kept).toBeGreaterThan(20);
  }, 60_000);

  it('and no longer than until the hold is lifted', async () => {
    await asAdmin('DELETE', `/api/v1/patients/${held}/legal-hold`);
    await sweep();
    advance(4 * DAY_MS);
    await sweep();
    await house.house.retention.rebuildWhenQuiet();
    proves(data(), false);
    await asAdmin('POST', `/api/v1/patients/${patient}/erasure`, { reason: 'The patient asked for it' });
    advance(4 * DAY_MS);
    await house.house.retention.rebuildWhenQuiet();
    const bytes = data();
    expect(made.filter((one) => one.kind !== 'audio' && one.patientId === patient && bytes.includes(one.word))).toEqual([]);
    expect(bytes).not.toContain('Ordinary');
    expect((await asAdmin('GET', '/api/v1/audit/verify')).ok).toBe(true);
  }, 60_000);

  it('lose no file on the way: what a power cut left is removed by the next day', async () => {
    const { storage, files } = house.house;
    await record();
    advance(days.audio * DAY_MS + 1_000);
    const failing = { ...files, remove: () => Promise.reject(new Error('the plug was pulled')) };
    const parts = { storage, clock, time: trusting(clock), keepers: [audioKeeper], eraser: storage.maintenance };
    await expect(makeRetention({ ...parts, files: failing }).carryOut(clinic.hospitalId, 'audio', run)).rejects.toThrow('the plug');
    expect(recordings.size).toBe(0);
    expect(bytesBelow(join(house.home, 'files'))).toContain('quetzal');
    expect(await makeRetention({ ...parts, files }).carryOut(clinic.hospitalId, 'audio', run)).toEqual({ deleted: 0, files: 1 });
    expect(bytesBelow(join(house.home, 'files'))).not.toContain('quetzal');
  });

  it('hold nothing aside on the disk that is not encrypted', () => {
    const db = beneath();
    expect(db.pragma('temp_store', { simple: true })).toBe(2);
    db.close();
  });

  it('have their jobs queued once a day, one of each kind, and done by the worker', async () => {
    const jobs = () => {
      const db = beneath();
      const rows = db
        .prepare(`SELECT status, payload, result FROM jobs WHERE kind = 'retention' AND hospital_id = ?`)
        .all(clinic.hospitalId);
      db.close();
      return rows as { status: string; payload: string; result: string }[];
    };
    await sweep();
    await talk('calls', held);
    advance(days.calls * DAY_MS + 1_000);
    await house.house.retention.queueWhenDue();
    await house.house.retention.queueWhenDue();
    for (const end = Date.now() + 30_000; jobs().some(({ status }) => status !== 'succeeded') && Date.now() < end; )
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(jobs().map(({ payload }) => JSON.parse(payload).kind)).toEqual(['transcripts', 'notes', 'calls', 'usage']);
    expect(jobs().find(({ payload }) => payload.includes('calls'))?.result).toBe('{"deleted":1,"files":0}');
    // What is finished is forgotten after a month, or ten years would be eleven thousand jobs.
    advance(31 * DAY_MS);
    await house.house.retention.queueWhenDue();
    expect(jobs()).toHaveLength(4);
  }, 60_000);
});
