import type { Caller } from '../access/caller.ts';
import type { Storage, Stores } from '../storage.ts';
import type { Kept, RetentionKind, Whose } from './kept.ts';

/**
 * What a room answers for that holds things about patients: which are old, how they go, and what a patient is given of them. It is
 * written once beside the room and named in the composition root; retention, export and erasure then reach whatever the room keeps.
 */
export interface Keeper {
  readonly kind: RetentionKind;
  /** Under which name its things stand in an export, and in the list of what was deleted. */
  readonly name: string;
  /** Its things are counted when they go, and not named one by one. */
  readonly isCounted: boolean;
  /** The oldest things from before that instant that nobody uses any more; none of patients under a legal hold. */
  due(
    stores: Stores,
    before: { readonly beforeMs: number; readonly held: readonly string[]; readonly limit: number },
  ): Promise<readonly Kept[]>;
  /** Deletes them with everything that hangs on them, what search knows of them included. Resolves to the keys of their files. */
  remove(stores: Stores, ids: readonly string[]): Promise<readonly string[]>;
  /** Takes everything about a patient away, but for what the law wants kept. */
  erase(stores: Stores, whose: Whose): Promise<Erased>;
  /** What was one patient's is another's: two records of one person became one. */
  reassign(stores: Stores, fromPatientId: string, toPatientId: string): Promise<void>;
  /** Everything about a patient that the caller may read. */
  export(storage: Storage, caller: Caller, whose: Whose): Promise<Exported>;
}

export interface Erased {
  readonly deleted: readonly Kept[];
  readonly files: readonly string[];
  readonly kept: readonly KeptBack[];
}

/** What an erasure leaves, and the sentence that says why. */
export interface KeptBack {
  readonly what: string;
  readonly why: string;
  readonly items: number;
  /** The patient's name and date of birth stay with it: it would be worth nothing without. */
  readonly needsName?: boolean;
}

export interface Exported {
  readonly items: readonly unknown[];
  /** How many there are that the caller may not read. */
  readonly leftOut: number;
}
