import type { z } from 'zod';
import type { language } from '../../transport/schema/system.ts';
import type { Word } from '../words/en.ts';

export type Language = z.infer<typeof language>;

/** What this box can do in a language, in the order in which a person needs to know it. */
export function abilitiesOf({ text, hear, speak, red_flags }: Language): {
  readonly can: readonly Word[];
  readonly cannot: readonly Word[];
} {
  const can: Word[] = [];
  const cannot: Word[] = [];
  if (text) can.push('ability.read-write');
  if (hear) can.push(hear.demonstration ? 'ability.hears-demonstration' : 'ability.hears');
  else cannot.push('ability.cannot-hear');
  if (speak) can.push(speak.quality === 'robotic' ? 'ability.speaks-robotic' : 'ability.speaks');
  else cannot.push('ability.cannot-speak');
  if (!red_flags) cannot.push('ability.no-red-flags');
  return { can, cannot };
}

/** Languages in which a conversation makes sense: those that the box at least reads and writes. */
export const usable = (languages: readonly Language[]): readonly Language[] => languages.filter((each) => each.text);

/** The language's own name for itself. */
export function ownName(code: string): string {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}
