import type { Purpose } from './call.ts';

/** What is known of one engine, for probes and for people. An absent one says how to get it. */
export interface EngineReport {
  readonly purpose: Purpose;
  readonly id: string;
  readonly state: 'ready' | 'loading' | 'failed' | 'absent';
  readonly detail: string;
}
