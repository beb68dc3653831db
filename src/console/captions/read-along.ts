import { eventsIn } from '../session/events.ts';
import { type Line, type StoredMessage, storedLine } from '../talk/conversation.ts';
import type { RedFlag } from '../talk/messages.ts';

/** What somebody who reads along sees. */
export interface View {
  readonly language: string;
  readonly lines: readonly Line[];
  readonly flags: readonly RedFlag[];
  /** Words that may still change. */
  readonly partial: Partial | undefined;
}
export interface Partial {
  readonly who: Line['who'];
  readonly text: string;
  readonly language: string;
}

interface Whole {
  readonly status: string;
  readonly language: string;
  readonly messages: readonly StoredMessage[];
  readonly red_flags: readonly RedFlag[];
}
interface Words {
  readonly sender_type: Line['who'];
  readonly text: string;
  readonly is_final: boolean;
  readonly language: string;
  readonly message_id: string | null;
}

/** One event of the stream, as its door names it. */
export type Told =
  | { readonly event: 'whole'; readonly data: Whole }
  | { readonly event: 'words'; readonly data: Words }
  | { readonly event: 'red_flag'; readonly data: RedFlag }
  | { readonly event: 'interrupted'; readonly data: { readonly message_id: string; readonly heard_text: string } };

export const nothingRead: View = { language: 'en', lines: [], flags: [], partial: undefined };

/** Pure: the view after one event. Only what is new changes it: a screen reader says each word once. */
export function readOn(view: View, { event, data }: Told): View {
  if (event === 'whole')
    return {
      language: data.language,
      lines: data.messages.filter(({ message_text }) => message_text !== '').map((message) => storedLine(message, data.language)),
      flags: data.red_flags,
      partial: undefined,
    };
  if (event === 'red_flag') return { ...view, flags: [...view.flags, data] };
  if (event === 'interrupted')
    return {
      ...view,
      partial: undefined,
      lines: view.lines.map((line) => (line.id === data.message_id ? { ...line, text: data.heard_text, interrupted: true } : line)),
    };
  const { sender_type: who, text, is_final, language, message_id: id } = data;
  if (!is_final || id === null) return { ...view, partial: { who, text, language } };
  const line = storedLine(
    { message_id: id, sender_type: who, message_text: text, sources: [], demonstration: false, interrupted: false, processing_time_ms: 0 },
    language,
  );
  return { ...view, partial: undefined, lines: [...view.lines.filter((other) => other.id !== id), line] };
}

export interface Reading {
  readonly path: string;
  readonly token: string;
  readonly signal: AbortSignal;
  readonly onView: (view: View) => void;
  readonly onState: (state: 'live' | 'over' | 'unreachable') => void;
}

const AGAIN_MS = 1_500;

/** Reads the stream until the conversation is over or the page is left; a line that breaks is taken up again from what was said so far. */
export async function readAlong({ path, token, signal, onView, onState }: Reading): Promise<void> {
  let view = nothingRead;
  while (!signal.aborted) {
    try {
      const response = await fetch(path, { headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' }, signal });
      if (!response.ok && response.status !== 429 && response.status < 500) return onState('over');
      if (response.ok && response.body) {
        for await (const told of eventsIn(response.body)) {
          if (told.event === 'ended') return onState('over');
          view = readOn(view, told as Told);
          onView(view);
          if (told.event === 'whole' && (told.data as Whole).status === 'ended') return onState('over');
          onState('live');
        }
      }
    } catch {
      // Told below: a line that breaks looks the same however it broke.
    }
    if (signal.aborted) return;
    onState('unreachable');
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
