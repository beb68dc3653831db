import type { Notice } from './notice.ts';

export interface NoticeStore {
  insert(notice: Notice): Promise<void>;
  find(id: string): Promise<Notice | undefined>;
  /** The id of the newest one. */
  newest(): Promise<string | undefined>;
  /** In order, newer than `afterId`. */
  since(afterId: string, limit: number): Promise<readonly Notice[]>;
  /** Marks, in every hospital, what of this type nobody has seen to since `beforeMs`, and gives it: once each. */
  takeOverdue(type: string, beforeMs: number, nowMs: number): Promise<readonly Notice[]>;
  removeNaming(id: string): Promise<void>;
  acknowledge(id: string, by: string, at: number): Promise<void>;
}
