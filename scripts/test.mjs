// npm test: the whole set-up, then types, lint, the house test and every other test. Runs on any Node >= 18 with nothing installed.
//   npm test -- test/unit         only the tests whose path contains this (types and lint as always)
//   npm run test:long             the full forms (BEDSIDE_TEST_LONG=1), without a time limit
// The last line is `N passed, N failed`; types and lint count as one each.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TEST_PACKAGES } from './setup/apt.mjs';
import { countVitest, summaryLine } from './setup/count.mjs';
import { prepare } from './setup/prepare.mjs';
import { secondsSince, show, tellProblem } from './setup/run.mjs';

const LIMIT_MS = 11.5 * 60 * 1000;
const HOUSE = 'test/house.test.ts';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
process.chdir(root);

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

async function main(args) {
  const start = performance.now();
  const long = args.includes('--long');
  const only = args.filter((arg) => arg !== '--long');
  const { node, npm } = await prepare(root, { tools: TEST_PACKAGES });
  const env = { ...npm.env, ...(long ? { BEDSIDE_TEST_LONG: '1' } : {}) };
  const reports = mkdtempSync(join(tmpdir(), 'bedside-test-'));
  const results = [];

  async function group(title, command, count) {
    const started = performance.now();
    console.log(`\n${title}`);
    const limitMs = long ? undefined : LIMIT_MS - (performance.now() - start);
    const { code, timedOut } = await show(node, command, { cwd: root, env, limitMs });
    const result = count(code);
    results.push({ title, time: secondsSince(started), ...result });
    if (timedOut) console.log(`${title} was stopped: npm test has to end within 12 minutes (npm run test:long has no limit).`);
  }
  const asOne = (code) => ({ passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: [] });
  const script = (name) => [npm.cli, 'run', '--silent', name];
  const vitest = (title, ...which) => {
    const file = join(reports, `${title}.json`);
    const command = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...which,
    ];
    return group(title, command, (code) => countVitest(readReport(file), code));
  };

  try {
    await group('Types', script('types'), asOne);
    await group('Lint', script('lint'), asOne);
    if (only.length === 0) await vitest('House', HOUSE);
    await vitest('Tests', '--exclude', HOUSE, ...only);
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }

  console.log();
  for (const { title, passed, failed, time, skipped } of results) {
    console.log(`${title}: ${passed} passed, ${failed} failed (${time})`);
    for (const { file, name, count } of skipped) console.log(`  skipped ${count} in ${relative(root, file)}: ${name}`);
  }
  console.log(`Everything took ${secondsSince(start)}.\n`);
  console.log(summaryLine(results));
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error) => {
    tellProblem(error);
    console.log('0 passed, 1 failed');
    process.exitCode = 1;
  },
);
