import type { IconName } from './icons.tsx';
import type { Word } from './words/en.ts';

/** The places of the left rail: at most seven, and only those that exist. On a phone the first four stand below. */
export interface Place {
  readonly path: string;
  readonly word: Word;
  readonly icon: IconName;
}

export const places: readonly Place[] = [
  { path: '/', word: 'place.talk', icon: 'talk' },
  { path: '/knowledge', word: 'place.knowledge', icon: 'book' },
];
