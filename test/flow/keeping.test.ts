import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noAnswers } from '../../src/compose-knowledge.ts';
import { makeConsult } from '../../src/domain/consultation/consult.ts';
import { makeLiveWords } from '../../src/domain/consultation/live-words.ts';
import { makeNotices } from '../../src/domain/notices/notices.ts';
import { makeUsageLedger } from '../../src/domain/usage/usage-ledger.ts';
import { noMachines } from '../../src/engines/no-machines.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { must, readBeneath, startWorld, type World } from './access-matrix/world.ts';

const reason = 'The patient asked for it in writing';

describe('what is kept about a patient', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  /** A patient who signs in, has agreed, has talked to the box and was looked at. */
  async function life(word: string) {
    const { here, call } = world;
    const email = `${word}@quillhaven.test`;
    const userId = await world.make.user(here, { email, role: 'patient', password: 'a long and quiet password', first_name: word });
    const token = must(await call('POST', '/api/v1/auth/login', { body: { email, password: 'a long and quiet password' } }), 'in', 200);
    const me = (await call('GET', '/api/v1/auth/me', { token: token.access_token })).json;
    const patientId = me.patient_id as string;
    await world.make.consent(here, patientId);
    const opened = must(
      await call('POST', '/api/v1/consultation/create', { token: token.access_token, body: { consultation_type: 'text' } }),
      'a consultation',
    );
    const text = `I am ${word} and I have crushing chest pain and cannot breathe`;
    must(
      await call('POST', '/api/v1/conversation/message', { token: token.access_token, body: { session_id: opened.session_id, text } }),
      'x',
      200,
    );
    must(await call('GET', `/api/v1/patients/${patientId}`, { token: here.tokens.doctor }), 'a look', 200);
    return { userId, patientId, email, token: token.access_token as string, consultationId: opened.consultation_id as string };
  }

  it('is given to them in one file, and the giving is in the log', async () => {
    const { here, call } = world;
    const one = await life('marigold');
    const secret = await world.make.consultation(here, 'nobody', {
      mode: 'consultation',
      patientId: one.patientId,
      sensitivity: 'restricted',
    });
    const own = await call('GET', `/api/v1/patients/${one.patientId}/export`, { token: one.token });
    expect(own.status).toBe(200);
    expect(own.headers.get('content-disposition')).toContain('attachment');
    expect(own.json).toMatchObject({ patient: { patient_id: one.patientId, first_name: 'marigold' }, left_out: {} });
    expect(own.json.consents).toHaveLength(1);
    expect(own.json.rooms.consultations.map((item: { id: string }) => item.id).sort()).toEqual([one.consultationId, secret.id].sort());
    expect(own.text).toContain('crushing chest pain');
    expect(own.json.access_log.map((look: { event_type: string }) => look.event_type)).toContain('patient.read');
    expect(own.text).not.toMatch(/argon2|password_hash|brambleford/);
    // A doctor who may not read what is restricted is told that there is more.
    const theirs = await call('GET', `/api/v1/patients/${one.patientId}/export`, { token: here.tokens.doctor });
    expect(theirs.json.left_out).toEqual({ consultations: 1 });
    expect(theirs.text).not.toContain(secret.messageId);
    const log = (await call('GET', `/api/v1/patients/${one.patientId}/access-log`, { token: one.token })).json.items;
    expect(log[0]).toMatchObject({ event_type: 'patient.exported', user_actor: here.users.doctor?.user_id, actor_name: 'doctor Test' });
    expect(log.filter((item: { event_type: string }) => item.event_type === 'patient.exported')).toHaveLength(2);
  });

  it('goes when they ask for it, and the answer says what stays and why', async () => {
    const { here, call } = world;
    const admin = { token: here.tokens.hospital_admin };
    const one = await life('foxglove');
    must(
      await call('PATCH', `/api/v1/patients/${one.patientId}`, { ...admin, body: { notes: 'foxglove likes tea', phone: '+919800000001' } }),
      'x',
      200,
    );
    const child = await world.make.patient(here);
    must(await call('PATCH', `/api/v1/patients/${child}`, { ...admin, body: { guardian_id: one.patientId } }), 'x', 200);
    must(
      await call('POST', '/api/v1/patients', { ...admin, headers: { 'idempotency-key': 'foxglove' }, body: { name: 'foxglove again' } }),
      'another',
    );
    const db = readBeneath(world);
    const naming = (word: string) =>
      (db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[]).filter((table) =>
        JSON.stringify(db.prepare(`SELECT * FROM "${table}"`).all()).includes(word),
      );
    expect(naming(one.email)).toEqual(expect.arrayContaining(['users', 'logins', 'patients']));
    const answer = await call('POST', `/api/v1/patients/${one.patientId}/erasure`, {
      ...admin,
      headers: { 'accept-language': 'hi' },
      body: { reason },
    });
    expect(answer.status).toBe(200);
    expect(answer.json.erased).toEqual([
      { what: 'consultations', items: 1 },
      { what: 'patient_record', items: 1 },
      { what: 'sign_in', items: 1 },
    ]);
    expect(answer.json.kept.map(({ what }: { what: string }) => what)).toEqual(['consents', 'audit_log', 'older_backups']);
    for (const { why } of answer.json.kept) expect(why).toMatch(/\p{Script=Devanagari}/u);
    expect(naming(one.email)).toEqual([]);
    expect(
      naming('crushing chest pain').filter((table) => JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all()).includes('foxglove')),
    ).toEqual([]);
    // Somebody of the same name is somebody else.
    expect(naming('foxglove').sort()).toEqual(['once_results', 'patients']);
    expect(naming(one.patientId).sort()).toEqual(['audit_entries', 'consents', 'deletions']);
    db.close();
    expect((await call('GET', '/api/v1/auth/me', { token: one.token })).status).toBe(401);
    expect((await call('GET', `/api/v1/patients/${one.patientId}`, admin)).status).toBe(404);
    expect((await call('GET', `/api/v1/patients/${child}`, admin)).json.guardian_id).toBeNull();
    expect((await call('GET', '/api/v1/audit/verify', admin)).json.ok).toBe(true);
    const log = (await call('GET', `/api/v1/audit/logs?patient_id=${one.patientId}`, admin)).json.items;
    expect(log[0]).toMatchObject({ event_type: 'patient.erased', reason });
    expect(log.slice(1).every((entry: object) => !('old_values' in entry) && !('new_values' in entry) && !('reason' in entry))).toBe(true);
    expect((await call('POST', `/api/v1/patients/${one.patientId}/erasure`, { ...admin, body: { reason } })).status).toBe(404);
  });

  it('does not come back with an answer that was on its way while they were erased', async () => {
    const { here, call } = world;
    const one = await life('larkspur');
    const { storage } = world.house;
    const [session] = await storage.read(here.hospitalId, (stores) => stores.encounters.sessions(one.consultationId));
    const caller = {
      ...({ userId: one.userId, hospitalId: here.hospitalId, role: 'patient', via: 'http', requestId: 'r' } as const),
      patientId: one.patientId,
      signal: new AbortController().signal,
    };
    const notices = makeNotices({ storage, clock: systemClock });
    const consult = makeConsult({
      answers: noAnswers(),
      words: makeLiveWords(),
      storage,
      clock: systemClock,
      machines: noMachines(),
      ledger: makeUsageLedger(systemClock),
      notices,
    });
    const parts = consult.say(caller, { sessionId: session?.id ?? '', text: 'What helps against a cough?' })[Symbol.asyncIterator]();
    expect((await parts.next()).value.type).toBe('begin');
    const answer = await call('POST', `/api/v1/patients/${one.patientId}/erasure`, { token: here.tokens.hospital_admin, body: { reason } });
    expect(answer.status).toBe(200);
    for (let part = await parts.next(); !part.done; part = await parts.next());
    const db = readBeneath(world);
    expect(db.prepare('SELECT count(*) FROM messages WHERE consultation_id = ?').pluck().get(one.consultationId)).toBe(0);
    db.close();
  });

  it('is held while there is a legal hold', async () => {
    const { here, call } = world;
    const admin = { token: here.tokens.hospital_admin };
    const patientId = await world.make.patient(here);
    const path = `/api/v1/patients/${patientId}/legal-hold`;
    expect((await call('GET', path, admin)).json).toEqual({ held: false });
    const held = await call('PUT', path, { ...admin, body: { reason: 'A case at the district court' } });
    expect(held.json).toMatchObject({ held: true, reason: 'A case at the district court', set_by: here.users.hospital_admin?.user_id });
    expect((await call('PUT', path, { ...admin, body: { reason: 'Another case elsewhere' } })).json).toEqual(held.json);
    const refused = await call('POST', `/api/v1/patients/${patientId}/erasure`, { ...admin, body: { reason } });
    expect([refused.status, refused.json.error_code, refused.json.context]).toEqual([409, 'CONFLICT', { legal_hold: true }]);
    expect((await call('DELETE', path, admin)).status).toBe(204);
    expect((await call('GET', path, admin)).json).toEqual({ held: false });
    expect((await call('POST', `/api/v1/patients/${patientId}/erasure`, { ...admin, body: { reason } })).status).toBe(200);
    const log = (await call('GET', `/api/v1/audit/logs?patient_id=${patientId}`, admin)).json.items;
    expect(log.map((entry: { event_type: string }) => entry.event_type)).toEqual(
      expect.arrayContaining(['legal_hold.set', 'legal_hold.lifted', 'patient.erased']),
    );
  });
});
