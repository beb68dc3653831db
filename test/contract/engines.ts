import type { EngineProcess, EngineSpec } from '../../src/engines/engine-process.ts';
import { startEngineProcess } from '../../src/engines/host/process.ts';
import { systemClock } from '../../src/shared/clock.ts';
import type { Log } from '../../src/shared/log.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** An engine in its own process, as in the service; what it logs goes nowhere. */
export function startForTest(spec: EngineSpec): EngineProcess {
  return startEngineProcess(spec, { log: silent, clock: systemClock, environment: { PATH: process.env.PATH ?? '' } });
}
