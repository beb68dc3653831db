import { isTrue } from './npm.mjs';

/** What start may fetch: 'ask' (only where somebody can answer), 'lite' or 'never'. */
export function pullMode(env, atTerminal) {
  if (isTrue(env.BEDSIDE_OFFLINE)) return 'never';
  if (env.BEDSIDE_PULL === 'lite' || env.BEDSIDE_PULL === 'never') return env.BEDSIDE_PULL;
  return atTerminal ? 'ask' : 'never';
}
