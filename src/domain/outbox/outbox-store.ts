import type { Kept } from '../patients/kept.ts';
import type { Channel } from './channel.ts';
import type { Departure } from './departure.ts';

/** What is to leave, what has left, and by which ways a hospital lets things leave. */
export interface OutboxStore {
  /** False where something with this key was written before: then nothing is. */
  insert(departure: Departure): Promise<boolean>;
  find(id: string): Promise<Departure | undefined>;
  /** Newest first. */
  list(page: { readonly after?: string | undefined; readonly limit: number }): Promise<readonly Departure[]>;
  update(id: string, change: Partial<Departure>): Promise<void>;
  /** Did something of this lane leave that was written after this one? */
  isOvertaken(departure: Departure): Promise<boolean>;
  /** What still waits of an appointment under this event, and has come to nothing. */
  withdraw(appointmentId: string, event: string): Promise<void>;
  /** The keys of everything written about these appointments. */
  keysOf(appointmentIds: readonly string[]): Promise<readonly string[]>;
  /** Oldest first. */
  ofAppointment(appointmentId: string): Promise<readonly Departure[]>;

  /**
   * Takes, in every hospital, what is due and first in its lane, oldest first, and keeps it from others until the lease ends.
   * What goes by a paused channel stays.
   */
  claimDue(due: {
    readonly lifeMs: number;
    readonly leaseMs: number;
    readonly paused: readonly string[];
    readonly limit: number;
  }): Promise<readonly Claimed[]>;
  /** Gives back, in every hospital, what a process that is gone had taken. */
  releaseAll(lifeMs: number): Promise<void>;

  channels(): Promise<readonly Channel[]>;
  putChannel(channel: Channel, by: string): Promise<void>;

  olderThan(beforeMs: number, held: readonly string[], limit: number): Promise<readonly Kept[]>;
  ofPatient(patientId: string): Promise<readonly Departure[]>;
  remove(ids: readonly string[]): Promise<void>;
  reassign(fromPatientId: string, toPatientId: string): Promise<void>;
}

export interface Claimed {
  readonly hospitalId: string;
  readonly departure: Departure;
}
