import { AppError } from '../../shared/errors.ts';
import type { Standing } from './queue-order.ts';

/** `skipped`: called and not there, or gone before. Who comes back takes a new token. */
export const queueStates = ['waiting', 'called', 'done', 'skipped'] as const;
export type QueueState = (typeof queueStates)[number];

/** Somebody who is here and waits for a doctor, with an appointment or without. */
export interface QueueEntry extends Standing {
  readonly id: string;
  /** The local date that the token is of, in the hospital. */
  readonly day: string;
  readonly patientId: string;
  /** Null while any doctor of the department will do; whoever calls them is theirs. */
  readonly doctorId: string | null;
  readonly departmentId: string;
  readonly appointmentId: string | null;
  readonly status: QueueState;
  /** Made when they were called; sorts by the order of the calls, also where a clock was set back between them. */
  readonly callId: string | null;
  readonly calledAt: number | null;
  readonly endedAt: number | null;
  readonly madeBy: string;
}

/** With what stands in other rows. */
export interface QueueDetails extends QueueEntry {
  readonly patientName: string;
  readonly doctorName: string | null;
  readonly department: string;
}

const steps: Readonly<Record<'done' | 'skipped', readonly QueueState[]>> = {
  done: ['called', 'done'],
  skipped: ['waiting', 'called', 'skipped'],
};

/** Throws CONFLICT where this cannot become of it. What it is already, it may become again: nothing changes. */
export function requireQueueStep(status: QueueState, step: 'done' | 'skipped'): void {
  if (!steps[step].includes(status)) throw new AppError('conflict', stateSentences[status], { reason: 'CONFLICT', context: { status } });
}

const stateSentences: Readonly<Record<QueueState, string>> = {
  waiting: 'This patient still waits. Call them first.',
  called: 'This patient was called already.',
  done: 'This patient was seen already.',
  skipped: 'This patient was skipped. Give them a new token.',
};
