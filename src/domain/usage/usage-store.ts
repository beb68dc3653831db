import type { EngineUse } from './usage-ledger.ts';

/** Whom a use served. */
export interface UsageContext {
  readonly sessionId: string | null;
  readonly doctorId: string | null;
  readonly patientId: string | null;
}

export interface UsageStore {
  insert(uses: readonly EngineUse[], context: UsageContext): Promise<void>;
}
