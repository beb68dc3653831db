import { describe, expect, test } from 'vitest';
import {
  afterAnswer,
  afterDeath,
  afterFailedStart,
  afterStart,
  type Circuit,
  closedCircuit,
  circuitPolicy as policy,
  restartDelayMs,
} from '../../../src/engines/host/circuit.ts';

const die = (circuit: Circuit, ...times: readonly number[]) => times.reduce((now, at) => afterDeath(now, policy, at), circuit);

describe('the circuit', () => {
  test('three deaths in 90 s open it; the same three over a longer time do not', () => {
    expect(die(closedCircuit, 0, 40_000, 89_000)).toEqual({ state: 'open', untilMs: 119_000, openedTimes: 1 });
    expect(die(closedCircuit, 0, 45_000, 90_000).state).toBe('closed');
    expect(die(closedCircuit, 0, 45_000, 90_000, 91_000).state).toBe('open');
  });

  test('restarts wait 100 ms, then twice as long with each death, and not at all when the deaths are forgotten', () => {
    expect(restartDelayMs(closedCircuit, policy, 0)).toBe(0);
    expect(restartDelayMs(die(closedCircuit, 0), policy, 0)).toBe(100);
    expect(restartDelayMs(die(closedCircuit, 0, 10), policy, 10)).toBe(200);
    expect(restartDelayMs(die(closedCircuit, 0), policy, 90_000)).toBe(0);
    const patient = { ...policy, deaths: 100 };
    const often = Array.from({ length: 50 }, (_, i) => i).reduce<Circuit>((now, at) => afterDeath(now, patient, at), closedCircuit);
    expect(restartDelayMs(often, patient, 50)).toBe(policy.longestDelayMs);
  });

  test('open, it waits its time; the trial closes it with an answer or opens it for twice as long', () => {
    const open = die(closedCircuit, 0, 1, 2);
    expect(restartDelayMs(open, policy, 10_002)).toBe(20_000);
    const trial = afterStart(open);
    expect(trial.state).toBe('half-open');
    expect(afterAnswer(trial)).toEqual(closedCircuit);
    expect(afterAnswer(closedCircuit)).toEqual(closedCircuit);
    const again = afterDeath(trial, policy, 40_000);
    expect(again).toEqual({ state: 'open', untilMs: 100_000, openedTimes: 2 });
    let longer: Circuit = again;
    for (let i = 0; i < 10; i++) longer = afterDeath(afterStart(longer), policy, 0);
    expect(longer).toMatchObject({ untilMs: policy.longestOpenMs });
  });

  test('an engine that says it cannot start is not tried again at once', () => {
    expect(afterFailedStart(closedCircuit, policy, 5)).toEqual({ state: 'open', untilMs: 30_005, openedTimes: 1 });
  });
});
