// node scripts/operating-tables.ts: writes the tables of commands and settings in docs/operating.md anew from the code.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { makeProgram } from '../src/cli/program.ts';
import { defaultOf } from '../src/cli/serve.ts';
import { settings } from '../src/config.ts';

export const OPERATING = fileURLToPath(new URL('../docs/operating.md', import.meta.url));

/** The page with its tables as the code has them now; what people wrote around them stays. */
export function withTables(page: string): string {
  const commands = makeProgram().commands.flatMap((command) => commandRows(command, ''));
  const variables = Object.entries(settings).map(([name, { help }]) => [
    `\`${name}\``,
    defaultOf(name)
      .trim()
      .replace(/^\[|\]$/g, ''),
    help,
  ]);
  return [
    ['commands', ['command', 'what it does', 'flags'], commands] as const,
    ['settings', ['variable', 'default', 'what it is'], variables] as const,
  ].reduce((text, [name, heads, rows]) => {
    const table = [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(escaped).join(' | ')} |`);
    return text.replace(
      new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- /${name} -->)`),
      (_, begin, end) => `${begin}${table.join('\n')}\n${end}`,
    );
  }, page);
}

/** Outside of code, angle brackets would be read as HTML. */
function escaped(cell: string): string {
  const parts = cell.replaceAll('|', '\\|').split('`');
  return parts.map((part, index) => (index % 2 === 0 ? part.replaceAll('<', '&lt;') : part)).join('`');
}

function commandRows(command: Command, parent: string): string[][] {
  const name = [parent, command.name()].filter(Boolean).join(' ');
  const inner = command.commands.filter((sub) => sub.name() !== 'help');
  if (inner.length > 0) return inner.flatMap((sub) => commandRows(sub, name));
  const takes = command.registeredArguments.map((argument) => {
    const text = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${text}>` : `[${text}]`;
  });
  const flags = command.options.map((option) => `\`${option.flags}\``).join(' ');
  return [[`\`${[name, ...takes].join(' ')}\``, command.description(), flags]];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(OPERATING, withTables(readFileSync(OPERATING, 'utf8')));
