import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { lastWords } from './explain.mjs';
import { isTrue } from './npm.mjs';

/** The set that a start offers: it runs on any box. Larger ones are brought by name. */
export const SET = 'lite';
const ANSWER_WITHIN_MS = 30_000;

/** What start may fetch: 'ask' (only where somebody can answer), 'lite' or 'never'. */
export function pullMode(env, atTerminal) {
  if (isTrue(env.BEDSIDE_OFFLINE)) return 'never';
  if (env.BEDSIDE_PULL === 'lite' || env.BEDSIDE_PULL === 'never') return env.BEDSIDE_PULL;
  return atTerminal ? 'ask' : 'never';
}

/** '6 models, about 1.9 GB, 13 minutes on a line of 20 Mbit/s'. */
export function describeFetch(models) {
  const bytes = models.reduce((sum, model) => sum + (model.bytes ?? 0), 0);
  const minutes = Math.max(1, Math.round((bytes * 8) / 20e6 / 60));
  return `${models.length} model${models.length === 1 ? '' : 's'}, about ${(bytes / 1e9).toFixed(1)} GB, ${minutes} minute${minutes === 1 ? '' : 's'} on a line of 20 Mbit/s`;
}

/** True where at least one of these addresses answers anything at all within the limit. */
export async function anyAnswers(addresses, limitMs = 5000) {
  const signal = AbortSignal.timeout(limitMs);
  const tries = addresses.map((address) => fetch(address, { method: 'HEAD', redirect: 'manual', signal }));
  return Promise.any(tries).then(
    () => true,
    () => false,
  );
}

/** Where these models would come from: the source that is set, else the hosts that the catalogue names. */
function addressesOf(root, models, source) {
  if (source) return [source];
  const ids = new Set(models.map(({ id }) => id));
  const { models: catalogue } = JSON.parse(readFileSync(join(root, 'models/catalogue.json'), 'utf8'));
  const urls = catalogue.filter(({ id }) => ids.has(id)).flatMap(({ files }) => files.map(({ url }) => url).filter(Boolean));
  return [...new Set(urls.map((url) => new URL(url).origin))];
}

async function askAtTerminal(question) {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await lines.question(`${question} [Y/n] `, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return !/^\s*n/i.test(answer);
  } catch {
    // Nobody is there, or Ctrl-D: a box that starts by itself must not wait for a person.
    console.log();
    return false;
  } finally {
    lines.close();
  }
}

/**
 * Decides whether to fetch the set. `list` resolves to { code, output } of `bedside models list --json`.
 * Resolves to { fetch, say }: whether to, and what to tell.
 */
export async function planWeights({ root, env, atTerminal, list, ask = askAtTerminal }) {
  const without = 'serving starts on what is there';
  const mode = pullMode(env, atTerminal);
  if (mode === 'never') return { fetch: false, say: `nothing fetched, ${without} ("scripts/bedside models pull ${SET}" fetches more)` };
  const source = env.BEDSIDE_MODEL_SOURCE;
  if (source && !/^https?:/.test(source)) {
    const there = existsSync(source) ? 'is used where it lies' : 'is not there: plug it in or correct BEDSIDE_MODEL_SOURCE';
    return { fetch: false, say: `nothing fetched, the folder ${source} ${there}` };
  }
  const { code, output } = await list();
  if (code !== 0) return { fetch: false, say: `the list of models cannot be read (${lastWords(output)}), ${without}` };
  const missing = JSON.parse(output).filter((model) => model.profiles.includes(SET) && !model.installed);
  if (missing.length === 0) return { fetch: false, say: `the ${SET} set is there` };
  const addresses = addressesOf(root, missing, source);
  if (!(await anyAnswers(addresses))) {
    const names = addresses.map((address) => new URL(address).host).join(', ');
    return { fetch: false, say: `${names} did not answer within 5 s, ${without} (a USB stick does too: BEDSIDE_MODEL_SOURCE=<folder>)` };
  }
  const what = describeFetch(missing);
  if (mode === 'ask' && !(await ask(`Fetch the ${SET} set of models now (${what})?`)))
    return { fetch: false, say: `nothing fetched, ${without} ("scripts/bedside models pull ${SET}" fetches it)` };
  return { fetch: true, say: `fetching the ${SET} set: ${what}` };
}
