import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { verbalise } from '../../src/domain/consultation/verbalise.ts';

/** What a voice makes of the words: the phonemes espeak-ng says, with a mark where it changes to another language. */
const heard = (voice: string, text: string): string =>
  spawnSync('espeak-ng', ['-q', '--ipa', '-v', voice, '--', text], { encoding: 'utf8' }).stdout.replace(/[ˈˌ]/g, '').trim();

const present = spawnSync('espeak-ng', ['--version']).status === 0;
if (!present) console.log('skipped: verbalised words by ear (no espeak-ng on this machine)');

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../unit/consultation/verbalise/${name}`, import.meta.url), 'utf8')) as T;

/** Spellings of the same number differ in length, doubling and retroflexion (इक्यानवे, इक्यानबे); its consonants do not. */
const fold = (sound: string): string =>
  sound
    .replace(/ː/g, '')
    .replaceAll('ʈ', 't')
    .replaceAll('ʌ', 'ə')
    .replace(/[wb]/g, 'ʋ')
    .replace(/[ɲm]/g, 'n')
    .replace(/(.ʰ?)\1+/g, '$1');

const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
};

describe.skipIf(!present)('verbalised words by ear', () => {
  it('every Hindi number word sounds most like the number that espeak-ng itself reads', () => {
    const ours = read<readonly string[]>('numbers.hi.json').map((word) => fold(heard('hi', word)));
    for (let number = 0; number < 100; number += 1) {
      const theirs = fold(heard('hi', String(number)));
      const away = ours.map((sound) => distance(sound, theirs));
      const nearest = Math.min(...away);
      expect(away[number], `${number}: ${theirs}, ours ${ours[number]}; nearest ${ours[away.indexOf(nearest)]}`).toBe(nearest);
    }
  }, 120_000);

  it('Hindi sentences stay in the Hindi voice wherever they are written in Devanagari', () => {
    const rows = read<readonly { written: string; spoken: string }[]>('table.hi.json').filter((_, i) => i % 8 === 0);
    for (const { written } of rows) {
      const spoken = verbalise(written, 'hi');
      const [before, after] = [heard('hi', written), heard('hi', spoken)];
      console.log(`${written}\n  as written  ${before}\n  verbalised  ${after}`);
      if (!/[a-z]/i.test(spoken)) expect(after, spoken).not.toContain('(en)');
    }
  }, 60_000);

  it('English letters are named one by one, A like the letter', () => {
    expect(heard('en-gb', verbalise('ABG', 'en'))).toBe('eɪbiːdʒiː');
    expect(heard('en-gb', verbalise('ECG', 'en'))).toBe('iːsiːdʒiː');
    for (const { spoken } of read<readonly { spoken: string }[]>('table.en.json').filter((_, i) => i % 8 === 0))
      if (!/\p{Script=Devanagari}/u.test(spoken)) expect(heard('en-gb', spoken), spoken).not.toContain('(');
  }, 60_000);
});
