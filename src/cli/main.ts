#!/usr/bin/env node
import { makeProgram } from './program.ts';
import { say } from './say.ts';

makeProgram()
  .parseAsync()
  .catch((error: unknown) => {
    say.failure(error);
    process.exitCode = 1;
  });
