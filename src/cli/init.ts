import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { configOf, parseEnvFile, type Raw, readSettings, settings } from '../config.ts';
import { AppError } from '../shared/errors.ts';
import { writeDurably } from '../storage/files/durable.ts';
import { openKeyRing } from '../storage/key-ring.ts';
import { type Flag, type Flags, flags, settingsOf, withFlags } from './flags.ts';
import { HOW_TO_SEE, keySheet } from './key-sheet.ts';
import { say } from './say.ts';

type Setting = keyof typeof settings;

/** What is asked on a terminal, in this order; a flag answers beforehand. The data folder itself cannot stand in its own file. */
const questions: readonly { flag: Flag; ask: string; isYesNo?: true }[] = [
  { flag: 'host', ask: 'Address to listen on' },
  { flag: 'port', ask: 'Port' },
  { flag: 'tls', ask: 'Shall other devices reach this box, by TLS with a certificate that it makes for itself?', isYesNo: true },
  { flag: 'behindProxy', ask: 'Does a proxy with TLS stand in front of this box?', isYesNo: true },
  { flag: 'publicUrl', ask: 'Address under which people reach this box (empty: the one above)' },
  { flag: 'profile', ask: 'Set of models: demo, lite, standard, gpu or auto' },
  { flag: 'modelSource', ask: 'Folder or address where models come from (empty: the public ones)' },
  { flag: 'offline', ask: 'Shall no connection ever leave this box?', isYesNo: true },
  { flag: 'backupHours', ask: 'Hours between automatic backups (0: none)' },
  { flag: 'backupFolders', ask: 'Folders on other disks that get a backup too (with commas between; empty: none)' },
];

/** `bedside init`: writes the settings of this box and makes its key, before the first start. */
export function initCommand(): Command {
  const names = questions.map(({ flag }) => flag);
  const command = new Command('init')
    .description(
      'Prepare this box: ask for its settings (or take them from flags), write bedside.env, make the key, show the recovery sheet',
    )
    .addHelpText(
      'after',
      '\nOn a terminal it asks for what no flag says. Settings that are there already are kept unless they are answered anew.',
    )
    .action(async (given: Flags) => {
      const flagged = settingsOf(given);
      const told = readSettings(flagged);
      const { home } = configOf({ BEDSIDE_HOME: told.BEDSIDE_HOME });
      const file = join(home, 'bedside.env');
      const before: Raw = existsSync(file) ? parseEnvFile(readFileSync(file, 'utf8')) : {};
      const answers = process.stdin.isTTY && process.stdout.isTTY ? await interview({ ...before, ...flagged }, flagged) : flagged;
      const { BEDSIDE_HOME: _, ...next }: Raw = { ...before, ...answers };
      const { BEDSIDE_DB_KEY, BEDSIDE_KEY_FILE } = told;
      const config = configOf({ BEDSIDE_KEY_FILE, ...next, BEDSIDE_HOME: home, BEDSIDE_DB_KEY });
      const ring = openKeyRing(config.key, { mayMake: true });
      mkdirSync(home, { recursive: true, mode: 0o700 });
      writeDurably(file, envFile(next));
      say.line(`Settings are in ${file}.`);
      if (ring.fresh) say.line(`The key of this box is in ${config.key.keyFile}. Keep that file apart from the data folder's backups.`);
      if (ring.secret && ring.fresh && process.stdout.isTTY) say.line(`\n${await keySheet(ring.secret, { colours: true })}\n`);
      else if (ring.secret) say.line(`See the recovery sheet, and keep it: ${HOW_TO_SEE}`);
      say.line('Start the service with: bedside serve');
    });
  return withFlags(command, 'home', 'keyFile', 'models', ...names);
}

async function interview(known: Raw, flagged: Raw): Promise<Raw> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answers: Record<string, string | undefined> = { ...flagged };
  try {
    for (const { flag, ask, isYesNo } of questions) {
      const name: Setting = flags[flag].variable;
      if (flagged[name] !== undefined) continue;
      const fallback = known[name] ?? String(settings[name].schema.safeParse(undefined).data ?? '');
      for (;;) {
        const shown = isYesNo ? (['1', 'true', 'yes', 'on'].includes(fallback) ? 'Y/n' : 'y/N') : fallback;
        const typed = (await terminal.question(`${ask}${shown ? ` [${shown}]` : ''}: `)).trim();
        const answer = typed === '' ? known[name] : isYesNo ? (/^y/i.test(typed) ? '1' : '0') : typed;
        const parsed = settings[name].schema.safeParse(answer);
        if (parsed.success) {
          answers[name] = answer;
          break;
        }
        say.line(`  That makes no sense here: ${parsed.error.issues.map(({ message }) => message).join('; ')}`);
      }
    }
  } finally {
    terminal.close();
  }
  return answers;
}

function envFile(values: Raw): string {
  const lines = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === '') return [];
    if (/[\r\n]/.test(value)) throw new AppError('invalid', 'The setting {name} may not have several lines.', { values: { name } });
    const known = name in settings ? [`# ${settings[name as Setting].help}`] : [];
    return [...known, `${name}=${/[\s#"']/.test(value) ? `"${value}"` : value}`];
  });
  return ['# Settings of this box. What stands in the environment comes first. `bedside serve --help` lists them all.', ...lines, ''].join(
    '\n',
  );
}
