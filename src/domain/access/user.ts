import type { Role } from './caller.ts';

/** Someone who can sign in. Guests and machines have no user. */
export interface User {
  readonly id: string;
  readonly hospitalId: string;
  readonly role: Role;
  readonly email: string | null;
  readonly username: string | null;
  readonly phone: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly gender: string | null;
  readonly dob: string | null;
  readonly address: string | null;
  readonly language: string | null;
  readonly active: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A user with what only signing in may read. */
export interface UserSecret {
  readonly user: User;
  readonly passwordHash: string | null;
  /** A one-time code in a password's place ends then; null for a password of the user's own. */
  readonly passwordExpiresAt: number | null;
}

export type LoginKind = 'email' | 'username' | 'phone';

/** Pure: the form under which a login is unique on the box, whatever its case or spacing. */
export function loginKey(kind: LoginKind, value: string): string {
  return `${kind}:${kind === 'phone' ? value.replace(/[^\d+]/g, '') : value.trim().toLowerCase()}`;
}

/** Pure: the forms that what a person typed may stand for, likeliest first. */
export function loginKeys(typed: string): string[] {
  const text = typed.trim();
  if (text.includes('@')) return [loginKey('email', text)];
  const keys = [loginKey('username', text)];
  if (/^[+\d][\d\s().-]{5,}$/.test(text)) keys.unshift(loginKey('phone', text));
  return keys;
}
