import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sentencesOf } from '../../../src/domain/knowledge/sentences.ts';

const cut = (text: string) => sentencesOf(text).map((sentence) => sentence.text);

describe('the sentences of a text', () => {
  it.each([
    ['Wash your hands. Dry them! Is that all? Yes.', ['Wash your hands.', 'Dry them!', 'Is that all?', 'Yes.']],
    ['Dr. Rao gives 2.5 mg, e.g. at night. Then stop.', ['Dr. Rao gives 2.5 mg, e.g. at night.', 'Then stop.']],
    ['1. Wash hands. 2. Dry them. 3. Glove up.', ['1. Wash hands.', '2. Dry them.', '3. Glove up.']],
    ['Steps:\n1. Wash hands\n2. Dry them', ['Steps:', '1. Wash hands', '2. Dry them']],
    ['a) First part. b) Second part.', ['a) First part.', 'b) Second part.']],
    ['Take vitamin C. Take zinc too.', ['Take vitamin C.', 'Take zinc too.']],
    ['Seen by A. K. Sharma in the U.S. Army camp. Fine.', ['Seen by A. K. Sharma in the U.S. Army camp.', 'Fine.']],
    ['It is common in the U.S. The rate is low.', ['It is common in the U.S.', 'The rate is low.']],
    ['See Fig. 3 and No. 5. Smith et al. (2019) agree.', ['See Fig. 3 and No. 5.', 'Smith et al. (2019) agree.']],
    ['This lowers mortality.12 The dose is 5. Stop then.', ['This lowers mortality.12', 'The dose is 5.', 'Stop then.']],
    ['It works.[3,4] It lasts.', ['It works.[3,4]', 'It lasts.']],
    ['Malaria by P. vivax is common. mRNA is new.', ['Malaria by P. vivax is common.', 'mRNA is new.']],
    ['He said "Stop." Then he left (at 5 p.m.). Good.', ['He said "Stop."', 'Then he left (at 5 p.m.).', 'Good.']],
    ['बच्चे को घोल पिलाएँ। हर दस्त के बाद दें।फिर आराम।', ['बच्चे को घोल पिलाएँ।', 'हर दस्त के बाद दें।', 'फिर आराम।']],
    ['डॉ. आर. के. शर्मा ने 5 मि.ग्रा. दी। ठीक है।', ['डॉ. आर. के. शर्मा ने 5 मि.ग्रा. दी।', 'ठीक है।']],
    ['घोल पिलाएँ | फिर आराम करें |', ['घोल पिलाएँ |', 'फिर आराम करें |']],
    ['A line that goes\non here. And\n\nA new one', ['A line that goes\non here.', 'And', 'A new one']],
    ['Wait... then go. Wait… Then go.', ['Wait... then go.', 'Wait…', 'Then go.']],
    ['', []],
    [' \n ', []],
  ])('cuts %j', (text, expected) => expect(cut(text)).toEqual(expected));

  it('loses nothing but space, whatever it is given', () => {
    const pieces = fc.constantFrom('Dr.', 'x', '.', ' ', '\n', '१', 'घोल', '।', '"', '(', 'e.g.', '5', 'The', '…', '|', '\u{1F600}', '!');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          const sentences = sentencesOf(text);
          let at = 0;
          for (const { text: words, start, end } of sentences) {
            expect(text.slice(start, end)).toBe(words);
            expect(words).toBe(words.trim());
            expect(words).not.toBe('');
            expect(text.slice(at, start).trim()).toBe('');
            at = end;
          }
          expect(text.slice(at).trim()).toBe('');
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each(['.', '. ', 'A. ', '\n', '1.', '.12 ', '“', '| ', 'क'])('takes no longer than its length when it is all %j', (piece) => {
    const time = (times: number): number => {
      const text = piece.repeat(times);
      const before = process.threadCpuUsage();
      sentencesOf(text);
      const after = process.threadCpuUsage();
      return (after.user + after.system - before.user - before.system) / 1_000;
    };
    time(10_000);
    expect(time(200_000)).toBeLessThan(Math.max(time(20_000), 2) * 60);
  });
});
