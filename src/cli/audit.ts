import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { chainsOf, type Desk, openDesk } from '../compose-desk.ts';
import { type SignedVerdict, verifySigned } from '../domain/audit/audit.ts';
import { readHeads, type SignedHead } from '../domain/audit/signed-head.ts';
import { systemClock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { MANIFEST } from '../storage/manifest.ts';
import { configFrom, type Flags, withFlags } from './flags.ts';
import { say } from './say.ts';

type Given = Flags & { readonly against?: string; readonly key?: string };

/** `bedside audit verify`: follows every chain of the box from its first entry to its last. */
export function auditCommand(): Command {
  const audit = new Command('audit').description('The audit log: who did what to which thing');
  const verify = audit
    .command('verify')
    .description("Prove that no entry of the audit log was changed, removed or moved: the box's own chain and each hospital's")
    .option(
      '--against <heads>',
      'also hold the log against signed heads that were kept elsewhere: a file of them, a backup, or one as text',
    )
    .option('--key <public key>', 'the key that those heads must be signed with, as it was noted when the box was set up')
    .addHelpText(
      'after',
      '\nThe box signs the newest entry of each chain every hour and with each backup, into a file beside its key and into the\nbackup. Copies of it that lie where nobody of the box can reach them show that the log was cut or written anew since.',
    )
    .action(async ({ against, key, ...flags }: Given) => {
      // `--key` means another key here than to `serve`.
      const config = configFrom(flags);
      const kept = against === undefined ? [] : headsIn(against);
      const desk = await openDesk(config);
      try {
        const chains = await chainsOf(desk);
        for (const { id, name } of chains) {
          tell(name, await verdictOn(desk, id, kept, key));
        }
        for (const id of new Set(kept.map((head) => head.hospitalId)))
          if (!chains.some((chain) => chain.id === id)) broken(`${id}: a signed head names this chain, and the box has none of it`);
        if (desk.heads) say.line(`Heads are signed with the key ${desk.heads.publicKey} and kept in ${config.headsFile}`);
      } finally {
        await desk.close();
      }
    });
  withFlags(verify, 'home');
  return audit;
}

/** First by what the box kept itself, then by what was kept elsewhere. */
async function verdictOn(
  { storage, heads }: Desk,
  id: string,
  kept: readonly SignedHead[],
  key: string | undefined,
): Promise<SignedVerdict> {
  const own = await verifySigned(storage, systemClock, id, (await heads?.of(id)) ?? [], heads?.publicKey);
  const elsewhere = kept.filter((head) => head.hospitalId === id);
  if (!own.ok || elsewhere.length === 0) return own;
  const other = await verifySigned(storage, systemClock, id, elsewhere, key ?? heads?.publicKey);
  return { ...other, signedHeads: own.signedHeads + other.signedHeads };
}

function tell(name: string, { ok, entries, head, signedHeads, brokenAt }: SignedVerdict): void {
  if (ok)
    say.line(`whole   ${name}: ${entries} entries, head ${head.slice(0, 16)}, ${signedHeads} signed head${signedHeads === 1 ? '' : 's'}`);
  else broken(`${name}: at entry ${brokenAt?.seq}${brokenAt?.id ? ` (${brokenAt.id})` : ''}: ${brokenAt?.what}`);
}

function broken(what: string): void {
  process.exitCode = 1;
  say.line(`BROKEN  ${what}`);
}

/** Heads from a file of them, from a backup (its folder or its manifest), or from the text itself. */
function headsIn(given: string): SignedHead[] {
  const text = readHeads(given);
  if (text.length > 0) return text;
  const file = [join(given, MANIFEST), given].find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  const heads = file === undefined ? [] : readHeads(readFileSync(file, 'utf8'));
  if (heads.length === 0)
    throw new AppError('invalid', 'There is no signed head in {given}: give a file of them, a backup, or one as text.', {
      values: { given },
    });
  return heads;
}
