import { createHmac } from 'node:crypto';
import { Command } from 'commander';
import { composeDemo, type DemoRooms } from '../compose-demo.ts';
import { makeHome, openDesk } from '../compose-desk.ts';
import { PLATFORM } from '../domain/access/caller.ts';
import { systemClock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { clinics } from './demo/clinics.ts';
import { liveThrough, makeStoryClock, type SignInSheet } from './demo/live.ts';
import { planClinic } from './demo/plan.ts';
import { configFrom, type Flags, withFlags } from './flags.ts';
import { HOW_TO_SEE } from './key-sheet.ts';
import { say } from './say.ts';

interface SeedFlags extends Flags {
  readonly demo?: true;
  readonly reset?: true;
  readonly besideRealData?: true;
}

const SEED = 20_261_120;

/** `bedside seed --demo`: a made-up week in two made-up hospitals, the same each time, to try things on. */
export function seedCommand(): Command {
  const command = new Command('seed')
    .description('Fill a box with two made-up hospitals to try things on; prints who signs in; also while the service runs')
    .option(
      '--demo',
      'two hospitals, staff of every role, 50 patients, a week of written conversations and the appointments to come; nobody of them exists',
    )
    .option('--reset', 'with --demo: remove what an earlier seed made; with nothing else')
    .option('--beside-real-data', 'with --demo: also on a box that has patients of its own')
    .addHelpText('after', '\nDocuments and notes are not among it yet.')
    .action(async (given: SeedFlags) => {
      if (!given.demo) throw new AppError('invalid', 'Say what to fill this box with: `bedside seed --demo`.');
      const config = configFrom(given);
      if (!given.reset) await makeHome(config, say.loud);
      const desk = await openDesk(config);
      try {
        await (given.reset ? reset : seed)(desk, given);
      } finally {
        await desk.close();
      }
      if (!given.reset) say.hint(`The recovery sheet of this box, if you have not seen it: ${HOW_TO_SEE}`);
    });
  return withFlags(command, 'home', 'keyFile');
}

type Desk = Awaited<ReturnType<typeof openDesk>>;

async function reset(desk: Desk): Promise<void> {
  const { demo } = await composeDemo(desk, systemClock);
  const { hospitals } = await demo.remove(desk.callerFor(PLATFORM));
  say.line(
    hospitals.length === 0
      ? 'There is nothing here that a seed made.'
      : `Removed ${hospitals.length} made-up hospitals with all that was in them.`,
  );
}

async function seed(desk: Desk, { besideRealData }: SeedFlags): Promise<void> {
  const clock = makeStoryClock(systemClock);
  const nowMs = clock.now().getTime();
  const rooms = await composeDemo(desk, clock);
  const box = desk.callerFor(PLATFORM);
  if ((await rooms.demo.marked(box)).hospitals.length > 0)
    throw new AppError('conflict', 'The made-up hospitals are here already. `bedside seed --demo --reset` removes them.');
  if (!besideRealData && (await rooms.demo.hasRealData(box)))
    throw new AppError(
      'conflict',
      'This box has patients of its own, and made-up ones would stand beside them. If that is meant: `bedside seed --demo --beside-real-data`.',
    );
  const password = passwordOf(rooms.secret);
  const root = await makeRoot(desk, rooms, password);
  const sheets: SignInSheet[] = [];
  for (const [index, clinic] of clinics.entries()) {
    say.hint(`Living a week at ${clinic.hospital.hospitalName} …`);
    sheets.push(await liveThrough(rooms, planClinic(clinic, SEED + index), { clock, nowMs, password }));
  }
  if (root !== undefined) say.line(`platform_admin   ${root}`);
  for (const { hospital, people } of sheets) {
    say.line(`\n${hospital}`);
    for (const { role, login, name } of people) say.line(`  ${role.padEnd(15)}  ${login.padEnd(30)}  ${name}`);
  }
  say.line(`\nAll of them sign in with the password ${password}`);
  say.line('Everybody and everything here is made up. `bedside seed --demo --reset` removes it again.');
}

/** Where nobody looks after the box yet, somebody made up does. */
async function makeRoot(desk: Desk, rooms: DemoRooms, password: string): Promise<string | undefined> {
  if (!(await desk.storage.read(PLATFORM, (stores) => stores.access.isEmpty()))) return undefined;
  const email = 'box@bedside.example';
  const caller = desk.callerFor(PLATFORM);
  const { id } = await rooms.users.create(caller, { role: 'platform_admin', email, password, firstName: 'Robin', lastName: 'Box' });
  await rooms.demo.mark(caller, { adminId: id });
  return email;
}

/** The same each time on this box, and on no other: a password that stands in a manual opens every box that was tried out once. */
function passwordOf(secret: Buffer): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const bytes = createHmac('sha256', secret).update('demo password').digest();
  const group = (at: number) => Array.from({ length: 4 }, (_, index) => letters[(bytes[at + index] ?? 0) % letters.length]).join('');
  return [group(0), group(4), group(8)].join('-');
}
