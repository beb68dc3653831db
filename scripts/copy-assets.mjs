// The second half of the build: tsc writes .js for .ts; this brings along what else lies in src (pages, styles, data).
import { fileURLToPath } from 'node:url';
import { copyAssets } from './setup/assets.mjs';

const folder = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
copyAssets(folder('src'), folder('dist'));
