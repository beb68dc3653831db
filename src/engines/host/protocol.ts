import type { AppErrorDetails } from '../../shared/errors.ts';
import { AppError } from '../../shared/errors.ts';

/** What crosses the wall. Typed arrays travel as they are: Node's advanced serialization copies their bytes once. */
export type ToChild =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly params: unknown; readonly hasInput: boolean }
  | { readonly kind: 'input'; readonly id: number; readonly items: readonly unknown[]; readonly end: boolean }
  | { readonly kind: 'credit'; readonly id: number; readonly parts: number }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'start'; readonly module: string; readonly init: unknown }
  | { readonly kind: 'stop' };

export type ToParent =
  | { readonly kind: 'ready'; readonly info: unknown }
  | { readonly kind: 'start-failed'; readonly error: SentError }
  | { readonly kind: 'part'; readonly id: number; readonly part: unknown }
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: SentError };

/** An error on its way out of the child: ours whole, anybody else's as a kind and a message for developers' eyes. */
export type SentError =
  | { readonly ours: true; readonly code: AppError['code']; readonly sentence: string; readonly details: AppErrorDetails }
  | { readonly ours: false; readonly name: string; readonly message: string; readonly stack: string };

export function sendable(error: unknown): SentError {
  if (error instanceof AppError) return { ours: true, code: error.code, sentence: error.sentence, details: error.details };
  if (error instanceof Error) return { ours: false, name: error.name, message: error.message, stack: error.stack ?? '' };
  return { ours: false, name: typeof error, message: String(error), stack: '' };
}

/** Parts that may be on their way to a reader who has not taken them yet; the producer waits at this many. */
export const partsAhead = 64;
/** Input batches that may be on their way to the child; the sender gathers further items until one is taken. */
export const batchesAhead = 4;
/** Items, and bytes in them, at which a batch of input is full. */
export const batchItems = 64;
export const batchBytes = 512 * 2 ** 10;
