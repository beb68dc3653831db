import { createInterface } from 'node:readline/promises';
import { builtMs } from '../compose.ts';
import { openDesk } from '../compose-desk.ts';
import type { Config } from '../config.ts';
import { PLATFORM } from '../domain/access/caller.ts';
import { confirmTime } from '../domain/access/trusted-time.ts';
import { say } from './say.ts';

/** `bedside doctor --fix-clock`: somebody at the box says that its clock is right. A running service learns of it by itself. */
export async function fixClock(config: Config): Promise<void> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const local = (at: Date) => `${at.toLocaleString('sv-SE')} (${zone}), ${at.toISOString()}`;
  say.line(`The clock of this machine says ${local(new Date())}.`);
  if (process.stdin.isTTY && !(await isAgreed())) {
    say.line('Nothing was changed. Set the clock first (timedatectl set-time), then run this again.');
    process.exitCode = 1;
    return;
  }
  const desk = await openDesk(config);
  try {
    const now = new Date();
    await confirmTime(desk.storage, desk.callerFor(PLATFORM), { nowMs: now.getTime(), builtMs: builtMs() });
    say.line(`Written down as right: ${local(now)}. Bookings, approvals and sign-ins go on.`);
  } finally {
    await desk.close();
  }
}

async function isAgreed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question('Is that the right time? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}
