import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The settings that the set-up itself reads. */
const NAMES = ['BEDSIDE_APT', 'BEDSIDE_HOST', 'BEDSIDE_MODEL_SOURCE', 'BEDSIDE_OFFLINE', 'BEDSIDE_PORT', 'BEDSIDE_PULL'];

/** The environment, and beneath it those of NAMES that stand in the file which `init` writes. Empty means not set, as in the service. */
export function readSettings(env, root) {
  const file = join(resolve(root, env.BEDSIDE_HOME || 'data'), 'bedside.env');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const found = {};
  for (const name of NAMES) {
    const value = env[name] || new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=\\s*["']?([^"'\\n]*?)["']?\\s*$`, 'm').exec(text)?.[1];
    if (value) found[name] = value;
  }
  return { ...env, ...found };
}
