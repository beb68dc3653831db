import type { Kysely } from 'kysely';
import type { UsageStore } from '../../domain/usage/usage-store.ts';
import { newId } from '../../shared/ids.ts';
import type { Tables } from '../schema.ts';

export function makeUsageStore(db: Kysely<Tables>, hospitalId: string): UsageStore {
  return {
    async insert(uses, context) {
      if (uses.length === 0) return;
      await db
        .insertInto('usageRows')
        .values(
          uses.map((use) => ({
            ...context,
            id: newId(use.startedAt.getTime()),
            hospitalId,
            purpose: use.purpose,
            use: use.label.use,
            engine: use.engine,
            model: use.model,
            local: use.local ? 1 : 0,
            units: JSON.stringify(use.units),
            startedAt: use.startedAt.getTime(),
            ms: use.ms,
            firstMs: use.firstMs ?? null,
            status: use.status,
            requestId: use.label.requestId,
          })),
        )
        .execute();
    },
  };
}
