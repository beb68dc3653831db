import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCallBook } from '../../src/domain/scheduling/call-book.ts';
import { callColumns } from '../../src/domain/scheduling/calls.ts';
import { openCallFile } from '../../src/storage/files/call-file.ts';
import { must, startWorld, type World } from './access-matrix/world.ts';

describe('the register of patients', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  const send = async (
    csv: string | Uint8Array<ArrayBuffer>,
    fields: Record<string, string> = {},
    token = world.here.tokens.hospital_admin,
  ) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([csv]), 'register.csv');
    const response = await fetch(`${world.base}/api/v1/patients/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    return { status: response.status, json: await response.json() };
  };
  const lookup = async (phone: string) =>
    must(
      await world.call('GET', `/api/v1/patients/lookup?phone=${encodeURIComponent(phone)}`, { token: world.here.tokens.receptionist }),
      'a lookup',
      200,
    );

  it('is taken in from a file, after a look at what would happen, and a second time changes nothing', async () => {
    const csv =
      '\ufeffPatient Name;Mobile No.;Date of Birth;Gender;Shoe size\r\n' +
      'Sunita Devi;98111 22334;29/02/1980;female;38\r\n' +
      'sunita  DEVI;+91 98111-22334;;;\r\n' +
      '"Verma, Arjun";9811122335;31/02/1990;male;41\r\n' +
      ';9811122336;;;\r\n' +
      'अनीता पटेल;९८१११;;;\r\n' +
      'José Núñez;098111 22338;1.5.1975;;\r\n';
    const dry = await send(csv, { dry_run: 'true' });
    expect(dry.status, JSON.stringify(dry.json)).toBe(200);
    expect(dry.json).toMatchObject({ dry_run: true, rows: 6, created: 2 });
    expect(dry.json.duplicates).toEqual([{ line: 3, patient_id: null, of_line: 2, why: 'line' }]);
    expect(dry.json.problems.map(({ line, path }: { line: number; path: string }) => [line, path])).toEqual([
      [4, 'dob'],
      [5, 'name'],
      [6, 'phone'],
    ]);
    expect(await lookup('9811122334')).toMatchObject({ customer_type: 'new', patient: null });

    const real = await send(csv);
    expect(real.json).toMatchObject({ dry_run: false, created: 2 });
    expect(await lookup('9811122334')).toMatchObject({ customer_type: 'existing', patient: { name: 'Sunita Devi', birth_year: 1980 } });
    const again = await send(csv);
    expect(again.json).toMatchObject({ created: 0 });
    expect(again.json.duplicates.map(({ why }: { why: string }) => why)).toEqual(['name_and_phone', 'line', 'name_and_phone']);

    const file = await world.call('GET', '/api/v1/patients/export.csv', { token: world.here.tokens.hospital_admin });
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(file.text).toContain('José,Núñez,+919811122338');
    expect(file.text).not.toContain(world.elsewhere.word);
    const back = await send(file.text);
    expect(back.json).toMatchObject({ created: 0, problems: [] });
  });

  it('takes no table that is none, and says what is wrong with it', async () => {
    for (const wrong of ['', 'shoe,size\n1,2\n', '\u0000\u0001\u0002', 'name,phone\n"open'])
      expect((await send(wrong)).json.error_code, JSON.stringify(wrong)).toBe('VALIDATION_ERROR');
    expect((await send('name\nX\n', {}, world.here.tokens.receptionist)).status).toBe(403);
    const formula = await send('name,address\n"=HYPERLINK(""http://x"",""y"")",@SUM(1)\n');
    expect(formula.json).toMatchObject({ created: 1 });
    const { text } = await world.call('GET', '/api/v1/patients/export.csv', { token: world.here.tokens.hospital_admin });
    for (const line of text.trim().split('\r\n')) for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=@]/);
  });

  it('makes one of two records: everything moves, what was missing is filled in, and the log says who did it', async () => {
    const token = world.here.tokens.receptionist;
    const make = async (body: object) => must(await world.call('POST', '/api/v1/patients', { token, body }), 'a patient').patient_id;
    const from = await make({ name: 'Meena Rao', phone: '9811144001', email: 'meena@example.test', birth_year: 1970 });
    const into = await make({ name: 'Meena K Rao', phone: '9811144002' });
    const child = await make({ name: 'Little Rao', guardian_id: from });
    const consent = must(
      await world.call('POST', `/api/v1/patients/${from}/consents`, {
        token,
        body: { purposes: ['record'], given_by: 'self', how: 'tap', language: 'en', text_version: '1' },
      }),
      'a consent',
    );
    const talk = must(
      await world.call('POST', '/api/v1/consultation/create', {
        token,
        body: { consultation_type: 'text', mode: 'reception', patient_id: from },
      }),
      'a call',
    );
    expect((await world.call('POST', `/api/v1/patients/${from}/merge`, { token, body: { into: from } })).status).toBe(400);
    expect((await world.call('POST', `/api/v1/patients/${from}/merge`, { token, body: { into: world.elsewhere.patientId } })).status).toBe(
      409,
    );

    const joined = must(await world.call('POST', `/api/v1/patients/${from}/merge`, { token, body: { into } }), 'a merge', 200);
    expect(joined).toMatchObject({ patient_id: into, first_name: 'Meena K', email: 'meena@example.test', birth_year: 1970 });
    expect(joined.phones).toHaveLength(2);
    const gone = await world.call('GET', `/api/v1/patients/${from}`, { token });
    expect([gone.status, gone.json.context.merged_into]).toEqual([404, into]);
    expect((await world.call('GET', `/api/v1/patients/${child}`, { token })).json.guardian_id).toBe(into);
    const consents = await world.call('GET', `/api/v1/patients/${into}/consents`, { token });
    expect(consents.json.items.map((item: { consent_id: string }) => item.consent_id)).toEqual([consent.consent_id]);
    const read = await world.call('GET', `/api/v1/consultations/${talk.consultation_id}`, { token });
    expect(read.json.patient_id).toBe(into);
    expect((await lookup('9811144001')).patient.patient_id).toBe(into);
    expect((await lookup('9811144001')).customer_type).toBe('returning');
    const log = await world.call('GET', `/api/v1/patients/${into}/access-log`, { token: world.here.tokens.hospital_admin });
    expect(log.json.items.map((item: { event_type: string }) => item.event_type)).toContain('patient.merged');
  });

  it('asks again before two become one who do not look like one, and leaves what the law holds', async () => {
    const token = world.here.tokens.hospital_admin;
    const make = async (body: object) => must(await world.call('POST', '/api/v1/patients', { token, body }), 'a patient').patient_id;
    const from = await make({ name: 'Ravi Das', dob: '1990-01-01', gender: 'male' });
    const into = await make({ name: 'Ravi Das', dob: '1991-01-01', gender: 'male' });
    const asked = await world.call('POST', `/api/v1/patients/${from}/merge`, { token, body: { into } });
    expect([asked.status, asked.json.context.differing]).toEqual([409, ['dob', 'birth_year']]);
    must(await world.call('PUT', `/api/v1/patients/${from}/legal-hold`, { token, body: { reason: 'A case at the court' } }), 'a hold', 200);
    expect((await world.call('POST', `/api/v1/patients/${from}/merge`, { token, body: { into, agreed: true } })).status).toBe(409);
    must(await world.call('DELETE', `/api/v1/patients/${from}/legal-hold`, { token }), 'a hold', 204);
    must(await world.call('POST', `/api/v1/patients/${from}/merge`, { token, body: { into, agreed: true } }), 'a merge', 200);
  });
});

describe('the book of calls', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  it('has a call from its first moment to its end, and as a table without formulas', async () => {
    const token = world.here.tokens.receptionist;
    const patient = must(
      await world.call('POST', '/api/v1/patients', { token, body: { first_name: '=1+1', last_name: '@Home', phone: '9811166001' } }),
      'a patient',
    );
    const opened = must(
      await world.call('POST', '/api/v1/consultation/create', {
        token,
        body: { consultation_type: 'text', mode: 'reception', patient_id: patient.patient_id },
      }),
      'a call',
    );
    const calls = async () => (await world.call('GET', '/api/v1/calls', { token })).json.items;
    expect((await calls())[0]).toMatchObject({
      session_id: opened.session_id,
      status: 'in_progress',
      customer_type: 'existing',
      call_type: 'inquiry',
      caller_phone: '+919811166001',
      duration_seconds: null,
    });
    await world.call('POST', '/api/v1/conversation/message', {
      token,
      body: { session_id: opened.session_id, text: 'Please let me talk to a person.' },
    });
    expect((await calls())[0].status).toBe('transferred');
    world.advance(61_000);
    await world.call('POST', `/api/v1/consultations/${opened.consultation_id}/end`, { token, body: {} });
    const [call] = await calls();
    expect(call.status).toBe('transferred');
    // A second more on a busy machine.
    expect(call.duration_seconds).toBeGreaterThanOrEqual(61);
    expect(call.duration_seconds).toBeLessThan(90);
    expect((await world.call('GET', `/api/v1/calls/${call.call_id}`, { token })).json).toEqual(call);
    expect((await world.call('GET', `/api/v1/calls/${call.call_id}`, { token: world.elsewhere.tokens.receptionist })).status).toBe(404);
    const file = await world.call('GET', '/api/v1/calls/export.csv', { token });
    expect(file.text.split('\r\n')[0]).toContain('call_id,session_id,timestamp');
    expect(file.text).toContain("'=1+1 @Home");
  });

  it('has none of conversations elsewhere', async () => {
    const token = world.here.tokens.doctor;
    const before = (await world.call('GET', '/api/v1/calls', { token })).json.items.length;
    await world.call('POST', '/api/v1/consultation/create', { token, body: { consultation_type: 'text', mode: 'consultation' } });
    expect((await world.call('GET', '/api/v1/calls', { token })).json.items).toHaveLength(before);
  });
});

describe('the book of calls outside of the database', () => {
  it('has each finished call once, in a file of its own hospital, also after a torn line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bedside-calls-'));
    const world = await startWorld();
    try {
      const book = makeCallBook({ storage: world.house.storage, file: openCallFile(folder), now: world.now });
      const before = await book.write();
      await world.make.call(world.here);
      expect([before, await book.write(), await book.write()]).toEqual([0, 1, 0]);
      const file = join(folder, `calls-${world.here.hospitalId}.csv`);
      appendFileSync(file, 'torn');
      await world.make.call(world.here);
      expect(await book.write()).toBe(1);
      const lines = readFileSync(file, 'utf8').split('\r\n');
      expect(lines[0]).toBe(`\ufeff${callColumns.join(',')}`);
      expect(lines).toHaveLength(5);
      expect(lines[2]).toBe('torn');
      expect(lines[3]).toContain(world.here.word);
    } finally {
      await world.stop();
      rmSync(folder, { recursive: true });
    }
  });
});
