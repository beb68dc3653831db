import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLATFORM } from '../../src/domain/access/caller.ts';
import { appendAudit } from '../../src/domain/audit/audit-log.ts';
import { enqueue } from '../../src/domain/jobs/jobs.ts';
import { writeNotice } from '../../src/domain/notices/notices.ts';
import type { Appointment } from '../../src/domain/scheduling/appointment.ts';
import type { Storage, Stores } from '../../src/domain/storage.ts';
import { AppError } from '../../src/shared/errors.ts';
import { newId } from '../../src/shared/ids.ts';
import { callerOf } from '../kit/storage.ts';

/** A storage with an up-to-date schema and nothing in it. */
export interface StorageSubject {
  readonly open: (options: { strictUnits: boolean }) => Promise<{ storage: Storage; close(): Promise<void> }>;
}

const A = 'hospital-a';
const B = 'hospital-b';
const NOW = Date.UTC(2026, 10, 20, 9);

const notice = (stores: Stores, hospitalId: string, n: number) =>
  writeNotice(stores, { hospitalId, type: 'notice', data: { n }, audience: ['nurse'], createdAt: NOW });
const numbers = async (storage: Storage, hospitalId: string, after = '') =>
  (await storage.read(hospitalId, (stores) => stores.notices.since(after, 10_000))).map(({ data }) => data.n);

export function storageContract(name: string, subject: StorageSubject): void {
  describe(`a storage: ${name}`, () => {
    let storage: Storage;
    let close: () => Promise<void>;
    beforeAll(async () => {
      ({ storage, close } = await subject.open({ strictUnits: false }));
    });
    afterAll(() => close());

    test('keeps all of a unit of work, in every table it touched', async () => {
      const { id, job } = await storage.transact('whole', async (stores) => ({
        id: (await notice(stores, 'whole', 1)).id,
        job: await enqueue(stores, callerOf('whole'), NOW, 'work', { of: 1 }),
      }));
      await storage.read('whole', async (stores) => {
        expect(await stores.notices.find(id)).toMatchObject({ id, data: { n: 1 } });
        expect(await stores.jobs.find(job.id)).toEqual(job);
      });
    });

    test('refuses the second of two appointments that overlap, and all that was to be written with it', async () => {
      const insert = (stores: Stores, minute: number, more: object = {}) =>
        stores.appointments.insert({ ...appointment(minute), id: newId(), ...more });
      await storage.transact('booked', (stores) => insert(stores, 0));
      for (const minute of [-29, -1, 0, 1, 29, 34]) {
        let noticeId = '';
        const unit = storage.transact('booked', async (stores) => {
          noticeId = (await notice(stores, 'booked', minute)).id;
          await insert(stores, minute);
        });
        await expect(unit, `${minute} minutes later`).rejects.toMatchObject({ code: 'conflict', details: { reason: 'SLOT_TAKEN' } });
        await storage.read('booked', async (stores) => expect(await stores.notices.find(noticeId)).toBeUndefined());
      }
      await storage.transact('booked', async (stores) => {
        await insert(stores, 35); // five minutes are kept free behind the first
        await insert(stores, -35);
        await insert(stores, 0, { status: 'cancelled' });
        await insert(stores, 0, { doctorId: 'another' });
      });
      await storage.transact('elsewhere', (stores) => insert(stores, 0));
    });

    test('refuses an appointment that is moved, or comes back, onto another', async () => {
      const [first, second, gone] = [appointment(0), { ...appointment(60), id: 'second' }, { ...appointment(0), id: 'gone' }];
      await storage.transact('moved', async (stores) => {
        for (const one of [first, second, { ...gone, status: 'cancelled' as const }]) await stores.appointments.insert(one);
      });
      for (const wrong of [{ ...second, ...times(10) }, { ...second, ...times(-34) }, gone])
        await expect(storage.transact('moved', (stores) => stores.appointments.update(wrong))).rejects.toMatchObject({
          details: { reason: 'SLOT_TAKEN' },
        });
      await storage.transact('moved', async (stores) => {
        await stores.appointments.update({ ...first, ...times(10) }); // into its own time
        await stores.appointments.update({ ...second, ...times(45) });
      });
    });

    test('keeps nothing of one that threw, and passes on what it threw', async () => {
      const thrown = new AppError('refused', 'Not like this.');
      let id = '';
      let jobId = '';
      const unit = storage.transact(A, async (stores) => {
        id = (await notice(stores, A, 99)).id;
        jobId = (await enqueue(stores, callerOf(A), NOW, 'work', {})).id;
        expect(await stores.notices.find(id)).toBeDefined(); // seen from within
        throw thrown;
      });
      await expect(unit).rejects.toBe(thrown);
      await storage.read(A, async (stores) => {
        expect(await stores.notices.find(id)).toBeUndefined();
        expect(await stores.jobs.find(jobId)).toBeUndefined();
      });
      await expect(storage.transact(A, async () => Promise.reject(new TypeError('a bug')))).rejects.toThrow(TypeError);
      // The next one finds no trace of it.
      await storage.transact(A, (stores) => notice(stores, A, 100));
      expect(await numbers(storage, A)).toEqual([100]);
    });

    test('hides what is not committed from everybody else', async () => {
      const h = 'hidden';
      let seenMeanwhile: unknown = 'nothing was read';
      await storage.transact(h, async (stores) => {
        const { id } = await notice(stores, h, 1);
        seenMeanwhile = await storage.read(h, (others) => others.notices.find(id));
      });
      expect(seenMeanwhile).toBeUndefined();
      expect(await numbers(storage, h)).toEqual([1]);
    });

    test('shows one reader one state, whatever is committed while they read', async () => {
      const h = 'steady';
      const [before, after] = await storage.read(h, async (stores) => {
        const first = await stores.notices.since('', 10);
        await storage.transact(h, (others) => notice(others, h, 1));
        return [first, await stores.notices.since('', 10)];
      });
      expect(before).toEqual([]);
      expect(after).toEqual([]);
      expect(await numbers(storage, h)).toEqual([1]);
    });

    test('carries out units of work as if one after the other', async () => {
      const count = async (stores: Stores) => Number((await stores.access.setting('counter')) ?? 0);
      await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          storage.transact(i % 2 ? A : B, async (stores) => {
            const before = await count(stores);
            await stores.access.hospital('nobody'); // something else in between
            await stores.access.putSetting('counter', String(before + 1));
          }),
        ),
      );
      expect(await storage.read(PLATFORM, count)).toBe(200);
    });

    test('says “conflict” for what exists already, without a word of SQL', async () => {
      const h = 'twice';
      const written = await storage.transact(h, (stores) => notice(stores, h, 1));
      const again = await storage.transact(h, (stores) => stores.notices.insert(written)).catch((error: unknown) => error);
      expect(again).toBeInstanceOf(AppError);
      expect(again).toMatchObject({ code: 'conflict', details: { reason: 'CONFLICT' } });
      expect((again as AppError).message).not.toMatch(/sqlite|unique|constraint|notices/i);
      expect(await numbers(storage, h)).toEqual([1]);
    });

    test('gives ids that sort in the order of their commits, however late a unit of work got its turn', async () => {
      const h = 'ordered';
      const committed: number[] = [];
      await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          storage.transact(h, async (stores) => {
            // Each was asked for at another time, the last one first.
            await writeNotice(stores, { hospitalId: h, type: 'notice', data: { n }, audience: [], createdAt: NOW + 1_000 - n });
            committed.push(n);
          }),
        ),
      );
      expect(await numbers(storage, h)).toEqual(committed);
    });

    test('finds what was done to a thing, newest first, also where the thing is the patient', async () => {
      const h = 'looked into';
      const done = [
        ['patient.read', 'p', 'p'],
        ['note.read', 'n', 'p'],
        ['patient.read', 'q', 'q'],
        ['user.read', 'p', null],
        ['note.read', 'n', 'q'],
        ['patients.listed', null, null],
        ['patient.read', 'p', 'p'],
      ] as const;
      for (const [eventType, entityId, patientId] of done)
        await storage.transact(h, (stores) =>
          appendAudit(stores, callerOf(h), NOW, { eventType, action: 'R', entityType: 'thing', entityId, patientId }),
        );
      const seqs = (entityId: string, page: { before?: number; limit: number }) =>
        storage.read(h, async (stores) => (await stores.audit.list({ entityId }, page)).map(({ entry }) => entry.seq));
      expect(await seqs('p', { limit: 10 })).toEqual([7, 4, 1]);
      expect(await seqs('p', { limit: 2 })).toEqual([7, 4]);
      expect(await seqs('p', { before: 7, limit: 1 })).toEqual([4]);
      expect(await seqs('n', { limit: 10 })).toEqual([5, 2]);
      expect(await seqs('q', { limit: 10 })).toEqual([3]);
      expect(await seqs('nothing', { limit: 10 })).toEqual([]);
    });

    test('never shows or changes a thing of another hospital', async () => {
      const theirs = await storage.transact(B, async (stores) => {
        await stores.practice.insertDepartment({ id: newId(NOW), name: 'Theirs', createdAt: NOW });
        const caller = callerOf(B);
        await stores.patients.insert(patient(newId(NOW)));
        return { notice: await notice(stores, B, 7), job: await enqueue(stores, caller, NOW, 'work', {}) };
      });
      await storage.transact(A, async (stores) => {
        expect(await stores.notices.find(theirs.notice.id)).toBeUndefined();
        expect(await stores.jobs.find(theirs.job.id)).toBeUndefined();
        expect((await stores.notices.since('', 1_000)).map((one) => one.hospitalId)).not.toContain(B);
        expect(await stores.jobs.list({ limit: 1_000 })).toEqual([]);
        expect(await stores.practice.departments({ limit: 10 })).toEqual([]);
        expect(await stores.practice.departmentNamed('Theirs')).toBeUndefined();
        expect(await stores.patients.list({ limit: 10 })).toEqual([]);
        expect(await stores.patients.byPhone('+919876543210')).toEqual([]);
        await stores.notices.acknowledge(theirs.notice.id, 'a stranger', NOW);
        await stores.jobs.update(theirs.job.id, { status: 'cancelled' });
      });
      await storage.read(B, async (stores) => {
        expect(await stores.notices.find(theirs.notice.id)).toEqual(theirs.notice);
        expect(await stores.jobs.find(theirs.job.id)).toEqual(theirs.job);
        expect(await stores.patients.list({ limit: 10 })).toHaveLength(1);
      });
    });

    test('knows whether a unit of work did anything but its stores, where it is told to look', async () => {
      const strict = await subject.open({ strictUnits: true });
      const waits: readonly (() => Promise<unknown>)[] = [
        () => new Promise((resolve) => setTimeout(resolve, 1)),
        () => new Promise((resolve) => setImmediate(resolve)),
        () => import('node:fs/promises').then(({ stat }) => stat('.')),
      ];
      try {
        for (const wait of waits) {
          const unit = strict.storage.transact(A, async (stores) => {
            await notice(stores, A, 1);
            await wait();
          });
          await expect(unit).rejects.toMatchObject({ code: 'internal' });
          await expect(strict.storage.read(A, wait)).rejects.toMatchObject({ code: 'internal' });
        }
        expect(await numbers(strict.storage, A)).toEqual([]);
        await strict.storage.transact(A, async (stores) => {
          for (let n = 0; n < 50; n++) await notice(stores, A, n);
        });
        expect(await numbers(strict.storage, A)).toHaveLength(50);
      } finally {
        await strict.close();
      }
    });
  });
}

const times = (minute: number) => {
  const startsAt = NOW + minute * 60_000;
  return { startsAt, endsAt: startsAt + 30 * 60_000, busyUntil: startsAt + 35 * 60_000 };
};
function appointment(minute: number): Appointment {
  return {
    ...{ id: 'first', doctorId: 'doctor', patientId: 'patient', status: 'booked', ...times(minute), timeZone: 'UTC' },
    ...{ bookingCode: '0000', email: null, notes: null, sequence: 0, holdHash: null, holdUntil: null },
    ...{ madeBy: 'somebody', createdAt: NOW, updatedAt: NOW },
  };
}

function patient(id: string): Parameters<Stores['patients']['insert']>[0] {
  const nothing = { email: null, dob: null, birthYear: null, gender: null, language: null, guardianId: null, localNumber: null };
  const unsaid = { abhaNumber: null, address: null, preferredDoctorId: null, allergies: null, medications: null, needs: null, notes: null };
  return {
    ...nothing,
    ...unsaid,
    id,
    firstName: 'Asha',
    lastName: 'Rao',
    userId: null,
    phones: [{ number: '+919876543210', whose: null }],
    createdAt: NOW,
    updatedAt: NOW,
  };
}
