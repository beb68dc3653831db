import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSentences, type SentenceOptions } from '../../../src/domain/voice/sentences.ts';

/** A text, and the pieces a voice gets. */
const table: readonly (readonly [text: string, ...pieces: string[]])[] = [
  ['Drink plenty of water. Rest for two days. Call us.', 'Drink plenty of water.', 'Rest for two days.', 'Call us.'],
  ['Yes. It is open.', 'Yes.', 'It is open.'],
  ['Is it bad? No! Good.', 'Is it bad?', 'No!', 'Good.'],
  ['Really?! Yes.', 'Really?!', 'Yes.'],
  ['Hello', 'Hello'],
  [''],
  [' \n '],
  ['...'],
  // The first clause early.
  ['For a mild fever, rest and drink water. Sleep well, too.', 'For a mild fever,', 'rest and drink water.', 'Sleep well, too.'],
  ['Yes, you can come tomorrow, if you like.', 'Yes, you can come tomorrow,', 'if you like.'],
  ['Here is what to do: rest and drink.', 'Here is what to do:', 'rest and drink.'],
  ['I am sorry to hear it; please sit down.', 'I am sorry to hear it;', 'please sit down.'],
  ['That sounds tiring — please sit down.', 'That sounds tiring —', 'please sit down.'],
  ['Short, so whole.', 'Short, so whole.'],
  [
    'Please take one tablet in the morning and another one at night for five days.',
    'Please take one tablet in the morning',
    'and another one at night for five days.',
  ],
  [
    'Your visit with the doctor is on Friday, 20 November at 14:30, in room 5.',
    'Your visit with the doctor is on Friday, 20 November at 14:30,',
    'in room 5.',
  ],
  ['Take paracetamol (500 mg, two tablets) now, please.', 'Take paracetamol (500 mg, two tablets) now,', 'please.'],
  [
    'The fever should come down between 2 and 3 in the afternoon or so.',
    'The fever should come down between 2 and 3 in the afternoon or so.',
  ],
  // Abbreviations.
  ['Dr. Rao is in. Come now.', 'Dr. Rao is in.', 'Come now.'],
  ['Mr. Khan and Mrs. Das left. Bye.', 'Mr. Khan and Mrs. Das left.', 'Bye.'],
  ['Ask Prof. Iyer. Then go.', 'Ask Prof. Iyer.', 'Then go.'],
  ['Eat soft food, e.g. Khichdi or rice. Rest.', 'Eat soft food, e.g. Khichdi or rice.', 'Rest.'],
  ['At night, i.e. Before bed. Good.', 'At night, i.e. Before bed.', 'Good.'],
  ['Come at 5 p.m. The door is open.', 'Come at 5 p.m.', 'The door is open.'],
  ['Come at 5 p.m. tomorrow. Bye.', 'Come at 5 p.m. tomorrow.', 'Bye.'],
  ['Tea, coffee, etc. Then sleep.', 'Tea, coffee, etc.', 'Then sleep.'],
  ['Tab. Crocin 650 mg. Then rest.', 'Tab. Crocin 650 mg.', 'Then rest.'],
  ['It costs Rs. 500. Pay now.', 'It costs Rs. 500.', 'Pay now.'],
  ['Ward No. 5 is open. Is it? No. Never.', 'Ward No. 5 is open.', 'Is it?', 'No.', 'Never.'],
  ['Come on Nov. 20. Bye.', 'Come on Nov. 20.', 'Bye.'],
  ['Dr. A. K. Sharma agrees. Good.', 'Dr. A. K. Sharma agrees.', 'Good.'],
  ['Take vitamin C. Then rest.', 'Take vitamin C.', 'Then rest.'],
  ['Lasts approx. five days. Wait.', 'Lasts approx. five days.', 'Wait.'],
  // Numbers and addresses.
  ['It is 38.5 now. Wait.', 'It is 38.5 now.', 'Wait.'],
  ['It is 38.5. Take 2.5 ml.', 'It is 38.5.', 'Take 2.5 ml.'],
  ['Walk 1,200 steps. Rest.', 'Walk 1,200 steps.', 'Rest.'],
  ['At 2:30 come. Bye.', 'At 2:30 come.', 'Bye.'],
  ['See www.a.in or b@c.in. Bye.', 'See www.a.in or b@c.in.', 'Bye.'],
  // Ellipses, quotes, brackets, marks.
  ['Wait... I will look.', 'Wait...', 'I will look.'],
  ['Well… maybe not. OK.', 'Well… maybe not.', 'OK.'],
  ['He said “stop.” Then he left.', 'He said “stop.”', 'Then he left.'],
  ['"Really?" he asked. Yes.', '"Really?" he asked.', 'Yes.'],
  ['(Take it at night.) Then rest.', '(Take it at night.)', 'Then rest.'],
  ['**Rest well.** Then drink.', '**Rest well.**', 'Then drink.'],
  ['It is common [1]. See a doctor [2].', 'It is common [1].', 'See a doctor [2].'],
  // Lines and lists.
  ['1. Drink water\n2. Rest well\n3. Call us', '1. Drink water', '2. Rest well', '3. Call us'],
  ['- rice\n- dal', '- rice', '- dal'],
  ['# Diet\nEat fruit.\n\nSleep.', '# Diet', 'Eat fruit.', 'Sleep.'],
  ['Take rest and\ndrink water. Bye.', 'Take rest and\ndrink water.', 'Bye.'],
  ['Take rest\r\nDrink water', 'Take rest', 'Drink water'],
  ['---\n\nHello there.', '---\n\nHello there.'],
  // Hindi and others.
  ['पानी पिएँ। आराम करें।', 'पानी पिएँ।', 'आराम करें।'],
  ['पानी पिएँ।आराम करें।', 'पानी पिएँ।', 'आराम करें।'],
  ['क्या दर्द है? हाँ! ठीक है।', 'क्या दर्द है?', 'हाँ!', 'ठीक है।'],
  ['डॉ. राव आज हैं। आइए।', 'डॉ. राव आज हैं।', 'आइए।'],
  ['डॉ. आर. के. शर्मा आज हैं। आइए।', 'डॉ. आर. के. शर्मा आज हैं।', 'आइए।'],
  ['38.5 बुख़ार है। दवा लें।', '38.5 बुख़ार है।', 'दवा लें।'],
  ['10 मि.ली. सिरप लें. फिर सोएँ.', '10 मि.ली. सिरप लें.', 'फिर सोएँ.'],
  ['आपको हल्का बुख़ार है, आराम कीजिए। पानी पिएँ।', 'आपको हल्का बुख़ार है,', 'आराम कीजिए।', 'पानी पिएँ।'],
  [
    'आप रोज़ सुबह एक गोली खाने के बाद लें और रात को सोने से पहले एक गोली और लें।',
    'आप रोज़ सुबह एक गोली खाने के बाद लें',
    'और रात को सोने से पहले एक गोली और लें।',
  ],
  ['आपका समय है۔ شکریہ۔', 'आपका समय है۔', 'شکریہ۔'],
];

const all = (chunks: readonly string[], options?: SentenceOptions): string[] => {
  const sentences = makeSentences(options);
  return [...chunks.flatMap((chunk) => sentences.push(chunk)), ...sentences.end()];
};

const solid = (text: string) => text.replace(/\s/g, '');

describe('sentences', () => {
  it('has at least forty rows', () => expect(table.length).toBeGreaterThanOrEqual(40));

  it.each(table.map(([text, ...pieces]) => ({ text, pieces })))('$text', ({ text, pieces }) => expect(all([text])).toEqual(pieces));

  it('are the same however the text arrives: letter by letter, or cut once or twice anywhere', () => {
    for (const [text, ...pieces] of table) {
      expect(all([...text])).toEqual(pieces);
      expect(all(text.split(''))).toEqual(pieces);
      for (let i = 0; i <= text.length; i += 1)
        for (let j = i; j <= text.length; j += 1) expect(all([text.slice(0, i), text.slice(i, j), text.slice(j)])).toEqual(pieces);
    }
  });

  it('are the same for every chunking there is of a short text', () => {
    for (const text of ['A. 1.5! Dr. B', 'है।"ok." C?', '1. a\n2. b.', 'e.g. X. y… Z']) {
      const whole = all([text]);
      for (let cuts = 0; cuts < 2 ** (text.length - 1); cuts += 1) {
        const chunks: string[] = [];
        let from = 0;
        for (let at = 1; at < text.length; at += 1)
          if (cuts & (1 << (at - 1))) {
            chunks.push(text.slice(from, at));
            from = at;
          }
        expect(all([...chunks, text.slice(from)])).toEqual(whole);
      }
    }
  });

  it('lose and add no character, for any text in any chunks', () => {
    const parts = fc.constantFrom(
      'Dr. ',
      'Rest. ',
      'e.g. ',
      '2.5 ',
      ', ',
      '\n',
      '\n\n',
      '- ',
      '1. ',
      'है। ',
      '।',
      '"',
      ') ',
      '(',
      '… ',
      'and ',
      'word ',
      'Word ',
      '? ',
      '12 ',
      'x'.repeat(90),
      ' ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string({ unit: 'grapheme', maxLength: 20 })), { maxLength: 60 }), (chunks) => {
        const text = chunks.join('');
        const pieces = all(chunks);
        expect(pieces).toEqual(all([text]));
        for (const piece of pieces) expect(piece).toMatch(/[\p{L}\p{N}]/u);
        const said = solid(pieces.join(''));
        if (/[\p{L}\p{N}]\s*$/u.test(text)) expect(said).toBe(solid(text));
        else expect(solid(text).startsWith(said)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('gives a sentence as soon as the next one begins, and holds a word that may be an abbreviation', () => {
    const sentences = makeSentences();
    expect(sentences.push('Rest well.')).toEqual([]);
    expect(sentences.push(' D')).toEqual(['Rest well.']);
    expect(sentences.push('r. Rao')).toEqual([]);
    expect(sentences.push(' comes.\n\n')).toEqual(['Dr. Rao comes.']);
    expect(sentences.end()).toEqual([]);
  });

  it('begins anew after the end', () => {
    const sentences = makeSentences();
    sentences.push('One thing, and no more');
    expect(sentences.end()).toEqual(['One thing, and no more']);
    expect(sentences.push('For a mild fever, r')).toEqual(['For a mild fever,']);
  });

  it('cuts a sentence without end at a clause, or else at a space, never inside a number', () => {
    const pieces = all(['word '.repeat(200), 'clause, '.repeat(100), '12 345 '.repeat(30)], { longest: 100 });
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(320);
    expect(solid(pieces.join(''))).toBe(solid('word '.repeat(200) + 'clause, '.repeat(100) + '12 345 '.repeat(30)));
    expect(all([`${'clause, '.repeat(20)}end`], { longest: 40 })[1]).toMatch(/,$/);
  });

  it('keeps up with a long text of anything', () => {
    for (const text of ['- ', '. ', 'a', '( ', '1. ', '\n', '।', 'a,', '" ', 'A. '])
      expect(typeof all([text.repeat(20_000)]).length).toBe('number');
  }, 30_000);
});
