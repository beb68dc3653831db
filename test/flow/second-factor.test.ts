import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk } from '../../src/compose-desk.ts';
import { configOf } from '../../src/config.ts';
import { stepAt, totpCode } from '../../src/domain/access/totp.ts';
import { readBase32 } from '../kit/base32.ts';
import { must, readBeneath, startWorld, type World } from './access-matrix/world.ts';

const PATH = '/api/v1/auth/totp';
const STEP_MS = 30_000;
const PASSWORD = 'a long and quiet password';

describe('a second factor', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  let count = 0;
  /** An administrator with a session of their own. */
  async function somebody(role = 'hospital_admin') {
    const email = `second-${++count}@quillhaven.test`;
    const userId = await world.make.user(world.here, { email, role, password: PASSWORD });
    const signIn = (code?: string, password = PASSWORD) =>
      world.call('POST', '/api/v1/auth/login', { body: { email, password, ...(code === undefined ? {} : { code }) } });
    return { userId, email, signIn, token: must(await signIn(), 'a sign-in', 200).access_token as string };
  }
  const codeOf = (secret: string, steps = 0) => totpCode(readBase32(secret), stepAt(world.now()) + steps);
  async function enrolled() {
    const who = await somebody();
    const { secret } = must(await world.call('POST', PATH, { token: who.token, body: { current_password: PASSWORD } }), 'begin', 200);
    const on = must(await world.call('POST', PATH, { token: who.token, body: { code: codeOf(secret) } }), 'confirm', 200);
    return { ...who, secret: secret as string, recovery: on.recovery_codes as string[] };
  }

  it('is set up with the password and a first code; the other sign-ins end', async () => {
    const who = await somebody();
    const other = must(await who.signIn(), 'another sign-in', 200).access_token;
    const wrong = await world.call('POST', PATH, { token: who.token, body: { current_password: 'not the password' } });
    expect([wrong.status, wrong.json.error_code]).toEqual([400, 'VALIDATION_ERROR']);
    const begun = await world.call('POST', PATH, { token: who.token, body: { current_password: PASSWORD } });
    expect(begun.json).toMatchObject({ enabled: false, expires_in: 900 });
    expect(begun.json.otpauth_uri).toMatch(/^otpauth:\/\/totp\/Quillhaven%20Clinic:/);
    expect(begun.json.qr).toMatch(/^<svg/);
    expect(begun.headers.get('cache-control')).toBe('no-store');
    // Begun is not on: whoever leaves the page signs in as before.
    expect((await who.signIn()).status).toBe(200);
    expect((await world.call('POST', PATH, { token: who.token, body: { code: '000000' } })).status).toBe(400);
    const on = await world.call('POST', PATH, { token: who.token, body: { code: codeOf(begun.json.secret) } });
    expect(on.json.enabled).toBe(true);
    expect(new Set(on.json.recovery_codes).size).toBe(10);
    expect((await world.call('GET', '/api/v1/auth/me', { token: who.token })).json.second_factor).toBe(true);
    expect((await world.call('GET', '/api/v1/auth/me', { token: other })).status).toBe(401);
    expect((await world.call('POST', PATH, { token: who.token, body: { current_password: PASSWORD } })).status).toBe(409);
  });

  it('is asked for after the right password only, and each code is good once', async () => {
    const who = await enrolled();
    const first = await who.signIn();
    expect([first.status, first.json.error_code]).toEqual([401, 'SECOND_FACTOR_REQUIRED']);
    expect((await who.signIn(undefined, 'not the password')).json.error_code).toBe('AUTHENTICATION_ERROR');
    // The code that switched it on was used with that.
    expect((await who.signIn(codeOf(who.secret))).json.error_code).toBe('AUTHENTICATION_ERROR');
    world.advance(STEP_MS);
    const code = codeOf(who.secret);
    const answers = await Promise.all([who.signIn(code), who.signIn(code), who.signIn(code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect((await who.signIn(codeOf(who.secret, -1))).status).toBe(401);
  });

  it('makes whoever guesses codes wait like whoever guesses passwords', async () => {
    const who = await enrolled();
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push((await who.signIn('000000')).status);
    expect(answers.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(answers.slice(5)).toEqual([429, 429, 429]);
    world.advance(STEP_MS);
    expect((await who.signIn(codeOf(who.secret))).status).toBe(200);
  });

  it('gives way to each recovery code once, however it is typed', async () => {
    const who = await enrolled();
    const [one = '', two = ''] = who.recovery;
    expect((await who.signIn(one.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
    expect((await who.signIn(one)).status).toBe(401);
    expect((await world.call('DELETE', PATH, { token: who.token, body: { code: 'AAAA-AAAA-AAAA-AAAA' } })).status).toBe(400);
    expect((await world.call('DELETE', PATH, { token: who.token, body: { code: two } })).status).toBe(204);
    expect((await who.signIn()).status).toBe(200);
    expect((await world.call('DELETE', PATH, { token: who.token, body: { code: two } })).status).toBe(409);
  });

  it('is taken away by the operator, and goes with its user', async () => {
    const lost = await enrolled();
    const desk = await openDesk(configOf({ BEDSIDE_HOME: world.home }));
    await desk.secondFactors.remove(desk.callerFor(world.here.hospitalId), lost.userId);
    await desk.close();
    expect((await lost.signIn()).status).toBe(200);
    const who = await enrolled();
    const gone = await enrolled();
    const db = readBeneath(world);
    const rows = (id: string) => db.prepare('SELECT count(*) FROM recovery_codes WHERE user_id = ?').pluck().get(id);
    expect([rows(who.userId), rows(gone.userId)]).toEqual([10, 10]);
    await world.call('DELETE', `/api/v1/users/${gone.userId}`, { token: world.here.tokens.hospital_admin });
    expect(rows(gone.userId)).toBe(0);
    db.close();
  });

  it('lies in the database sealed, its recovery codes as hashes, and every step is in the audit log', async () => {
    const who = await enrolled();
    const [used = '', kept = ''] = who.recovery;
    await who.signIn(used);
    const db = readBeneath(world);
    const everything = JSON.stringify([
      db.prepare('SELECT * FROM second_factors').all(),
      db.prepare('SELECT * FROM recovery_codes').all(),
      db.prepare('SELECT * FROM audit_payloads').all(),
    ]);
    db.close();
    for (const secret of [who.secret, readBase32(who.secret).toString('base64url'), readBase32(who.secret).toString('hex'), used, kept])
      expect(everything).not.toContain(secret);
    const token = world.here.tokens.hospital_admin;
    const log = await world.call('GET', `/api/v1/audit/logs?entity_id=${who.userId}`, { token });
    const events = log.json.items.map((item: { event_type: string }) => item.event_type);
    for (const event of ['second_factor.begun', 'second_factor.switched_on', 'recovery_code.used']) expect(events).toContain(event);
    expect(world.log()).not.toContain(who.secret);
  });
});
