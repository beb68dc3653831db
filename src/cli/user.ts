import { randomInt } from 'node:crypto';
import { Command, Option } from 'commander';
import { type Desk, openDesk } from '../compose-desk.ts';
import { PLATFORM, type Role, roles } from '../domain/access/caller.ts';
import { loginKeys } from '../domain/access/user.ts';
import { AppError } from '../shared/errors.ts';
import { normalisePhone } from '../shared/phone.ts';
import { configFrom, type Flags, withFlags } from './flags.ts';
import { say } from './say.ts';
import { hospitalOf } from './which-hospital.ts';

const CODE_LIFE_MS = 24 * 3_600_000;

interface NewUser extends Flags {
  readonly role: Role;
  readonly email?: string;
  readonly username?: string;
  readonly phone?: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly language?: string;
  readonly hospital?: string;
  readonly passwordStdin?: true;
}

/** `bedside user add|reset|unlock`: for whoever stands at the box, when nobody can sign in. Each deed is in the audit log. */
export function userCommand(): Command {
  const user = new Command('user').description('People who sign in: add one, reset a password, end a wait; also while the service runs');
  const people = roles.filter((role) => role !== 'guest' && role !== 'machine');

  const add = user
    .command('add')
    .description('Make a user; prints a one-time code, valid for 24 hours, with which they sign in and choose a password')
    .addOption(new Option('--role <role>', people.join(', ')).choices(people).makeOptionMandatory())
    .option('--email <address>', 'at least one of e-mail, username and phone is needed to sign in')
    .option('--username <name>')
    .option('--phone <number>')
    .option('--first-name <name>', 'as people call them', '')
    .option('--last-name <name>', '', '')
    .option('--language <code>', 'their language, such as en or hi')
    .option('--hospital <name or id>', 'which one, where there are several; none for a platform_admin')
    .option('--password-stdin', 'read a password of at least 10 characters from standard input instead of making a code')
    .action((given: NewUser) => atDesk(given, (desk) => addUser(desk, given)));
  withFlags(add, 'home');

  const reset = user
    .command('reset')
    .description('Put a one-time code, valid for 24 hours, in the place of a password, and sign them out everywhere')
    .argument('<login>', 'e-mail, username or phone')
    .option('--second-factor', 'also switch off the code of a phone that was lost')
    .action((login: string, given: Flags & { readonly secondFactor?: true }) =>
      atDesk(given, async (desk) => {
        const { userId, hospitalId } = await find(desk, login);
        if (given.secondFactor) await desk.secondFactors.remove(desk.callerFor(hospitalId), userId);
        const code = oneTimeCode();
        await desk.users.resetPassword(desk.callerFor(hospitalId), userId, code, CODE_LIFE_MS);
        // Somebody who forgot a password has been guessing at it.
        await desk.sessions.unlock(desk.callerFor(hospitalId), userId);
        say.line(`One-time code for ${login}, valid for 24 hours: ${code}`);
        say.line('They sign in with it in the place of the password, and choose a new password.');
      }),
    );
  withFlags(reset, 'home');

  const unlock = user
    .command('unlock')
    .description('Let somebody sign in again at once who must wait after wrong passwords')
    .argument('<login>', 'e-mail, username or phone')
    .action((login: string, given: Flags) =>
      atDesk(given, async (desk) => {
        const { userId, hospitalId } = await find(desk, login);
        await desk.sessions.unlock(desk.callerFor(hospitalId), userId);
        say.line(`${login} may try again at once.`);
      }),
    );
  withFlags(unlock, 'home');
  return user;
}

async function addUser(desk: Desk, given: NewUser): Promise<void> {
  const hospital = given.role === 'platform_admin' ? undefined : await hospitalOf(desk, given.hospital);
  const password = given.passwordStdin ? await readPassword() : undefined;
  const code = password === undefined ? oneTimeCode() : undefined;
  const caller = desk.callerFor(hospital?.id ?? PLATFORM);
  const made = await desk.users.create(caller, {
    role: given.role,
    email: given.email,
    username: given.username,
    phone: given.phone === undefined ? undefined : phoneOf(given.phone, hospital?.country ?? 'IN'),
    firstName: given.firstName || given.username || given.email || given.phone || '',
    lastName: given.lastName,
    language: given.language,
    password,
  });
  if (code) await desk.users.resetPassword(desk.callerFor(made.hospitalId), made.id, code, CODE_LIFE_MS);
  say.line(`Made ${made.role} ${made.email ?? made.username ?? made.phone}${hospital ? ` at ${hospital.name}` : ''}, id ${made.id}.`);
  if (code) {
    say.line(`One-time code, valid for 24 hours: ${code}`);
    say.line('They sign in with it in the place of a password, and choose one.');
  }
}

async function find(desk: Desk, login: string): Promise<{ userId: string; hospitalId: string }> {
  const found = await desk.storage.read(PLATFORM, async (stores) => {
    for (const key of loginKeys(login)) {
      const owner = await stores.access.login(key);
      if (owner) return owner;
    }
    return undefined;
  });
  if (!found) throw new AppError('not-found', 'Nobody signs in as {login} on this box.', { values: { login } });
  return found;
}

function phoneOf(text: string, country: string): string {
  const number = normalisePhone(text, country);
  if (number === undefined) throw new AppError('invalid', '{text} is no phone number.', { values: { text } });
  return number;
}

async function readPassword(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const part of process.stdin) text += part;
  const password = text.replace(/\r?\n[\s\S]*$/, '');
  if (password.length < 10) throw new AppError('invalid', 'The password must have at least 10 characters.');
  return password;
}

/** Twelve letters and digits that are not mistaken for each other, in three groups: 59 bits, for a day, behind the lock-out. */
export function oneTimeCode(): string {
  const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group()].join('-');
}

async function atDesk(given: Flags, work: (desk: Desk) => Promise<void>): Promise<void> {
  const desk = await openDesk(configFrom(given));
  try {
    await work(desk);
  } finally {
    await desk.close();
  }
}
