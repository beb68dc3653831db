// Run after `npm install <package>`: a registry that does not carry the builds for other platforms leaves them out of
// package-lock.json, and `npm ci` then refuses the file. This adds them; on such a platform npm takes the checksum from its registry.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { completeLock, unlockedOptionals } from './setup/lock.mjs';

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const { name, version } of unlockedOptionals(lock)) console.log(`added ${name} ${version}`);
writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
