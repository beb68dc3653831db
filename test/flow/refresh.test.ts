import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseFile, openKeyRing } from '../../src/storage/key-ring.ts';
import { openConnection } from '../../src/storage/sqlite/database.ts';
import { type JumpClock, makeJumpClock } from '../fakes/jump-clock.ts';
import { ADMIN, type Answer, startHouse, type TestHouse } from '../kit/house.ts';

const DAY_MS = 24 * 3_600_000;
const rounds = process.env.BEDSIDE_TEST_LONG === '1' ? 100 : 10;

/** Staying signed in: one token, one successor, and what happens to whoever comes with an old one. */
describe('a refresh token', () => {
  let clock: JumpClock;
  let house: TestHouse;
  beforeAll(async () => {
    clock = makeJumpClock();
    house = await startHouse({ clock });
  });
  afterAll(() => house.stop());

  interface SignedIn {
    readonly access: string;
    readonly refresh: string;
  }
  const signedIn = ({ json }: Answer): SignedIn => ({ access: json.access_token, refresh: json.refresh_token });
  const signIn = async () => signedIn(await house.call('POST', '/api/v1/auth/login', { body: ADMIN }));
  const ask = (refresh: string) => house.call('POST', '/api/v1/auth/refresh', { body: { refresh_token: refresh } });
  const refreshed = async ({ refresh }: SignedIn): Promise<SignedIn> => {
    const answer = await ask(refresh);
    expect(answer.status).toBe(200);
    return signedIn(answer);
  };
  const lives = async ({ access }: SignedIn) => (await house.call('GET', '/api/v1/auth/me', { token: access })).status === 200;
  const refusal = async (refresh: string) => {
    const { status, json } = await ask(refresh);
    return [status, json.error_code];
  };
  /** How many tokens of this sign-in could still be exchanged. */
  function unusedTokens(of: SignedIn): number {
    const { sid } = JSON.parse(Buffer.from(of.access.split('.')[1] ?? '', 'base64url').toString());
    const key = openKeyRing({ given: undefined, keyFile: `${house.home}.key`, home: house.home }, { mayMake: false });
    const db = openConnection(databaseFile(house.home), key.database);
    const count = db.prepare('SELECT count(*) FROM refresh_tokens WHERE session_id = ? AND used_at IS NULL').pluck().get(sid) as number;
    db.close();
    return count;
  }

  it(`gives one living successor to 50 that come at once, ${rounds} times over`, async () => {
    let current = await signIn();
    const seen = new Set([current.refresh]);
    for (let round = 0; round < rounds; round++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask(current.refresh)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const successors = new Set(answers.map(({ json }) => json.refresh_token));
      expect(successors.size).toBe(1);
      current = signedIn(answers[round % 50] as Answer);
      expect(seen.has(current.refresh)).toBe(false);
      seen.add(current.refresh);
      expect(await lives(current)).toBe(true);
      expect(unusedTokens(current)).toBe(1);
    }
    expect(await lives(await refreshed(current))).toBe(true);
  }, 120_000);

  it('gives the same successor again within five seconds, as long as nobody has used it', async () => {
    const first = await signIn();
    const second = await refreshed(first);
    clock.jump(5_000);
    expect((await refreshed(first)).refresh).toBe(second.refresh);
    expect(await lives(second)).toBe(true);
  });

  it('ends the whole sign-in when it comes back after five seconds, and no other sign-in of the same person', async () => {
    const stolen = await signIn();
    const elsewhere = await signIn();
    const successor = await refreshed(stolen);
    clock.jump(5_001);
    expect(await refusal(stolen.refresh)).toEqual([401, 'TOKEN_REUSED']);
    expect(await refusal(successor.refresh)).toEqual([401, 'AUTHENTICATION_ERROR']);
    expect([await lives(stolen), await lives(successor)]).toEqual([false, false]);
    expect(await lives(elsewhere)).toBe(true);
    expect(await lives(await refreshed(elsewhere))).toBe(true);
    const { json } = await house.call('GET', '/api/v1/audit/logs?event_type=session.revoked', { token: elsewhere.access });
    expect(json.items[0]).toMatchObject({ event_type: 'session.revoked', new_values: { cause: 'refresh_token_reused' } });
  });

  it('ends it also within five seconds, once its successor has been used', async () => {
    const first = await signIn();
    const second = await refreshed(first);
    const third = await refreshed(second);
    expect(await refusal(first.refresh)).toEqual([401, 'TOKEN_REUSED']);
    expect(await refusal(third.refresh)).toEqual([401, 'AUTHENTICATION_ERROR']);
    expect(await lives(third)).toBe(false);
  });

  it('ends it for any ancestor, however old', async () => {
    const first = await signIn();
    let current = first;
    for (let i = 0; i < 4; i++) current = await refreshed(current);
    expect(await refusal(first.refresh)).toEqual([401, 'TOKEN_REUSED']);
    expect(await lives(current)).toBe(false);
  });

  it('never has two living ends, whatever comes at once', async () => {
    for (let i = 0; i < 10; i++) {
      const first = await signIn();
      const second = await refreshed(first);
      // The old token and its successor at the same moment: either the old one is answered in time, or everything ends.
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n % 3 === 0 ? second.refresh : first.refresh)));
      const ended = answers.some(({ json }) => json.error_code === 'TOKEN_REUSED');
      const ends = new Set(answers.filter(({ status }) => status === 200).map(({ json }) => json.refresh_token));
      ends.delete(second.refresh);
      expect(ends.size).toBeLessThanOrEqual(1);
      if (ended) expect(await lives(second)).toBe(false);
      expect(unusedTokens(first)).toBeLessThanOrEqual(1);
    }
  });

  it('is nothing when it was made up, and after its sign-in was left', async () => {
    expect(await refusal('bsr_madeup')).toEqual([401, 'AUTHENTICATION_ERROR']);
    const here = await signIn();
    expect((await house.call('POST', '/api/v1/auth/logout', { token: here.access, body: {} })).status).toBe(204);
    expect(await refusal(here.refresh)).toEqual([401, 'AUTHENTICATION_ERROR']);
    const two = await signIn();
    const asked = await signIn();
    // With somebody's refresh token in hand, the same person ends that sign-in as well.
    await house.call('POST', '/api/v1/auth/logout', { token: asked.access, body: { refresh_token: two.refresh } });
    expect([await lives(two), await lives(asked)]).toEqual([false, false]);
  });

  it('is over after seven days without use, and after ninety whatever was done', async () => {
    const idle = await signIn();
    clock.jump(7 * DAY_MS);
    expect(await refusal(idle.refresh)).toEqual([401, 'AUTHENTICATION_ERROR']);
    let busy = await signIn();
    for (let day = 6; day < 90; day += 6) {
      clock.jump(6 * DAY_MS);
      busy = await refreshed(busy);
    }
    clock.jump(6 * DAY_MS);
    expect(await refusal(busy.refresh)).toEqual([401, 'AUTHENTICATION_ERROR']);
  });
});
