import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '../../src/domain/access/caller.ts';
import type { Notice } from '../../src/domain/notices/notice.ts';
import { makeNotices, type Notices, writeNotice } from '../../src/domain/notices/notices.ts';
import type { Storage, Stores } from '../../src/domain/storage.ts';
import { newId } from '../../src/shared/ids.ts';
import { type JumpClock, makeJumpClock } from '../fakes/jump-clock.ts';
import { readEvents } from '../kit/event-reader.ts';
import { type SeededHospital, seedHospital, startHouse, type TestHouse } from '../kit/house.ts';
import { callerOf, openTestStorage, type TestStorage } from '../kit/storage.ts';
import { until } from '../kit/until.ts';

const STAFF: readonly Role[] = ['nurse', 'doctor'];

/** Writes numbered notices, many in a unit of work. */
async function writeMany(storage: Storage, hospitalId: string, from: number, to: number, more: Partial<Notice> = {}): Promise<Notice[]> {
  const written: Notice[] = [];
  for (let n = from; n <= to; ) {
    await storage.transact(hospitalId, async (stores: Stores) => {
      for (const end = Math.min(to, n + 499); n <= end; n++)
        written.push(
          await writeNotice(stores, { hospitalId, type: 'notice', data: { n }, audience: STAFF, createdAt: Date.now(), ...more }),
        );
    });
  }
  return written;
}
const numbersOf = (notices: readonly { data: Readonly<Record<string, unknown>> }[]) => notices.map(({ data }) => data.n);
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('notices, to who follows them', () => {
  let open: TestStorage;
  let storage: Storage;
  let clock: JumpClock;
  let notices: Notices;
  let hospitals = 0;
  let H = '';
  /** What was read of notices so far: how many rows each time. */
  let reads: number[] = [];

  beforeAll(async () => {
    open = await openTestStorage();
    storage = {
      transact: (hospitalId, work) => open.storage.transact(hospitalId, work),
      read: (hospitalId, work) =>
        open.storage.read(hospitalId, (stores) =>
          work({
            ...stores,
            notices: {
              ...stores.notices,
              async since(after, limit) {
                const rows = await stores.notices.since(after, limit);
                reads.push(rows.length);
                return rows;
              },
            },
          }),
        ),
    };
  });
  afterAll(() => open.close());
  beforeEach(() => {
    H = `hospital ${++hospitals}`;
    reads = [];
    clock = makeJumpClock();
    notices = makeNotices({ storage, clock });
  });

  async function tell(n: number, more: Partial<Notice> = {}): Promise<Notice> {
    const [written] = await writeMany(storage, more.hospitalId ?? H, n, n, more);
    notices.announce(written as Notice);
    return written as Notice;
  }
  /** Somebody who listens and takes everything as it comes. */
  function listen(role: Role = 'nurse', after?: string, hospitalId = H) {
    const gone = new AbortController();
    const heard: Notice[] = [];
    const done = (async () => {
      for await (const notice of notices.follow(callerOf(hospitalId, role), after, gone.signal)) heard.push(notice);
    })();
    return {
      heard,
      done,
      leave: () => gone.abort(),
      has: (count: number) => until(() => heard.length >= count, `${count} notices, and ${heard.length} came`),
    };
  }
  const settle = async () => {
    for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  it('come from now on, in order, and none twice', async () => {
    await tell(1);
    const { heard, leave, has } = listen();
    await settle();
    for (let n = 2; n <= 50; n++) await tell(n);
    await has(49);
    await settle();
    leave();
    expect(numbersOf(heard)).toEqual(upTo(2, 50));
  });

  it('come to those whom they are for, at the hospital that they are about, and to nobody else', async () => {
    const nurse = listen('nurse');
    const receptionist = listen('receptionist');
    const elsewhere = listen('nurse', undefined, 'another hospital');
    await settle();
    await tell(1);
    await tell(2, { audience: ['receptionist'] });
    await tell(3, { audience: ['nurse', 'receptionist'] });
    await tell(4, { hospitalId: 'another hospital' });
    await Promise.all([nurse.has(2), receptionist.has(2), elsewhere.has(1)]);
    await settle();
    expect([numbersOf(nurse.heard), numbersOf(receptionist.heard), numbersOf(elsewhere.heard)]).toEqual([[1, 3], [2, 3], [4]]);
    for (const one of [nurse, receptionist, elsewhere]) one.leave();
    await expect(listen('patient').done).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listen('trainee').done).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('are caught up with from the last one that was heard, however many were missed, while new ones come', async () => {
    const [last] = await writeMany(storage, H, 1, 1);
    await writeMany(storage, H, 2, 1_234);
    const { heard, leave, has } = listen('nurse', last?.id);
    for (let n = 1_235; n <= 1_300; n++) await tell(n);
    await has(1_299);
    await settle();
    leave();
    expect(numbersOf(heard)).toEqual(upTo(2, 1_300));
  });

  it('are heard by one who names an id that never was, or is still to come', async () => {
    await tell(1);
    for (const after of ['zzz', newId(Date.now() + 1e9), 'not an id']) {
      const { heard, leave, has } = listen('nurse', after);
      await settle();
      await tell(2);
      await has(1);
      expect(numbersOf(heard)).toEqual([2]);
      leave();
    }
  });

  it('wait for a slow listener where they lie: no more is read than a page, and nothing is lost', async () => {
    const gone = new AbortController();
    const slow = notices.follow(callerOf(H, 'nurse'), undefined, gone.signal)[Symbol.asyncIterator]();
    const first = slow.next();
    await settle();
    await tell(1);
    expect((await first).value?.data.n).toBe(1);
    for (let n = 2; n <= 3_000; n += 500) for (const one of await writeMany(storage, H, n, Math.min(3_000, n + 499))) notices.announce(one);
    await settle();
    // Three thousand were announced, and nobody asked for the next: nothing has been read for this listener since.
    expect(reads.reduce((sum, rows) => sum + rows, 0)).toBe(1);
    const heard: unknown[] = [];
    while (heard.length < 2_999) heard.push((await slow.next()).value?.data.n);
    expect(heard).toEqual(upTo(2, 3_000));
    expect(Math.max(...reads)).toBeLessThanOrEqual(100);
    gone.abort();
    expect(await slow.next()).toEqual({ done: true, value: undefined });
  });

  it('end with the listener, also while nothing comes', async () => {
    const { done, leave } = listen();
    await settle();
    leave();
    await done;
    const late = new AbortController();
    late.abort();
    for await (const _ of notices.follow(callerOf(H, 'nurse'), undefined, late.signal)) throw new Error('heard something after leaving');
  });

  it('are told once more when they are urgent and nobody has seen to them for a minute', async () => {
    clock.jump(Date.now() - clock.now().getTime());
    const { heard, leave, has } = listen();
    await settle();
    const urgent = await tell(1, { type: 'red_flag', createdAt: clock.now().getTime() });
    const seenTo = await tell(2, { type: 'red_flag', createdAt: clock.now().getTime() });
    await notices.acknowledge(callerOf(H, 'nurse'), seenTo.id);
    await has(2);
    await notices.escalate();
    clock.jump(60_000);
    await notices.escalate();
    await notices.escalate();
    await has(3);
    await tell(3);
    await has(4);
    await settle();
    leave();
    expect(numbersOf(heard)).toEqual([1, 2, 1, 3]);
    expect(heard[2]).toMatchObject({ id: urgent.id, escalatedAt: clock.now().getTime() });
  });

  it('are seen to once, by somebody whom they are for', async () => {
    const notice = await tell(1);
    const nurse = callerOf(H, 'nurse');
    for (const stranger of [callerOf(H, 'receptionist'), callerOf('another hospital', 'nurse')])
      await expect(notices.acknowledge(stranger, notice.id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(notices.acknowledge(callerOf(H, 'patient'), notice.id)).rejects.toMatchObject({ code: 'forbidden' });
    await notices.acknowledge(nurse, notice.id);
    await notices.acknowledge(callerOf(H, 'doctor'), notice.id);
    expect(await storage.read(H, (stores) => stores.notices.find(notice.id))).toMatchObject({ ackedBy: nurse.userId });
    const log = await storage.read(H, (stores) => stores.audit.list({ eventType: 'notice.acknowledged' }, { limit: 10 }));
    expect(log.map(({ entry }) => [entry.entityId, entry.actor])).toEqual([[notice.id, nurse.userId]]);
  });
});

describe('events behind the door', () => {
  let house: TestHouse;
  let here: SeededHospital;
  let there: SeededHospital;
  let noticeReads = 0;
  beforeAll(async () => {
    house = await startHouse({
      onStatement: ({ kind, tables }) => {
        if (kind === 'SelectQueryNode' && tables.includes('notices')) noticeReads++;
      },
    });
    const root = await house.login();
    here = await seedHospital(house, root, 'Here', ['hospital_admin', 'nurse', 'receptionist', 'patient']);
    there = await seedHospital(house, root, 'There', ['nurse']);
  });
  afterAll(() => house.stop());

  const url = () => `${house.base}/api/v1/events`;
  const follow = (token: string | undefined, last?: string) =>
    readEvents(url(), { authorization: `Bearer ${token}`, ...(last === undefined ? {} : { 'last-event-id': last }) });
  const write = (from: number, to: number, more: Partial<Notice> = {}) => writeMany(house.house.storage, here.hospitalId, from, to, more);

  it('come as server-sent events, from the last that was heard, to whom they are for', async () => {
    const [first] = await write(1, 1);
    const written = await write(2, 4);
    await write(5, 5, { audience: ['receptionist'] });
    const nurse = await follow(here.tokens.nurse, first?.id);
    expect([nurse.status, nurse.contentType]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await nurse.got(3);
    expect(nurse.events.map(({ event, id }) => [event, id])).toEqual(written.map(({ type, id }) => [type, id]));
    expect(nurse.events[0]?.data).toMatchObject({ n: 2, escalated: false });
    const stranger = await follow(there.tokens.nurse, first?.id);
    expect(stranger.status).toBe(200);
    expect((await house.call('POST', `/api/v1/events/${first?.id}/ack`, { token: there.tokens.nurse, body: {} })).status).toBe(404);
    expect((await house.call('POST', `/api/v1/events/${first?.id}/ack`, { token: here.tokens.nurse, body: {} })).status).toBe(204);
    expect((await follow(here.tokens.patient)).status).toBe(403);
    expect((await follow('nobody')).status).toBe(401);
    expect([nurse.events.length, stranger.events.length]).toEqual([3, 0]);
    nurse.leave();
    stranger.leave();
  });

  it('end with the sign-in that follows them, and with no other', async () => {
    const who = here.users.nurse as { email: string; password: string };
    const token = await house.login(who);
    const leaving = await follow(token);
    const staying = await follow(here.tokens.nurse);
    expect([leaving.status, staying.status]).toEqual([200, 200]);
    const began = performance.now();
    await house.call('POST', '/api/v1/auth/logout', { token, body: {} });
    await until(leaving.ended, 'the end of the line');
    console.log(`a stream ended ${Math.round(performance.now() - began)} ms after its sign-in`);
    expect(staying.ended()).toBe(false);
    staying.leave();
  });

  it('do not pile up for a reader who does not read', async () => {
    const last = (await write(1, 1)).at(-1);
    const count = 20_000;
    await write(1, count, { data: { words: 'x'.repeat(1_000) } });
    const socket = connect(Number(new URL(house.base).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const before = noticeReads;
    socket.pause();
    socket.write(
      `GET /api/v1/events HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer ${here.tokens.nurse}\r\nLast-Event-ID: ${last?.id}\r\nAccept: text/event-stream\r\n\r\n`,
    );
    // It reads on until the line is full, and then no more.
    let stable = 0;
    let seen = -1;
    await until(() => {
      stable = noticeReads > before && noticeReads === seen ? stable + 1 : 0;
      seen = noticeReads;
      return stable > 100;
    }, 'the writer to rest');
    expect(noticeReads - before).toBeLessThan(count / 100 / 2);
    // When they read again, all of it is there.
    let events = 0;
    let rest = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      const parts = (rest + chunk).split('event: notice');
      events += parts.length - 1;
      rest = (parts.at(-1) ?? '').slice(-20);
    });
    socket.resume();
    await until(() => events >= count, `${count} events, and ${events} came`, 60_000);
    socket.destroy();
  }, 90_000);
});
