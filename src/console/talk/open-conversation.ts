import { type Bearer, requestAs } from '../session/api.ts';
import { type Conversation, type Line, type StoredMessage, storedLine } from './conversation.ts';
import type { Opened } from './drive.ts';
import type { RedFlag } from './messages.ts';

/** Where a conversation stands that was under way when the page was loaded again. Its words are at the box, not here. */
export interface OpenConversation {
  readonly userId: string;
  readonly consultationId: string;
  readonly language: string;
  readonly hears: boolean;
}

const OPEN_KEY = 'bedside.open-conversation';

export const hasOpen = (storage: Storage): boolean => storage.getItem(OPEN_KEY) !== null;

export function readOpen(storage: Storage, userId: string): OpenConversation | undefined {
  try {
    const open = JSON.parse(storage.getItem(OPEN_KEY) ?? 'null') as OpenConversation | null;
    return open?.userId === userId ? open : undefined;
  } catch {
    return undefined;
  }
}

export function rememberOpen(storage: Storage, userId: string, conversation: Conversation): OpenConversation | undefined {
  const { consultationId, link, language, hears } = conversation;
  if (link === 'ended') storage.removeItem(OPEN_KEY);
  if (link === 'ended' || consultationId === undefined) return undefined;
  const open = { userId, consultationId, language, hears };
  storage.setItem(OPEN_KEY, JSON.stringify(open));
  return open;
}

/** The open conversation with everything that was said in it. */
export async function readWhole(bearer: Bearer, consultationId: string): Promise<Opened> {
  const whole = await requestAs<{
    language: string;
    sessions: readonly { session_id: string; session_end: string | null }[];
    messages: readonly StoredMessage[];
    red_flags: readonly RedFlag[];
  }>(bearer, 'GET', `/api/v1/consultations/${encodeURIComponent(consultationId)}`);
  const session = whole.sessions.findLast(({ session_end }) => session_end === null);
  return {
    consultation_id: consultationId,
    ...(session ? { session_id: session.session_id } : {}),
    before: { lines: whole.messages.map((message) => ownLine(storedLine(message, whole.language))), redFlags: whole.red_flags },
  };
}

/** Whoever goes on with a conversation is the one who spoke in it, in whatever part. */
const ownLine = (line: Line): Line => (line.who === 'staff' ? { ...line, who: 'patient' } : line);
