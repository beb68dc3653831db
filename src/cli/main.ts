#!/usr/bin/env node
import { makeProgram } from './program.ts';
import { say } from './say.ts';

// Whoever reads along may stop reading: `bedside doctor | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

makeProgram()
  .parseAsync()
  .catch((error: unknown) => {
    say.failure(error);
    process.exitCode = 1;
  });
