import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where weights for tests lie: `BEDSIDE_TEST_WEIGHTS`, or `shared/models` beside the checkout. */
export const weightsFolder = process.env.BEDSIDE_TEST_WEIGHTS ?? fileURLToPath(new URL('../../../shared/models', import.meta.url));
export const dataFolder = process.env.BEDSIDE_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** The path of a file of weights, or undefined where it is absent. */
export function weights(...path: string[]): string | undefined {
  const file = join(weightsFolder, ...path);
  return existsSync(file) ? file : undefined;
}

export function data(...path: string[]): string | undefined {
  const file = join(dataFolder, ...path);
  return existsSync(file) ? file : undefined;
}

/** One line for every contract × implementation × weights, so that it can be seen what was run and what was not. */
export function tell(contract: string, implementation: string, file: string, ran: boolean): void {
  process.stdout.write(`[contract] ${contract} × ${implementation} × ${file}${ran ? '' : ': NOT RUN, no such weights here'}\n`);
}
