import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hindi } from '../../../src/transport/words/hindi.ts';
import { preferredLanguage, say } from '../../../src/transport/words/say.ts';

const src = resolve(import.meta.dirname, '../../../src');

/** What patients are told lies beside its own translations, language by language. */
const speaksForItself =
  /^(?:consultation\/(?:phrases|trivial|roleplay|prompt|red-flags|meaning|verbalise|reception\/sentences)|knowledge\/sayings)/;

/** Every sentence that a room or a door can say to a person, read from the source. */
function sentences(): string[] {
  const files = ['domain', 'transport'].flatMap((folder) =>
    readdirSync(join(src, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('hindi.ts') && !speaksForItself.test(name))
      .map((name) => readFileSync(join(src, folder, name), 'utf8')),
  );
  const quoted = String.raw`(?:'((?:[^'\\\n]|\\.)+)'|"((?:[^"\\\n]|\\.)+)")`;
  const places = [
    new RegExp(String.raw`new (?:AppError|Known)\(\s*'[a-z-]+',\s*${quoted}`, 'g'),
    new RegExp(`message: ${quoted}`, 'g'),
    new RegExp(String.raw`addIssue\(${quoted}`, 'g'),
    new RegExp(String.raw`^\s+(?!summary|description)\w+: ${quoted},$`, 'gm'), // tables of sentences
    new RegExp(String.raw`refine\([^'"]*?, ${quoted}\)`, 'g'),
  ];
  const found = files.flatMap((text) => places.flatMap((place) => [...text.matchAll(place)].map((match) => match[1] ?? match[2] ?? '')));
  return [...new Set(found)].filter((text) => /^[A-Z0-9].* .*[.?]$/.test(text));
}

/** Told to a developer, or to nobody: a person at a desk never meets them. */
const internal = new Set([
  'A statement on {tables} does not name its hospital.',
  'A unit of work awaited something other than its stores.',
  'There is no key to sign with.',
  'A secret of this box does not open with its key.',
]);

describe('Hindi', () => {
  it('is as complete as English', () => {
    const all = sentences();
    expect(all.length).toBeGreaterThan(60);
    expect(all.filter((sentence) => !internal.has(sentence) && hindi[sentence] === undefined)).toEqual([]);
  });

  it('keeps every place of a sentence', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [english, translated] of Object.entries(hindi)) expect(places(translated), english).toEqual(places(english));
  });

  it('is written in Devanagari', () => {
    for (const [english, translated] of Object.entries(hindi)) expect(translated, english).toMatch(/\p{Script=Devanagari}{2}/u);
  });

  it('is chosen by what the reader prefers, and falls back to English', () => {
    expect(preferredLanguage('hi-IN,hi;q=0.9,en;q=0.8')).toBe('hi');
    expect(preferredLanguage('ta, en;q=0.5, hi;q=0.7')).toBe('hi');
    expect(preferredLanguage('fr')).toBe('en');
    expect(preferredLanguage(undefined)).toBe('en');
    expect(say('hi', 'Please sign in first.')).toBe('कृपया पहले साइन इन करें।');
    expect(say('hi', 'A sentence nobody translated.')).toBe('A sentence nobody translated.');
  });
});
