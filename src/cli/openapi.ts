import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { composeHouse, version } from '../compose.ts';
import { configOf } from '../config.ts';
import { systemClock } from '../shared/clock.ts';
import { makeLog } from '../shared/log.ts';
import { openKeyRing } from '../storage/key-ring.ts';
import { describeRoutes } from '../transport/openapi.ts';
import { say } from './say.ts';

/** `bedside openapi`: what /openapi.json says, without a running service. */
export function openapiCommand(): Command {
  return new Command('openapi').description('Print the OpenAPI description of the HTTP interface').action(async () => {
    // The routes are those of the composed house; it is put up in an empty folder, so that no data is touched.
    const home = mkdtempSync(join(tmpdir(), 'bedside-openapi-'));
    try {
      const config = configOf({ BEDSIDE_HOME: home, BEDSIDE_DB_KEY: 'off', BEDSIDE_OFFLINE: '1' });
      const house = await composeHouse({
        config,
        keyRing: openKeyRing(config.key, { mayMake: false }),
        clock: systemClock,
        log: makeLog({ level: 'error', showPii: false }),
        strictUnits: false,
      });
      say.line(JSON.stringify(describeRoutes(house.routes, version), null, 2));
      await house.close();
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
}
