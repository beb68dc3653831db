/** When an engine that has died may be started again, and when its callers are sent away instead. Pure: time comes in, decisions go out. */
export interface CircuitPolicy {
  /** So many deaths within the window open the circuit. */
  readonly deaths: number;
  readonly windowMs: number;
  /** How long it stays open at first; each failed trial doubles it, up to the longest. */
  readonly openMs: number;
  readonly longestOpenMs: number;
  /** The wait before the first restart; each further death in the window doubles it, up to the longest. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export const circuitPolicy: CircuitPolicy = {
  deaths: 3,
  windowMs: 90_000,
  openMs: 30_000,
  longestOpenMs: 300_000,
  firstDelayMs: 100,
  longestDelayMs: 10_000,
};

/**
 * closed: the engine serves. open: callers are refused until `untilMs`. half-open: it has been started again on trial;
 * the first answer closes the circuit, another death opens it for longer.
 */
export type Circuit =
  | { readonly state: 'closed'; readonly deathsAt: readonly number[] }
  | { readonly state: 'open'; readonly untilMs: number; readonly openedTimes: number }
  | { readonly state: 'half-open'; readonly openedTimes: number };

export const closedCircuit: Circuit = { state: 'closed', deathsAt: [] };

export function afterDeath(circuit: Circuit, policy: CircuitPolicy, nowMs: number): Circuit {
  if (circuit.state !== 'closed') return opened(circuit.openedTimes + 1, policy, nowMs);
  const deathsAt = [...circuit.deathsAt.filter((at) => nowMs - at < policy.windowMs), nowMs];
  return deathsAt.length >= policy.deaths ? opened(1, policy, nowMs) : { state: 'closed', deathsAt };
}

/** The engine itself said that it cannot start (a missing file, say): trying again at once would change nothing. */
export function afterFailedStart(circuit: Circuit, policy: CircuitPolicy, nowMs: number): Circuit {
  return opened(circuit.state === 'closed' ? 1 : circuit.openedTimes + 1, policy, nowMs);
}

function opened(openedTimes: number, policy: CircuitPolicy, nowMs: number): Circuit {
  return { state: 'open', untilMs: nowMs + Math.min(policy.openMs * 2 ** (openedTimes - 1), policy.longestOpenMs), openedTimes };
}

/** The engine is being started: from open that is the trial. */
export function afterStart(circuit: Circuit): Circuit {
  return circuit.state === 'open' ? { state: 'half-open', openedTimes: circuit.openedTimes } : circuit;
}

/** The engine has answered a call. */
export function afterAnswer(circuit: Circuit): Circuit {
  return circuit.state === 'half-open' ? closedCircuit : circuit;
}

/** How long to wait before the next start. */
export function restartDelayMs(circuit: Circuit, policy: CircuitPolicy, nowMs: number): number {
  if (circuit.state === 'open') return Math.max(0, circuit.untilMs - nowMs);
  if (circuit.state === 'half-open') return 0;
  const recent = circuit.deathsAt.filter((at) => nowMs - at < policy.windowMs).length;
  return recent === 0 ? 0 : Math.min(policy.firstDelayMs * 2 ** (recent - 1), policy.longestDelayMs);
}
