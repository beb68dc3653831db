import { Command } from 'commander';
import { version, weightsSettingsOf } from '../compose.ts';
import { readConfig } from '../config.ts';
import { auditCommand } from './audit.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { benchCommand } from './bench.ts';
import { doctorCommand } from './doctor.ts';
import { initCommand } from './init.ts';
import { laterCommands } from './later.ts';
import { modelsCommand } from './models.ts';
import { openapiCommand } from './openapi.ts';
import { ragCommand } from './rag.ts';
import { seedCommand } from './seed.ts';
import { serveCommand } from './serve.ts';
import { talkCommand } from './talk.ts';
import { userCommand } from './user.ts';

/** The whole command line. */
export function makeProgram(): Command {
  const program = new Command('bedside')
    .description('Bedside: a local-inference appliance for clinics. It hears, thinks, speaks and remembers on this box.')
    .version(`bedside ${version}`)
    .showHelpAfterError('(bedside --help lists every command)')
    .addHelpText(
      'after',
      '\nSettings stand in the environment or in bedside.env in the data folder: `bedside serve --help` lists them all.',
    );
  const commands = [
    initCommand(),
    serveCommand(),
    doctorCommand(),
    modelsCommand(() => weightsSettingsOf(readConfig())),
    userCommand(),
    backupCommand(),
    restoreCommand(),
    auditCommand(),
    talkCommand(),
    benchCommand(),
    openapiCommand(),
    seedCommand(),
    ragCommand(),
    ...laterCommands(),
  ];
  for (const command of commands) program.addCommand(command);
  return program;
}
