/** A piece of work for later, or one that takes long: it reports its progress, can be cancelled, and survives a restart. */
export interface Job {
  readonly id: string;
  readonly hospitalId: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly progress: { readonly done: number; readonly total: number; readonly unit: string };
  readonly result: unknown;
  /** A sentence for the person who asked. */
  readonly error: string | null;
  readonly attempt: number;
  readonly leaseUntil: number | null;
  readonly runAfter: number;
  readonly cancelAsked: boolean;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}
