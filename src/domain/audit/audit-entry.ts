/** One entry of the chain. */
export interface AuditEntry {
  readonly hospitalId: string;
  readonly seq: number;
  readonly id: string;
  readonly eventType: string;
  /** FHIR's words: create, read, update, delete, execute. */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  readonly entityType: string;
  readonly entityId: string | null;
  readonly patientId: string | null;
  readonly actor: string;
  readonly actorRole: string;
  readonly via: string;
  readonly requestId: string;
  readonly at: number;
  readonly payloadHash: string;
  readonly hash: string;
}

export interface ChainLink {
  readonly entry: AuditEntry;
  /** Undefined where there was nothing to keep, or where it was erased, which breaks nothing. */
  readonly payload: string | undefined;
}

/** The newest entry of a chain, kept apart from it, so that a cut tail shows as well. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}
