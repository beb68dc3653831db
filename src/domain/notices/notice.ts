import type { Role } from '../access/caller.ts';

export type NoticeType = 'red_flag' | 'handover_requested' | 'appointment_changed' | 'queue_changed' | 'job' | 'engine' | 'notice';

export interface Notice {
  readonly id: string;
  readonly hospitalId: string;
  readonly type: NoticeType;
  /** Ids and codes, never words. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly audience: readonly Role[];
  readonly createdAt: number;
  readonly ackedAt: number | null;
  readonly ackedBy: string | null;
  /** When it was told a second time, because nobody had seen to it. */
  readonly escalatedAt: number | null;
}
