import type { PageRequest } from '../../shared/page.ts';
import type { Scope } from './caller.ts';
import type { Hospital } from './hospital.ts';
import type { User, UserSecret } from './user.ts';

export interface Session {
  readonly id: string;
  readonly hospitalId: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface RefreshToken {
  readonly tokenHash: string;
  readonly sessionId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt: number | null;
  readonly successorHash: string | null;
}

export interface ApiKey {
  readonly id: string;
  readonly hospitalId: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly prefix: string;
  readonly keyHash: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

export interface HospitalRole {
  readonly id: string;
  readonly roleName: string;
  readonly parentId: string | null;
  readonly createdAt: number;
}

export interface LoginWait {
  readonly failures: number;
  readonly lastFailedAt: number;
  readonly waitUntil: number;
}

export interface AccessStore {
  readonly hospitalId: string;

  // The box: hospitals, logins, what was tried in vain.
  setting(key: string): Promise<string | undefined>;
  putSetting(key: string, value: string): Promise<void>;
  hospitals(page: PageRequest): Promise<readonly Hospital[]>;
  hospital(id: string): Promise<Hospital | undefined>;
  hospitalNamed(name: string): Promise<Hospital | undefined>;
  insertHospital(hospital: Hospital): Promise<void>;
  updateHospital(hospital: Hospital): Promise<void>;
  /** Every row of the hospital that this unit of work is for, its audit chain included. Only for what was never anybody's. */
  eraseHospital(): Promise<void>;
  /** True while nobody can sign in. */
  isEmpty(): Promise<boolean>;
  login(key: string): Promise<{ userId: string; hospitalId: string } | undefined>;
  insertLogin(key: string, userId: string): Promise<void>;
  deleteLogins(userId: string): Promise<void>;
  loginWait(subject: string): Promise<LoginWait | undefined>;
  putLoginWait(subject: string, wait: LoginWait): Promise<void>;
  deleteLoginWait(subject: string): Promise<void>;
  /** Those whose subject ends with this user: of their devices, and of changing their password. */
  deleteLoginWaitsOf(userId: string): Promise<void>;
  isKnownDevice(deviceHash: string, userId: string): Promise<boolean>;
  putKnownDevice(deviceHash: string, userId: string, seenAt: number): Promise<void>;

  // Users of the hospital.
  users(page: PageRequest): Promise<readonly User[]>;
  user(id: string): Promise<User | undefined>;
  userSecret(id: string): Promise<UserSecret | undefined>;
  insertUser(user: User, passwordHash: string | null): Promise<void>;
  updateUser(user: User): Promise<void>;
  /** Leaves of a user their id, their role, and that they were once here. */
  eraseUser(userId: string, at: number): Promise<void>;
  setPassword(userId: string, passwordHash: string, expiresAt: number | null): Promise<void>;

  // Sign-ins.
  session(id: string): Promise<Session | undefined>;
  insertSession(session: Session): Promise<void>;
  revokeSession(id: string, at: number): Promise<void>;
  /** Resolves to the ids that were revoked; `except` lives on. */
  revokeSessionsOf(userId: string, at: number, except?: string): Promise<readonly string[]>;
  refreshToken(tokenHash: string): Promise<RefreshToken | undefined>;
  insertRefreshToken(token: RefreshToken): Promise<void>;
  useRefreshToken(tokenHash: string, usedAt: number, successorHash: string): Promise<void>;

  // Machines.
  apiKeys(page: PageRequest): Promise<readonly ApiKey[]>;
  apiKey(id: string): Promise<ApiKey | undefined>;
  apiKeyByHash(keyHash: string): Promise<ApiKey | undefined>;
  insertApiKey(key: ApiKey): Promise<void>;
  revokeApiKey(id: string, at: number): Promise<void>;

  // The role tree: labels, which carry no rights.
  hospitalRoles(): Promise<readonly HospitalRole[]>;
  insertHospitalRole(role: HospitalRole): Promise<void>;
  updateHospitalRole(role: HospitalRole): Promise<void>;
  deleteHospitalRole(id: string): Promise<void>;
  hospitalRoleHolders(): Promise<readonly { roleId: string; userId: string; firstName: string; lastName: string }[]>;
  setHospitalRoles(userId: string, roleIds: readonly string[]): Promise<void>;
}
