import { Command } from 'commander';
import { settings } from '../config.ts';
import { startService } from '../main.ts';
import { configFrom, type Flags, withFlags } from './flags.ts';
import { HOW_TO_SEE, keySheet, needsSheet } from './key-sheet.ts';
import { say } from './say.ts';

/** `bedside serve`: the service, until it is told to stop. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Start the service and print its address')
    .addHelpText('after', () => `\nSettings (environment, or bedside.env in the data folder; a flag comes first):\n${settingsHelp()}`)
    .action(async (given: Flags) => {
      const config = configFrom(given);
      const service = await startService(config, say.loud);
      const { keyRing } = service;
      if (keyRing.secret && keyRing.fresh && process.stdout.isTTY) say.line(`\n${await keySheet(keyRing.secret, { colours: true })}\n`);
      else if (needsSheet(keyRing, config.key.given) && !service.isKeySheetKept)
        // The words themselves would stand in the log for ever.
        say.hint(`Nobody keeps the recovery sheet of this box yet. Without it a lost key file means lost data. See it with: ${HOW_TO_SEE}`);
      say.line(`Bedside is listening on ${service.url}`);
      if (service.trustUrl) say.line(`Phones and computers learn to trust it at ${service.trustUrl}`);
      if (service.setupLink) say.line(`Set this box up here (the link works once): ${service.setupLink}`);
      const stop = () =>
        void service.stop().then(
          () => process.exit(0),
          () => process.exit(1),
        );
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
    });
  return withFlags(command, 'home', 'host', 'port', 'tls', 'tlsPort', 'cert', 'key', 'behindProxy', 'publicUrl', 'profile', 'offline');
}

/** Every setting with its default, as `--help` shows them. */
export function settingsHelp(): string {
  return Object.entries(settings)
    .map(([name, { help }]) => `  ${name.padEnd(24)} ${help}${defaultOf(name)}`)
    .join('\n');
}

/** ` [8080]`, or nothing where there is no default worth telling. */
export function defaultOf(name: string): string {
  const { schema } = settings[name as keyof typeof settings];
  const fallback = schema.safeParse(undefined).data;
  const isTelling = fallback !== undefined && fallback !== false && !(Array.isArray(fallback) && fallback.length === 0);
  return isTelling ? ` [${String(fallback)}]` : '';
}
