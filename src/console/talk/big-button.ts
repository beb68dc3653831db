import type { Conversation } from './conversation.ts';

/** What a press of the one large button does now; its label says the same. */
export type Press = 'start' | 'connecting' | 'stop-reply' | 'finish' | 'listen' | 'again';

export function nextPress(
  { link, hears }: Pick<Conversation, 'link' | 'hears'>,
  { listening, sounding, microphoneWorks }: { listening: boolean; sounding: boolean; microphoneWorks: boolean },
): Press {
  if (link === 'idle') return 'start';
  if (link === 'ended') return 'again';
  if (link === 'connecting') return 'connecting';
  if (sounding) return 'stop-reply';
  if (!listening && hears && microphoneWorks && link === 'ready') return 'listen';
  return 'finish';
}
