import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import { appendAudit } from '../../src/domain/audit/audit-log.ts';
import { type HeadFile, makeHeads } from '../../src/domain/audit/heads.ts';
import { isHeadSigned, readHeads, writeHeads } from '../../src/domain/audit/signed-head.ts';
import { type Clock, systemClock } from '../../src/shared/clock.ts';
import { headKeyOf } from '../../src/storage/files/head-key.ts';
import { makeSigningKey } from '../../src/storage/files/signing-keys.ts';
import { layoutOf } from '../../src/storage/home-layout.ts';
import { openKeyRing } from '../../src/storage/key-ring.ts';
import { peekManifest } from '../../src/storage/manifest.ts';
import { openConnection } from '../../src/storage/sqlite/database.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { callerOf, openTestStorage } from '../kit/storage.ts';
import { until } from '../kit/until.ts';

/** A box whose hours last 50 ms signs its heads; then somebody with the key of the database cuts the audit log. */
const root = mkdtempSync(join(tmpdir(), 'bedside-signed-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const home = join(root, 'home');
const kept = join(root, 'home.audit-heads');
const quickHours: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms >= 60_000 ? 50 : ms, signal) };

const verifyAtTheBox = (...more: string[]) =>
  new Promise<{ code: number; out: string }>((resolve) => {
    const cli = join(import.meta.dirname, '../../src/cli/main.ts');
    const env = { PATH: process.env.PATH, BEDSIDE_HOME: home, BEDSIDE_OFFLINE: '1' };
    const child = execFile(process.execPath, [cli, 'audit', 'verify', ...more], { env }, (_, out, err) =>
      resolve({ code: child.exitCode ?? -1, out: out + err }),
    );
  });
const headsKept = () => (existsSync(kept) ? readHeads(readFileSync(kept, 'utf8')) : []);
/** The whole log is left in good order, kept head and all, but for what is gone. */
function cutTail(hospitalId: string, to: number): void {
  const ring = openKeyRing({ given: undefined, keyFile: `${home}.key`, home }, { mayMake: false });
  const db = openConnection(layoutOf(home).database, ring.database);
  db.prepare('DELETE FROM audit_entries WHERE hospital_id = ? AND seq > ?').run(hospitalId, to);
  db.prepare(
    `UPDATE audit_heads SET seq = @to, hash = (SELECT hash FROM audit_entries WHERE hospital_id = @hospitalId AND seq = @to)
     WHERE hospital_id = @hospitalId`,
  ).run({ hospitalId, to });
  db.close();
}

describe('signed heads', () => {
  let house: TestHouse;
  let clinic: SeededHospital;
  let backup: string;
  const verify = async () => (await house.call('GET', '/api/v1/audit/verify', { token: clinic.tokens.hospital_admin })).json;

  beforeAll(async () => {
    house = await startHouse({ home, keepHome: true, clock: quickHours });
    const token = await house.login();
    clinic = await seedHospital(house, token, 'Signed Clinic', ['hospital_admin', 'nurse']);
    await until(async () => headsKept().some((head) => head.hospitalId === clinic.hospitalId), 'a first head');
    const { json } = await house.call('POST', '/api/v1/system/backup', { token });
    await until(async () => (await house.call('GET', `/api/v1/jobs/${json.job_id}`, { token })).json.status === 'succeeded', 'a backup');
    backup = join(layoutOf(home).backups, readdirSync(layoutOf(home).backups).at(-1) ?? '');
  }, 180_000);
  afterAll(() => house.stop());

  it('are made of every chain that has grown, hour by hour, outside of the data', async () => {
    expect(new Set(headsKept().map((head) => head.hospitalId))).toEqual(new Set([PLATFORM, clinic.hospitalId]));
    const before = headsKept().length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(headsKept().length).toBeLessThanOrEqual(before + 2); // nothing happens, nothing is signed
    await house.call('GET', '/api/v1/patients', { token: clinic.tokens.nurse });
    await until(async () => headsKept().length > before, 'a head of what came');
    expect(headsKept().every((head) => isHeadSigned(head, headsKept()[0]?.key))).toBe(true);
  });

  it('are counted by the verification, which the chain passes', async () => {
    const { ok, entries, head, signed_heads } = await verify();
    expect({ ok, signed_heads }).toEqual({
      ok: true,
      signed_heads: headsKept().filter((one) => one.hospitalId === clinic.hospitalId).length,
    });
    await until(async () => headsKept().some((one) => one.hash === head && one.seq === entries), 'a head of the newest');
  });

  it('lie in the manifest of a backup as well', () => {
    const { heads = [] } = peekManifest(backup);
    expect(new Set(heads.map((head) => head.hospitalId))).toEqual(new Set([PLATFORM, clinic.hospitalId]));
    for (const head of heads) expect(isHeadSigned(head, headsKept()[0]?.key)).toBe(true);
  });

  it('show a log that was cut below them, where the log by itself shows nothing', async () => {
    await house.stop();
    copyFileSync(kept, join(root, 'elsewhere'));
    const { seq: reach } = headsKept().findLast((head) => head.hospitalId === clinic.hospitalId) ?? { seq: 0 };
    cutTail(clinic.hospitalId, reach - 1);
    house = await startHouse({ home, keepHome: true, admin: false });
    const { ok, broken_at } = await verify();
    expect(ok).toBe(false);
    expect(broken_at.what).toMatch(/missing|names another entry/);
    expect(broken_at.seq).toBeGreaterThanOrEqual(reach - 1);

    // Whoever can cut the log can take the box's own heads away too: those that lie elsewhere still tell.
    rmSync(kept);
    const alone = await verifyAtTheBox();
    expect([alone.code, alone.out]).toEqual([0, expect.stringContaining('whole   Signed Clinic')]);
    const against = await verifyAtTheBox('--against', join(root, 'elsewhere'));
    expect([against.code, against.out]).toEqual([1, expect.stringMatching(/^BROKEN {2}Signed Clinic: at entry \d+/m)]);
    expect(against.out).toContain('whole   the box itself');
  }, 180_000);

  it('are taken from a backup or as text, and hold only under the key that was asked for', async () => {
    const { heads = [] } = peekManifest(backup);
    const [own] = heads.filter((head) => head.hospitalId === PLATFORM);
    if (!own) throw new Error('the box has no head');
    expect((await verifyAtTheBox('--against', JSON.stringify(own), '--key', own.key)).code).toBe(0);
    expect((await verifyAtTheBox('--against', backup)).out).toContain('whole   the box itself');
    const forged = writeHeads([{ ...own, seq: own.seq + 1 }]);
    writeFileSync(join(root, 'forged'), forged);
    const refused = await verifyAtTheBox('--against', join(root, 'forged'));
    expect([refused.code, refused.out]).toEqual([1, expect.stringContaining('signature')]);
    const other = await verifyAtTheBox('--against', JSON.stringify(own), '--key', 'A'.repeat(43));
    expect([other.code, other.out]).toEqual([1, expect.stringContaining('signature')]);
    expect(await verifyAtTheBox('--against', 'no such file')).toMatchObject({
      code: 1,
      out: expect.stringContaining('There is no signed head'),
    });
  }, 180_000);

  it('begin anew with a new key, and the old ones stay where they can be read', async () => {
    await house.stop();
    copyFileSync(join(root, 'elsewhere'), kept);
    rmSync(layoutOf(home).keys, { recursive: true });
    house = await startHouse({ home, keepHome: true, admin: false });
    expect(existsSync(kept)).toBe(false);
    expect(readdirSync(root).filter((name) => name.startsWith('home.audit-heads-before-'))).toHaveLength(1);
    const begun = await house.house.storage.read(PLATFORM, (stores) =>
      stores.audit.list({ eventType: 'audit.heads_begun' }, { limit: 10 }),
    );
    expect(begun).toHaveLength(2);
    expect(JSON.parse(begun[0]?.payload ?? '{}').new).toMatchObject({
      why: 'new-key',
      aside: true,
      publicKey: expect.stringMatching(/^[\w-]{43}$/),
    });
  }, 180_000);
});

describe('the room that signs heads', () => {
  it('signs what has grown since, also when it starts anew, and lays aside what says nothing about these data', async () => {
    const open = await openTestStorage();
    const kept = { text: '', aside: [] as string[] };
    const file: HeadFile = {
      read: async () => kept.text,
      async append(text) {
        kept.text += text;
      },
      async setAside() {
        kept.aside.push(kept.text);
        kept.text = '';
        return 'aside';
      },
    };
    const parts = { storage: open.storage, clock: systemClock, key: headKeyOf(makeSigningKey(0).privateJwk), file };
    const note = () =>
      open.storage.transact(PLATFORM, (stores) =>
        appendAudit(stores, callerOf(PLATFORM, 'platform_admin'), 0, { eventType: 'x', action: 'C', entityType: 'y' }),
      );
    const seqs = () => readHeads(kept.text).map((head) => head.seq);

    const heads = makeHeads(parts);
    await heads.sign();
    expect(seqs()).toEqual([]); // nothing has happened yet
    await note();
    await heads.sign();
    await heads.sign();
    await makeHeads(parts).sign();
    expect(seqs()).toEqual([1]);
    await note();
    await makeHeads(parts).sign();
    expect(seqs()).toEqual([1, 2]);
    await heads.beginAnew('recovery');
    await heads.sign();
    expect(seqs()).toEqual([3]);
    expect(readHeads(kept.aside.join(''))).toHaveLength(2);
    const [begun] = await open.storage.read(PLATFORM, (stores) => stores.audit.list({}, { limit: 1 }));
    expect(begun?.entry.eventType).toBe('audit.heads_begun');
    expect(begun?.payload).toContain('recovery');
    await open.close();
  });
});
