import type { AuditEntry, ChainHead, ChainLink } from './audit-entry.ts';

export interface AuditFilter {
  readonly eventType?: string | undefined;
  readonly entityType?: string | undefined;
  readonly entityId?: string | undefined;
  readonly actor?: string | undefined;
  readonly patientId?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export interface AuditStore {
  readonly hospitalId: string;
  head(): Promise<ChainHead | undefined>;
  append(entry: AuditEntry, payload: string | undefined): Promise<void>;
  /** Newest first, below `before`, with what they recorded. */
  list(filter: AuditFilter, page: { before?: number | undefined; limit: number }): Promise<readonly ChainLink[]>;
  /** Erases what the entries about these ids recorded, and leaves the entries; how many there are. */
  erasePayloads(ids: readonly string[]): Promise<number>;
  /** In order, from `afterSeq` on. */
  links(afterSeq: number, limit: number): Promise<readonly ChainLink[]>;
}
