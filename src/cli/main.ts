#!/usr/bin/env node
import { Command } from 'commander';
import { version } from '../compose.ts';
import { openapiCommand } from './openapi.ts';
import { say } from './say.ts';
import { serveCommand } from './serve.ts';

const program = new Command('bedside')
  .description('Bedside: a local-inference appliance for clinics. It hears, thinks, speaks and remembers on this box.')
  .version(`bedside ${version}`)
  .showHelpAfterError('(bedside --help lists every command)');
for (const command of [serveCommand(), openapiCommand()]) program.addCommand(command);

program.parseAsync().catch((error: unknown) => {
  say.failure(error);
  process.exitCode = 1;
});
