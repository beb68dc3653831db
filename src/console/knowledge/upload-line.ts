import type { Job } from './shapes.ts';

/** One file on its way into the library. Pure: what happened makes the next state. */
export interface UploadLine {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  readonly state: UploadState;
  /** Known once the box took it. */
  readonly documentId?: string | undefined;
  readonly jobId?: string | undefined;
  /** Can it be sent again? What was found at the box after a reload cannot: the browser has no file any more. */
  readonly hasFile: boolean;
}

export type UploadState =
  /** For its turn to be sent. */
  | { readonly at: 'waiting' }
  | { readonly at: 'sending'; readonly sent: number; readonly total: number }
  /** Everything is there; the box takes a first look. */
  | { readonly at: 'sent' }
  /** In the box's line of jobs. */
  | { readonly at: 'queued' }
  | { readonly at: 'reading'; readonly done: number; readonly total: number }
  | { readonly at: 'ready'; readonly already: boolean }
  /** `why` is a sentence of the box; without one nobody answered. */
  | { readonly at: 'failed'; readonly why: string | undefined; readonly kind?: 'not-read' | 'line-broke' | undefined }
  | { readonly at: 'stopped' };

export const isOver = ({ state: { at } }: UploadLine): boolean => at === 'ready' || at === 'failed' || at === 'stopped';
/** Would leaving the page lose it? */
export const isInHand = ({ state: { at } }: UploadLine): boolean => at === 'waiting' || at === 'sending' || at === 'sent';

/** What the box says about its job. */
export function stateOfJob(job: Pick<Job, 'status' | 'progress' | 'error'>): UploadState {
  switch (job.status) {
    case 'queued':
      return { at: 'queued' };
    case 'running':
      return { at: 'reading', done: job.progress.done, total: job.progress.total };
    case 'succeeded':
      return { at: 'ready', already: false };
    case 'cancelled':
      return { at: 'stopped' };
    case 'failed':
      return { at: 'failed', why: job.error };
  }
}

/** The kinds that the box reads, by the ends of their names. */
export const ENDINGS = ['.pdf', '.docx', '.txt', '.text', '.md', '.markdown', '.html', '.htm', '.csv'] as const;

export const isReadable = (name: string): boolean => ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
