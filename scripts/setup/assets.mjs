import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { filesBelow } from './build.mjs';

const isCode = (path) => /\.[cm]?tsx?$/.test(path);

/** The sources, any of which would have made this file of dist. */
export function sourcesOf(path) {
  const stem = path.replace(/\.map$/, '');
  const compiled = stem.replace(/\.js$/, '');
  return [path, ...(compiled === stem ? [] : [`${compiled}.ts`, `${compiled}.tsx`])];
}

/** The console is bundled, and its bundler keeps its folder of dist in order. */
const isBundled = (path) => path.startsWith(`console${sep}`);

/** Copies what is no TypeScript from src to the same place in dist, and removes from dist what no longer has a source. */
export function copyAssets(src, dist) {
  for (const file of filesBelow(src).filter((path) => !isCode(path) && !isBundled(relative(src, path)))) {
    const target = join(dist, relative(src, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
  for (const file of filesBelow(dist).filter((path) => !isBundled(relative(dist, path))))
    if (!sourcesOf(relative(dist, file)).some((path) => existsSync(join(src, path)))) rmSync(file);
}
