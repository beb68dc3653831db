import type { Notice } from './notice.ts';

export interface NoticeStore {
  insert(notice: Notice): Promise<void>;
  find(id: string): Promise<Notice | undefined>;
  /** In order, newer than `afterId`. */
  since(afterId: string, limit: number): Promise<readonly Notice[]>;
  acknowledge(id: string, by: string, at: number): Promise<void>;
}
