import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The import table of the house (docs/decisions/0001-the-house.md): who may know whom. A room may not know its cellar. */
const src = resolve(import.meta.dirname, '../src');

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const floors: Readonly<Record<string, number>> = {
  access: 0,
  audit: 0,
  usage: 0,
  patients: 0,
  jobs: 0,
  scheduling: 1,
  knowledge: 1,
  notices: 1,
  outbox: 1,
  consultation: 2,
  notes: 2,
  voice: 3,
};

/** npm packages by part; anything of Node's own is free. */
const packages: readonly (readonly [prefix: string, allowed: readonly string[]])[] = [
  ['shared/log.ts', ['pino']],
  ['shared/phone.ts', ['libphonenumber-js']],
  ['shared/', []],
  ['domain/', ['zod']],
  ['integrations/smtp/', ['nodemailer']],
  ['engines/documents/', ['unpdf', 'mammoth', 'htmlparser2', 'papaparse', 'marked']],
  ['storage/key-ring.ts', ['@scure/bip39']],
  ['storage/', ['kysely', 'better-sqlite3-multiple-ciphers', 'sqlite-vec']],
  [
    'transport/',
    ['express', 'ws', 'zod', 'cors', 'helmet', 'compression', 'prom-client', 'swagger-ui-dist', 'multer', 'qrcode', 'papaparse'],
  ],
  ['cli/', ['commander', 'zod', 'qrcode']],
  ['console/vite.config.ts', ['vite', '@vitejs/plugin-react']],
  ['console/', ['react', 'react-dom', 'react-aria-components', 'qrcode', 'zod']],
];

/** What a part of src is, for the table: its first folder, or for engines and integrations whether it is a contract or a maker. */
function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  if (!file.includes('/')) return 'root';
  if ((top === 'engines' || top === 'integrations') && file.split('/').length > 2) return `${top}/${second}`;
  return top;
}

/** Pure: the sentence that forbids this import, or undefined. */
function verdict({ from, to, typeOnly }: Import): string | undefined {
  const a = partOf(from);
  const b = partOf(to);
  const no = (why: string) => `${from} imports ${to}: ${why}`;
  // A page in somebody's browser has none of the house in it but the shape of what the doors say.
  if (a === 'console')
    return b === 'console' || (to.startsWith('transport/schema/') && typeOnly)
      ? undefined
      : no('the console knows only what the doors say');
  if (b === 'console') return no('the console is nobody else’s part');
  if (a === 'root' || b === 'shared') return undefined;
  if (a === 'shared') return no('shared/ knows nothing about clinics');
  if (a === 'domain') {
    if (b === 'storage') return no('a room may not know its cellar');
    if (b === 'transport' || b === 'cli' || b === 'console') return no('a room may not know its doors');
    if (b.startsWith('engines/') || b.startsWith('integrations/')) return no('a room knows what it needs (the contract), not who makes it');
    if (b === 'domain') {
      const [up, down] = [floors[from.split('/')[1] ?? ''], floors[to.split('/')[1] ?? '']];
      // The ground floor holds what all rooms share; between rooms one only looks down.
      if (up !== undefined && down !== undefined && down > up && !to.endsWith('-store.ts'))
        return no(`floor ${up} may not look up to floor ${down}`);
    }
    return b === 'root' ? no('only the composition root knows everything') : undefined;
  }
  if (a === 'engines') return b === 'engines' ? undefined : no('a contract of the machines imports nothing of the house');
  if (a.startsWith('engines/'))
    return b === 'engines' || b === a || b === 'engines/host' ? undefined : no('an engine knows its contract, its host and its own folder');
  if (a.startsWith('integrations/'))
    return b === 'integrations' || b === a || (b === 'domain' && typeOnly) ? undefined : no('an integration knows its own contract');
  if (a === 'storage') return b === 'storage' || b === 'domain' ? undefined : no('the cellar knows only what the rooms asked it to keep');
  if (a === 'weights') return b === 'weights' || (b === 'engines' && typeOnly) ? undefined : no('weights are files, and know no rooms');
  if (a === 'transport') {
    if (b === 'transport' || b === 'domain') return undefined;
    if (b === 'engines' && typeOnly) return undefined;
    return no('a door translates; it does not reach past the rooms');
  }
  if (a === 'cli') return undefined; // an operator's door composes what it needs at the box itself
  return undefined;
}

describe('the house', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  const imports: Import[] = [];
  const outside: { from: string; name: string }[] = [];
  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const match of text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm)) {
      const name = match[2] ?? '';
      const clause = match[0];
      const typeOnly = match[1] !== undefined || /\{\s*(type\s+\w+\s*,?\s*)+\}/.test(clause);
      if (name.startsWith('.'))
        imports.push({ from: file, to: relative(src, resolve(src, dirname(file), name.split('?')[0] ?? '')), typeOnly });
      else if (!name.startsWith('node:'))
        outside.push({ from: file, name: name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? '') });
    }
  }

  it('has files to look at', () => expect(imports.length).toBeGreaterThan(100));

  it('keeps its floors and walls', () => expect(imports.map(verdict).filter(Boolean)).toEqual([]));

  it('says in a sentence what is wrong with a room that imports its cellar', () => {
    expect(verdict({ from: 'domain/scheduling/scheduling.ts', to: 'storage/sqlite/database.ts', typeOnly: false })).toBe(
      'domain/scheduling/scheduling.ts imports storage/sqlite/database.ts: a room may not know its cellar',
    );
    expect(verdict({ from: 'domain/patients/patients.ts', to: 'domain/voice/turn.ts', typeOnly: false })).toContain('may not look up');
    expect(verdict({ from: 'domain/voice/turn.ts', to: 'engines/llama/worker.ts', typeOnly: false })).toContain('not who makes it');
    expect(verdict({ from: 'console/app.tsx', to: 'transport/schema/voice.ts', typeOnly: false })).toContain('only what the doors say');
  });

  it('uses only the packages that each part may', () => {
    const strays = outside.filter(({ from, name }) => {
      const rule = packages.find(([prefix]) => from.startsWith(prefix));
      return rule && !rule[1].includes(name);
    });
    expect(strays.map(({ from, name }) => `${from} uses ${name}`)).toEqual([]);
  });

  it('has no circle among its files', () => {
    const next = new Map<string, string[]>();
    for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
    const circles: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const to of next.get(file) ?? []) visit(to, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('reads the environment in one file', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(src, file), 'utf8')));
    expect(readers).toEqual(['config.ts']);
  });
});
