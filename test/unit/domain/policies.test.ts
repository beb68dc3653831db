import { describe, expect, it } from 'vitest';
import { type Caller, roles, scopes } from '../../../src/domain/access/caller.ts';
import {
  type Action,
  authorize,
  authorizeOwn,
  noSuch,
  type Policy,
  policies,
  requireHospital,
} from '../../../src/domain/access/policies.ts';
import type { AppError } from '../../../src/shared/errors.ts';

const caller = (more: Partial<Caller>): Caller => ({
  userId: 'u',
  hospitalId: 'h',
  role: 'nurse',
  via: 'http',
  requestId: 'r',
  signal: new AbortController().signal,
  ...more,
});
const failure = (work: () => unknown): Pick<AppError, 'code' | 'details'> | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error as AppError;
  }
};
const all = Object.entries(policies) as [Action, Policy][];
const people = roles.filter((role) => role !== 'machine');

describe('policies', () => {
  it('name only roles, grants and scopes that there are', () => {
    for (const [action, policy] of all)
      for (const [who, grant] of Object.entries(policy)) {
        if (who === 'scope') expect(scopes, action).toContain(grant);
        else {
          expect(people, action).toContain(who);
          expect(['yes', 'own', 'break-glass'], action).toContain(grant);
        }
      }
  });

  it('give every action to somebody', () => {
    for (const [action, policy] of all)
      expect(
        people.some((role) => policy[role]),
        action,
      ).toBe(true);
  });

  it('let only administrators break glass: who has no right of their own gets none by a reason', () => {
    for (const [action, policy] of all)
      for (const role of people.filter((one) => one !== 'platform_admin' && one !== 'hospital_admin'))
        expect(policy[role], action).not.toBe('break-glass');
  });

  it('keep the people of a hospital from who looks after the box, unless there is a reason', () => {
    for (const [action, policy] of all.filter(([name]) => name.startsWith('patients.')))
      expect(policy.platform_admin, action).toBe('break-glass');
  });

  it('leave users, keys, settings, the log and the box itself to administrators, and to no machine', () => {
    const theirs = all.filter(([action]) => /^(users|api-keys|hospitals|hospital-roles|audit|system)\./.test(action));
    expect(theirs.length).toBeGreaterThan(9);
    for (const [action, policy] of theirs) {
      expect(policy.scope, action).toBeUndefined();
      for (const role of ['doctor', 'nurse', 'receptionist', 'trainee', 'patient', 'guest'] as const)
        expect(policy[role], action).toBeUndefined();
    }
  });

  it('give a trainee, a patient and a guest nothing of other people', () => {
    for (const [action, policy] of all.filter(([name]) => /^(patients|access-log|jobs|events|reports\.read)/.test(name))) {
      expect(policy.trainee, action).toBeUndefined();
      expect(policy.guest, action).toBeUndefined();
      expect([undefined, 'own'], action).toContain(policy.patient);
    }
  });
});

describe('authorize', () => {
  it('refuses whoever has no grant, and says so in a sentence', () => {
    expect(failure(() => authorize(caller({ role: 'trainee' }), 'patients.read'))).toMatchObject({ code: 'forbidden' });
    expect(failure(() => authorize(caller({ role: 'guest' }), 'users.write'))).toMatchObject({ code: 'forbidden' });
    // A reason opens nothing that was not to be opened by one.
    expect(failure(() => authorize(caller({ role: 'trainee', accessReason: 'A very good reason' }), 'patients.read'))).toMatchObject({
      code: 'forbidden',
    });
  });

  it('asks for a reason of 10 to 500 characters, and counts no spaces around it', () => {
    const look = (accessReason?: string) =>
      failure(() =>
        authorize(caller({ role: 'platform_admin', ...(accessReason === undefined ? {} : { accessReason }) }), 'patients.read'),
      );
    for (const none of [undefined, '', '   '])
      expect(look(none)).toMatchObject({ code: 'forbidden', details: { reason: 'REASON_REQUIRED' } });
    for (const odd of ['123456789', ' 123456789 ', 'x'.repeat(501)])
      expect(look(odd)).toMatchObject({ code: 'invalid', details: { fields: [{ path: 'X-Access-Reason' }] } });
    for (const good of ['1234567890', 'x'.repeat(500), 'मरीज़ की शिकायत की जाँच']) expect(look(good)).toBeUndefined();
  });

  it('opens to a machine what its scopes name, and all of that to scope all', () => {
    const key = (...named: (typeof scopes)[number][]) => caller({ role: 'machine', scopes: named });
    expect(authorize(key('bookings'), 'patients.read')).toBe('yes');
    expect(authorize(key('all'), 'patients.read')).toBe('yes');
    expect(failure(() => authorize(key('chat', 'audio'), 'patients.read'))).toMatchObject({ code: 'forbidden' });
    expect(failure(() => authorize(key(), 'self.read'))).toMatchObject({ code: 'forbidden' });
    for (const [action, policy] of all.filter(([, one]) => one.scope === undefined))
      expect(
        failure(() => authorize(key(...scopes), action)),
        `${action} ${JSON.stringify(policy)}`,
      ).toMatchObject({ code: 'forbidden' });
  });

  it('hides what is not the own from who may see only that', () => {
    const patient = caller({ role: 'patient', patientId: 'p1' });
    expect(authorizeOwn(patient, 'patients.read', { patientId: 'p1' })).toBe('own');
    for (const thing of [{ patientId: 'p2' }, { patientId: null }, {}, { userId: null }])
      expect(
        failure(() => authorizeOwn(patient, 'patients.read', thing)),
        JSON.stringify(thing),
      ).toMatchObject({ code: 'not-found' });
    // Whoever has no record of their own owns none that nobody is named in.
    expect(failure(() => authorizeOwn(caller({ role: 'patient' }), 'patients.read', { patientId: null }))).toMatchObject({
      code: 'not-found',
    });
    expect(authorizeOwn(caller({ role: 'doctor' }), 'jobs.read', { userId: 'u' })).toBe('own');
    expect(failure(() => authorizeOwn(caller({ role: 'doctor' }), 'jobs.read', { userId: 'v' }))).toMatchObject({ code: 'not-found' });
    expect(authorizeOwn(caller({ role: 'hospital_admin' }), 'jobs.read', { userId: 'v' })).toBe('yes');
  });

  it('names the hospital that is missing, and the reference that leads nowhere', () => {
    expect(failure(() => requireHospital(caller({ hospitalId: 'platform' })))).toMatchObject({
      code: 'invalid',
      details: { fields: [{ path: 'hospital_id' }] },
    });
    expect(failure(() => requireHospital(caller({})))).toBeUndefined();
    expect(noSuch('guardian_id')).toMatchObject({
      code: 'conflict',
      details: { reason: 'DATA_INTEGRITY_ERROR', context: { field: 'guardian_id' } },
    });
  });
});
