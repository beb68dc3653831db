import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Storage, Stores } from '../storage.ts';
import type { HospitalRole } from './access-store.ts';
import { type Caller, PLATFORM } from './caller.ts';
import { type Hospital, type HospitalSettingsChange, ringsAt, withSettings } from './hospital.ts';
import { transactOnce } from './once.ts';
import { authorize, noSuch, notFound } from './policies.ts';

/** The hospitals of the box, their settings, and the tree of job titles, which are labels and carry no rights. */
export interface Hospitals {
  create(caller: Caller, input: HospitalInput): Promise<Hospital>;
  list(caller: Caller, page: PageRequest): Promise<Page<Hospital>>;
  read(caller: Caller, id: string): Promise<Hospital>;
  change(caller: Caller, id: string, change: HospitalChange): Promise<Hospital>;
  roles(caller: Caller, hospitalId: string): Promise<readonly RoleWithHolders[]>;
  createRole(
    caller: Caller,
    hospitalId: string,
    input: { roleName: string; parentHospitalRoleId?: string | null | undefined },
  ): Promise<HospitalRole>;
  changeRole(
    caller: Caller,
    hospitalId: string,
    roleId: string,
    change: { roleName?: string | undefined; parentHospitalRoleId?: string | null | undefined },
  ): Promise<HospitalRole>;
  deleteRole(caller: Caller, hospitalId: string, roleId: string): Promise<void>;
}

export interface HospitalInput {
  readonly hospitalName: string;
  readonly hospitalEmail?: string | null | undefined;
  readonly adminContact?: string | null | undefined;
  readonly settings?: HospitalSettingsChange | undefined;
}
export type HospitalChange = { readonly [K in keyof HospitalInput]?: HospitalInput[K] | undefined };

export interface RoleWithHolders extends HospitalRole {
  readonly holders: readonly { userId: string; firstName: string; lastName: string }[];
}

export function makeHospitals({ storage, clock }: { storage: Storage; clock: Clock }): Hospitals {
  const now = () => clock.now().getTime();

  /** A hospital admin has one hospital; a platform admin has all of them. */
  function scopeOf(caller: Caller, id: string): Caller {
    if (caller.role !== 'platform_admin' && caller.hospitalId !== id) throw notFound();
    return caller.hospitalId === id ? caller : { ...caller, hospitalId: id };
  }

  async function found(stores: Stores, id: string): Promise<Hospital> {
    const hospital = id === PLATFORM ? undefined : await stores.access.hospital(id);
    if (!hospital) throw notFound();
    return hospital;
  }

  async function refuseTakenName(stores: Stores, name: string, own?: string): Promise<void> {
    const other = await stores.access.hospitalNamed(name);
    if (other && other.id !== own)
      throw new AppError('conflict', 'There is already a hospital with this name.', {
        reason: 'CONFLICT',
        context: { field: 'hospital_name' },
      });
  }

  /** Which number rings where is a matter of the box: no hospital takes the calls of another one. */
  async function refuseForeignNumbers(stores: Stores, caller: Caller, after: Hospital, before: readonly string[]): Promise<void> {
    const fresh = after.settings.telephone.numbers.filter((number) => !before.includes(number));
    if (fresh.length === 0) return;
    if (caller.role !== 'platform_admin')
      throw new AppError('forbidden', 'Which telephone numbers ring at a hospital is set by the administrator of the box.');
    for (let cursor: string | undefined; ; ) {
      const page = await stores.access.hospitals({ after: cursor, limit: 100 });
      if (page.some((other) => other.id !== after.id && fresh.some((number) => ringsAt(other, number))))
        throw new AppError('conflict', 'One of these telephone numbers rings at another hospital already.', {
          reason: 'CONFLICT',
          context: { field: 'settings.telephone.numbers' },
        });
      cursor = page.at(-1)?.id;
      if (page.length < 100) return;
    }
  }

  return {
    async create(caller, input) {
      authorize(caller, 'hospitals.create');
      const at = now();
      const hospital: Hospital = {
        id: newId(at),
        name: input.hospitalName,
        email: input.hospitalEmail ?? null,
        adminContact: input.adminContact ?? null,
        settings: withSettings(input.settings),
        createdAt: at,
        updatedAt: at,
      };
      return transactOnce(storage, caller, hospital.id, at, (stores) => insertHospital(stores, caller, hospital));
    },

    async list(caller, page) {
      authorize(caller, 'hospitals.read');
      if (caller.role !== 'platform_admin') {
        const own = await storage.read(caller.hospitalId, (stores) => stores.access.hospital(caller.hospitalId));
        return { items: own ? [own] : [], next: null };
      }
      const rows = await storage.read(PLATFORM, (stores) => stores.access.hospitals({ ...page, limit: page.limit + 1 }));
      return pageOf(rows, page.limit, (hospital) => hospital.id);
    },

    async read(caller, id) {
      authorize(caller, 'hospitals.read');
      scopeOf(caller, id);
      return storage.read(id, (stores) => found(stores, id));
    },

    async change(caller, id, change) {
      authorize(caller, 'hospitals.change');
      const scoped = scopeOf(caller, id);
      return storage.transact(id, async (stores) => {
        const before = await found(stores, id);
        if (change.hospitalName !== undefined) await refuseTakenName(stores, change.hospitalName, id);
        const after: Hospital = {
          ...before,
          name: change.hospitalName ?? before.name,
          email: change.hospitalEmail === undefined ? before.email : change.hospitalEmail,
          adminContact: change.adminContact === undefined ? before.adminContact : change.adminContact,
          settings: withSettings(change.settings, before.settings),
          updatedAt: now(),
        };
        await refuseForeignNumbers(stores, caller, after, before.settings.telephone.numbers);
        await stores.access.updateHospital(after);
        await appendAudit(stores, scoped, now(), {
          eventType: 'hospital.changed',
          action: 'U',
          entityType: 'hospital',
          entityId: id,
          payload: { old: { ...before }, new: { ...after } },
        });
        return after;
      });
    },

    async roles(caller, hospitalId) {
      authorize(caller, 'hospital-roles.read');
      scopeOf(caller, hospitalId);
      return storage.read(hospitalId, async (stores) => {
        await found(stores, hospitalId);
        const holders = await stores.access.hospitalRoleHolders();
        const roles = await stores.access.hospitalRoles();
        return roles.map((role) => ({
          ...role,
          holders: holders.filter((holder) => holder.roleId === role.id).map(({ roleId: _, ...who }) => who),
        }));
      });
    },

    async createRole(caller, hospitalId, { roleName, parentHospitalRoleId }) {
      authorize(caller, 'hospital-roles.write');
      const scoped = scopeOf(caller, hospitalId);
      return transactOnce(storage, scoped, hospitalId, now(), async (stores) => {
        await found(stores, hospitalId);
        const parentId = parentHospitalRoleId ?? null;
        const roles = await stores.access.hospitalRoles();
        if (parentId !== null && !roles.some((role) => role.id === parentId)) throw noSuch('parent_hospital_role_id');
        const role: HospitalRole = { id: newId(now()), roleName, parentId, createdAt: now() };
        await stores.access.insertHospitalRole(role);
        await appendAudit(stores, scoped, now(), {
          eventType: 'hospital_role.created',
          action: 'C',
          entityType: 'hospital_role',
          entityId: role.id,
          payload: { new: { roleName, parentId } },
        });
        return role;
      });
    },

    async changeRole(caller, hospitalId, roleId, change) {
      authorize(caller, 'hospital-roles.write');
      const scoped = scopeOf(caller, hospitalId);
      return storage.transact(hospitalId, async (stores) => {
        await found(stores, hospitalId);
        const roles = await stores.access.hospitalRoles();
        const before = roles.find((role) => role.id === roleId);
        if (!before) throw notFound();
        const parentId = change.parentHospitalRoleId === undefined ? before.parentId : change.parentHospitalRoleId;
        if (parentId !== null && !roles.some((role) => role.id === parentId)) throw noSuch('parent_hospital_role_id');
        if (parentId !== null && isBelow(roles, parentId, roleId))
          throw new AppError('conflict', 'A job title cannot stand under itself.', {
            reason: 'CONFLICT',
            context: { field: 'parent_hospital_role_id' },
          });
        const after: HospitalRole = { ...before, roleName: change.roleName ?? before.roleName, parentId };
        await stores.access.updateHospitalRole(after);
        await appendAudit(stores, scoped, now(), {
          eventType: 'hospital_role.changed',
          action: 'U',
          entityType: 'hospital_role',
          entityId: roleId,
          payload: { old: { ...before }, new: { ...after } },
        });
        return after;
      });
    },

    async deleteRole(caller, hospitalId, roleId) {
      authorize(caller, 'hospital-roles.write');
      const scoped = scopeOf(caller, hospitalId);
      await storage.transact(hospitalId, async (stores) => {
        await found(stores, hospitalId);
        const roles = await stores.access.hospitalRoles();
        const role = roles.find((one) => one.id === roleId);
        if (!role) throw notFound();
        if (roles.some((one) => one.parentId === roleId))
          throw new AppError('conflict', 'Other job titles stand under this one. Move or remove them first.', { reason: 'CONFLICT' });
        if ((await stores.access.hospitalRoleHolders()).some((holder) => holder.roleId === roleId))
          throw new AppError('conflict', 'Somebody still holds this job title. Take it from them first.', { reason: 'CONFLICT' });
        await stores.access.deleteHospitalRole(roleId);
        await appendAudit(stores, scoped, now(), {
          eventType: 'hospital_role.deleted',
          action: 'D',
          entityType: 'hospital_role',
          entityId: roleId,
          payload: { old: { ...role } },
        });
      });
    },
  };

  async function insertHospital(stores: Stores, caller: Caller, hospital: Hospital): Promise<Hospital> {
    await refuseTakenName(stores, hospital.name);
    await refuseForeignNumbers(stores, caller, hospital, []);
    await stores.access.insertHospital(hospital);
    await appendAudit(stores, { ...caller, hospitalId: hospital.id }, now(), {
      eventType: 'hospital.created',
      action: 'C',
      entityType: 'hospital',
      entityId: hospital.id,
      payload: { new: { ...hospital } },
    });
    return hospital;
  }
}

/** Pure: does `id` stand at or below `top` in the tree? */
export function isBelow(roles: readonly HospitalRole[], id: string, top: string): boolean {
  const parents = new Map(roles.map((role) => [role.id, role.parentId]));
  for (let at: string | null = id, steps = 0; at !== null && steps <= roles.length; at = parents.get(at) ?? null, steps++)
    if (at === top) return true;
  return false;
}
