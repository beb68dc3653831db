import { Command } from 'commander';
import { readConfig, settings } from '../config.ts';
import { startService } from '../main.ts';
import { say } from './say.ts';

/** `bedside serve`: the service, until it is told to stop. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the service and print its address')
    .addHelpText('after', () => `\nSettings (environment, or bedside.env in the data folder):\n${settingsHelp()}`)
    .action(async () => {
      const service = await startService(readConfig());
      say.line(`Bedside is listening on ${service.url}`);
      if (service.setupLink) say.line(`Set this box up here (the link works once): ${service.setupLink}`);
      const stop = () =>
        void service.stop().then(
          () => process.exit(0),
          () => process.exit(1),
        );
      process.on('SIGTERM', stop);
      process.on('SIGINT', stop);
    });
}

/** Every setting with its default, as `--help` shows them. */
export function settingsHelp(): string {
  return Object.entries(settings)
    .map(([name, { schema, help }]) => {
      const fallback = schema.safeParse(undefined).data;
      const shown =
        fallback === undefined || fallback === false || (Array.isArray(fallback) && fallback.length === 0) ? '' : ` [${String(fallback)}]`;
      return `  ${name.padEnd(24)} ${help}${shown}`;
    })
    .join('\n');
}
