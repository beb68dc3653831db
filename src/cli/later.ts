import { Command } from 'commander';
import { say } from './say.ts';

/** Commands that are promised and not built yet. Each leaves this list when it arrives. */
const promised: readonly { name: string; takes: string; options: readonly [string, string][]; does: string }[] = [
  { name: 'pack', takes: '<folder>', options: [], does: 'Write this release with its models onto a stick, for boxes without a network' },
  { name: 'update', takes: '<folder>', options: [], does: 'Bring this box to the release on a stick, after a verified backup' },
  { name: 'rollback', takes: '', options: [], does: 'Go back to the release before the last update' },
];

export function laterCommands(): Command[] {
  const one = ({ name, takes, options, does }: (typeof promised)[number]) => {
    const command = new Command(name).description(`${does} (comes in a later version)`);
    if (takes) command.argument(takes.replace('<', '[').replace('>', ']'));
    for (const [flag, help] of options) command.option(flag, help);
    return command.action(() => cannotYet(name));
  };
  return promised.map(one);
}

export function cannotYet(what: string): void {
  say.hint(`This version of Bedside cannot ${what.startsWith('-') ? `do doctor ${what}` : what} yet.`);
  process.exitCode = 2;
}
