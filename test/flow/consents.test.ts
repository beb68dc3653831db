import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must, startWorld, type World } from './access-matrix/world.ts';

describe('consents', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
    const { here, call } = world;
    must(
      await call('PATCH', `/api/v1/admin/hospitals/${here.hospitalId}`, {
        token: here.tokens.hospital_admin,
        body: { settings: { require_consent: true } },
      }),
      'settings',
      200,
    );
  });
  afterAll(() => world?.stop());

  const paper = (more: object = {}) => ({
    ...{ purposes: ['record', 'ai_note'], given_by: 'self', how: 'paper', language: 'hi', text_version: '2026-11' },
    ...more,
  });
  const open = (token: string | undefined, body: object) =>
    world.call('POST', '/api/v1/consultation/create', { token, body: { consultation_type: 'voice', mode: 'transcribe', ...body } });
  const say = (token: string | undefined, session_id: string) =>
    world.call('POST', '/api/v1/conversation/message', { token, body: { session_id, text: 'The knee hurts since Monday.' } });

  it('are written down, read and withdrawn, and each step stands in the log', async () => {
    const { here, call } = world;
    const token = here.tokens.receptionist;
    const patientId = await world.make.patient(here);
    const path = `/api/v1/patients/${patientId}/consents`;
    const made = must(await call('POST', path, { token, body: paper() }), 'a consent');
    expect(made).toMatchObject({ patient_id: patientId, purposes: ['record', 'ai_note'], how: 'paper', withdrawn_at: null });
    expect((await call('GET', path, { token })).json.items).toEqual([made]);
    const gone = must(await call('POST', `${path}/${made.consent_id}/withdraw`, { token }), 'a withdrawal', 200);
    expect(gone.withdrawn_at).toMatch(/Z$/);
    expect((await call('POST', `${path}/${made.consent_id}/withdraw`, { token })).json).toEqual(gone);
    const other = await world.make.patient(here);
    expect((await call('POST', `/api/v1/patients/${other}/consents/${made.consent_id}/withdraw`, { token })).status).toBe(404);
    const log = await call('GET', `/api/v1/patients/${patientId}/access-log`, { token: here.tokens.hospital_admin });
    expect(log.json.items.map((item: { event_type: string }) => item.event_type)).toEqual([
      'consent.withdrawn',
      'consents.read',
      'consent.given',
      'patient.created',
    ]);
    for (const wrong of [{ purposes: [] }, { purposes: ['sell'] }, { given_by: 'neighbour' }, { how: 'wink' }, { text_version: '' }])
      expect((await call('POST', path, { token, body: paper(wrong) })).json.error_code).toBe('VALIDATION_ERROR');
  });

  it('are asked for where a visit is written down, by whoever and for nobody in particular', async () => {
    const { here } = world;
    const patientId = await world.make.patient(here);
    for (const body of [{ patient_id: patientId }, {}]) {
      const refused = await open(here.tokens.doctor, body);
      expect([refused.status, refused.json.error_code]).toEqual([403, 'CONSENT_REQUIRED']);
    }
    expect((await open(here.tokens.patient, {})).json.error_code).toBe('CONSENT_REQUIRED');
    // Of another hospital nothing is asked, and a talk with the box is no recording.
    expect((await open(world.elsewhere.tokens.doctor, {})).status).toBe(201);
    expect((await open(here.tokens.patient, { mode: 'consultation' })).status).toBe(201);
  });

  it('let the visit be written down until they are withdrawn, which is shown on what was made', async () => {
    const { here, call } = world;
    const token = here.tokens.doctor;
    const patientId = await world.make.patient(here);
    const path = `/api/v1/patients/${patientId}/consents`;
    const given = must(await call('POST', path, { token, body: paper() }), 'a consent');
    world.advance(1_000);
    const opened = must(await open(token, { patient_id: patientId }), 'a visit');
    expect((await say(token, opened.session_id)).status).toBe(200);
    const read = () => call('GET', `/api/v1/consultations/${opened.consultation_id}`, { token });
    expect((await read()).json.consents_withdrawn).toEqual([]);
    world.advance(1_000);
    must(await call('POST', `${path}/${given.consent_id}/withdraw`, { token }), 'a withdrawal', 200);
    expect((await say(token, opened.session_id)).json.error_code).toBe('CONSENT_REQUIRED');
    const after = (await read()).json;
    expect(after.messages.filter((message: { sender_type: string }) => message.sender_type === 'staff')).toHaveLength(1);
    expect(after.consents_withdrawn).toMatchObject([{ consent_id: given.consent_id, purposes: ['record', 'ai_note'] }]);
    // Who agrees anew is written down again, and what was withdrawn stays shown.
    world.advance(1_000);
    must(await call('POST', path, { token, body: paper() }), 'another consent');
    expect((await say(token, opened.session_id)).status).toBe(200);
    expect((await read()).json.consents_withdrawn).toHaveLength(1);
  });

  it('of a patient are seen and withdrawn by the patient', async () => {
    const { here, call } = world;
    const token = here.tokens.patient;
    const path = `/api/v1/patients/${here.users.patient?.patient_id}/consents`;
    const given = must(await call('POST', path, { token, body: paper({ how: 'tap' }) }), 'a consent');
    expect((await call('POST', `${path}/${given.consent_id}/withdraw`, { token })).status).toBe(200);
    expect((await call('GET', `/api/v1/patients/${here.patientId}/consents`, { token })).status).toBe(404);
    const log = await call('GET', path.replace('consents', 'access-log'), { token });
    expect(log.json.items[0]).toMatchObject({ event_type: 'consent.withdrawn', user_actor: here.users.patient?.user_id });
  });
});
