import { channel } from '../../shared/channel.ts';
import type { FlagRaised } from './encounter.ts';

/** What is being said in a consultation, for those who read along. */
export type LiveWord =
  | {
      readonly type: 'words';
      readonly speaker: 'patient' | 'staff' | 'assistant';
      /** All of it so far, until it is final; words that are not final replace each other. */
      readonly text: string;
      readonly isFinal: boolean;
      readonly language: string;
      /** The message it became. */
      readonly messageId?: string;
    }
  | { readonly type: 'red-flag'; readonly flag: FlagRaised }
  /** Only this was heard of an answer. */
  | { readonly type: 'interrupted'; readonly messageId: string; readonly heardText: string }
  | { readonly type: 'ended' };

/**
 * Carries words from where they are spoken to who reads them now. It holds nothing: what is final stands in the record, and who comes
 * later reads it there. Lost with the process, and by a reader who is slower than speech.
 */
export interface LiveWords {
  tell(consultationId: string, word: LiveWord): void;
  /** Everything from now on, until the consultation ends or the signal comes. Who may read is asked before. */
  follow(consultationId: string, signal: AbortSignal): AsyncIterable<LiveWord>;
}

const WAITING = 500;

export function makeLiveWords(): LiveWords {
  const readers = new Map<string, Set<ReturnType<typeof channel<LiveWord>>>>();
  return {
    tell(consultationId, word) {
      for (const reader of readers.get(consultationId) ?? []) {
        reader.push(word);
        if (word.type === 'ended') reader.end();
      }
    },
    follow(consultationId, signal) {
      const mine = channel<LiveWord>(WAITING);
      const others = readers.get(consultationId) ?? new Set();
      readers.set(consultationId, others.add(mine));
      const leave = () => {
        mine.end();
        others.delete(mine);
        if (others.size === 0) readers.delete(consultationId);
      };
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
      return mine;
    },
  };
}
