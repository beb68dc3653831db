import { Command } from 'commander';
import { chainsOf, openDesk } from '../compose-desk.ts';
import { verifyChain } from '../domain/audit/audit.ts';
import { systemClock } from '../shared/clock.ts';
import { configFrom, type Flags, withFlags } from './flags.ts';
import { say } from './say.ts';

/** `bedside audit verify`: follows every chain of the box from its first entry to its last. */
export function auditCommand(): Command {
  const audit = new Command('audit').description('The audit log: who did what to which thing');
  const verify = audit
    .command('verify')
    .description("Prove that no entry of the audit log was changed, removed or moved: the box's own chain and each hospital's")
    .action(async (given: Flags) => {
      const desk = await openDesk(configFrom(given));
      try {
        for (const { id, name } of await chainsOf(desk)) {
          const { ok, entries, head, brokenAt } = await verifyChain(desk.storage, systemClock, id);
          if (ok) say.line(`whole   ${name}: ${entries} entries, head ${head.slice(0, 16)}`);
          else {
            process.exitCode = 1;
            say.line(`BROKEN  ${name}: at entry ${brokenAt?.seq}${brokenAt?.id ? ` (${brokenAt.id})` : ''}: ${brokenAt?.what}`);
          }
        }
      } finally {
        await desk.close();
      }
    });
  withFlags(verify, 'home');
  return audit;
}
