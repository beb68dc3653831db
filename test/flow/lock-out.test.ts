import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDesk } from '../../src/compose-desk.ts';
import { configOf } from '../../src/config.ts';
import { makePasswordHasher } from '../../src/integrations/secrets/passwords.ts';
import { type JumpClock, makeJumpClock } from '../fakes/jump-clock.ts';
import { type Answer, type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Guessing at passwords: how far one gets, and whom it must not shut out. */
describe('guessing at passwords', () => {
  let clock: JumpClock;
  let house: TestHouse;
  let hospital: SeededHospital;
  let root: string;
  let people = 0;

  beforeAll(async () => {
    clock = makeJumpClock();
    // Behind a proxy, so that guesses come from as many addresses as the test likes.
    house = await startHouse({ clock, env: { BEDSIDE_BEHIND_PROXY: '1' } });
    root = await house.login();
    hospital = await seedHospital(house, root, 'Locked', ['hospital_admin']);
  });
  afterAll(() => house.stop());

  interface Person {
    readonly id: string;
    readonly email: string;
    readonly password: string;
    /** Where they sit. */
    readonly address: string;
  }
  /** Somebody new, at an address of their own. */
  async function somebody(): Promise<Person> {
    const n = ++people;
    const person = { email: `person${n}@locked.test`, password: `the password of ${n}`, address: `10.0.${n}.1` };
    const made = await house.call('POST', '/api/v1/users', {
      // Tokens do not outlive the hours that these tests take.
      token: await house.login(hospital.users.hospital_admin as { email: string; password: string }),
      body: { email: person.email, password: person.password, role: 'nurse', first_name: 'P', last_name: 'P' },
    });
    expect(made.status).toBe(201);
    return { ...person, id: made.json.user_id };
  }
  const tryIt = (email: string, password: string, address: string, deviceId?: string): Promise<Answer> =>
    house.call('POST', '/api/v1/auth/login', {
      body: { login: email, password },
      headers: { 'x-forwarded-for': address, ...(deviceId ? { 'x-device-id': deviceId } : {}) },
    });
  const guess = ({ email, address }: Person, from = address, deviceId?: string) => tryIt(email, 'not the password', from, deviceId);
  const signIn = ({ email, password, address }: Person, deviceId?: string) => tryIt(email, password, address, deviceId);
  const waitOf = (answer: Answer) => Number(answer.headers.get('retry-after'));

  it('is judged five times, and then has to wait, also with the right password; each time longer, to a quarter of an hour', async () => {
    const person = await somebody();
    for (let i = 0; i < 5; i++) expect((await guess(person)).status).toBe(401);
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      const early = await signIn(person);
      expect([early.status, early.json.error_code]).toEqual([429, 'RATE_LIMITED']);
      waits.push(waitOf(early));
      clock.jump(waitOf(early) * 1_000 - 1);
      expect((await signIn(person)).status).toBe(429);
      clock.jump(1);
      expect((await guess(person)).status).toBe(401);
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900]);
    clock.jump(15 * MINUTE_MS);
    expect((await signIn(person)).status).toBe(200);
    // Whoever has come in begins anew.
    for (let i = 0; i < 5; i++) expect((await guess(person)).status).toBe(401);
    expect(waitOf(await guess(person))).toBe(5);
  });

  it('gets fewer than a hundred answers in an hour, however eagerly one asks', async () => {
    const person = await somebody();
    const began = clock.now().getTime();
    let judged = 0;
    while (clock.now().getTime() - began < HOUR_MS) {
      const answer = await guess(person, `10.9.9.${judged % 250}`);
      if (answer.status === 401) judged++;
      else clock.jump(waitOf(answer) * 1_000);
    }
    expect(judged).toBeGreaterThan(5);
    expect(judged).toBeLessThan(30);
  });

  it('is judged one by one: fifty at once get no more answers than five after each other', async () => {
    const person = await somebody();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => guess(person, `10.8.8.${i}`)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(45);
  });

  it('learns nothing of who has an account: the same answers and the same waits for one that is not there', async () => {
    const real = await somebody();
    const unreal = { ...real, email: 'nobody@locked.test', address: '10.7.7.7' };
    for (let i = 0; i < 7; i++) {
      const [one, two] = [await guess(real), await guess(unreal)];
      const seen = ({ status, json, headers }: Answer) => ({ status, ...json, request_id: '', retry: headers.get('retry-after') });
      expect(seen(one)).toEqual(seen(two));
    }
  });

  it('spends as much on a name that is not there as on a wrong password', async () => {
    const passwords = await makePasswordHasher();
    const hash = await passwords.hash('the password');
    const known: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < 9; i++) {
      for (const [times, of] of [
        [known, hash],
        [unknown, null],
      ] as const) {
        const began = performance.now();
        expect(await passwords.verify(of, 'not the password')).toBe(false);
        times.push(performance.now() - began);
      }
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
    // Not a measure of time but of whether the work was done at all: without it the answer comes a thousand times sooner.
    expect(median(unknown) / median(known)).toBeGreaterThan(0.3);
    expect(await passwords.verify(null, 'nobody has this password')).toBe(false);
  });

  it('does not shut out the device on which the owner has signed in before', async () => {
    const person = await somebody();
    const device = (await signIn(person)).json.device_id;
    for (let i = 0; i < 6; i++) await guess(person, '10.6.6.6');
    expect((await signIn({ ...person, address: '10.5.5.5' })).status).toBe(429);
    const own = await signIn(person, device);
    expect([own.status, own.json.device_id]).toEqual([200, device]);
    // The device answers for its own mistakes, and they are not the account's.
    for (let i = 0; i < 5; i++) expect((await guess(person, person.address, device)).status).toBe(401);
    expect((await signIn(person, device)).status).toBe(429);
    // Somebody else's device is no key to this account.
    const other = await somebody();
    const others = (await signIn(other)).json.device_id;
    expect((await signIn({ ...person, address: '10.5.5.6' }, others)).status).toBe(429);
  });

  it('at many accounts makes the address wait, and not those who are known there', async () => {
    const clinic = '10.4.4.4';
    const known = await somebody();
    const stranger = await somebody();
    const device = (await tryIt(known.email, known.password, clinic)).json.device_id;
    for (let i = 0; i < 20; i++) expect((await tryIt(`sprayed${i}@locked.test`, 'Password123!', clinic)).status).toBe(401);
    expect((await tryIt('sprayed21@locked.test', 'Password123!', clinic)).status).toBe(429);
    expect((await tryIt(stranger.email, stranger.password, clinic)).status).toBe(429);
    expect((await tryIt(known.email, known.password, clinic, device)).status).toBe(200);
    expect((await signIn(stranger)).status).toBe(200);
    clock.jump(15 * MINUTE_MS);
    expect((await tryIt(stranger.email, stranger.password, clinic)).status).toBe(200);
  });

  it('is forgotten after half a day without a wrong one', async () => {
    const person = await somebody();
    for (let i = 0; i < 4; i++) await guess(person);
    clock.jump(12 * HOUR_MS + 1);
    for (let i = 0; i < 5; i++) expect((await guess(person)).status).toBe(401);
    expect((await guess(person)).status).toBe(429);
  });

  it('at the current password, with a token in hand, is judged one by one as well', async () => {
    const person = await somebody();
    const token = (await signIn(person)).json.access_token;
    const change = (current: string) =>
      house.call('POST', '/api/v1/auth/password', { token, body: { current_password: current, new_password: 'a new long password' } });
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => change(`guess number ${i}`)));
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25);
    expect((await change(person.password)).status).toBe(429);
    clock.jump(5_000);
    expect((await change(person.password)).status).toBe(204);
    expect((await house.call('GET', '/api/v1/auth/me', { token })).status).toBe(401);
  });

  it('leaves nobody locked out whom an operator lets in again', async () => {
    const person = await somebody();
    for (let i = 0; i < 6; i++) await guess(person);
    expect((await signIn(person)).status).toBe(429);
    // `bedside user unlock`, beside the running service.
    const desk = await openDesk(configOf({ BEDSIDE_HOME: house.home }));
    await desk.sessions.unlock(desk.callerFor(hospital.hospitalId), person.id);
    await desk.close();
    expect((await signIn(person)).status).toBe(200);
  });
});
