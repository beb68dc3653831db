import { describe, expect, test } from 'vitest';
import { asksForDigits, endpointMs, patience, patienceOf } from '../../../src/domain/voice/endpointing.ts';

const plain = { expectsDigits: false, interrupting: false };
const { settledMs, unfinishedMs, digitsMs } = patience;

describe('patience', () => {
  for (const [said, ms] of [
    ['I have a cough', settledMs],
    ['yes', settledMs],
    ['it hurts when I do that', settledMs],
    ['मुझे बुखार है', settledMs],
    ['mujhe bukhar hai', settledMs],
    ['I have a cough and', unfinishedMs],
    ['My name is', unfinishedMs],
    ['I want to see the', unfinishedMs],
    ['because', unfinishedMs],
    ['um', unfinishedMs],
    ['Since Monday,', unfinishedMs],
    ['मुझे बुखार है और', unfinishedMs],
    ['क्योंकि', unfinishedMs],
    ['मेरा', unfinishedMs],
    ['nine eight seven', digitsMs],
    ['my number is double nine eight', digitsMs],
    ['नौ आठ सात', digitsMs],
    ['९८७६', digitsMs],
    ['98765', digitsMs],
    ['9876543210', settledMs],
    ['I took two', settledMs],
    ['two of them hurt', settledMs],
  ] as const)
    test(`after “${said}”: ${ms} ms`, () => expect(endpointMs(said, plain)).toBe(ms));

  test('one digit is the beginning of a number that was asked for', () => {
    expect(endpointMs('nine', { ...plain, expectsDigits: true })).toBe(digitsMs);
    for (const question of [
      'What is your phone number?',
      'Your date of birth, please?',
      'आपका मोबाइल नंबर क्या है?',
      'Please tell me the booking code.',
    ])
      expect(asksForDigits(question)).toBe(true);
    for (const question of ['Do you have a fever?', 'Since when?', 'यह तकलीफ़ कब से है?']) expect(asksForDigits(question)).toBe(false);
  });

  test('a client that names its pause moves all of them', () => {
    const own = patienceOf(1_000);
    expect(endpointMs('I have a cough', plain, own)).toBe(1_000);
    expect(endpointMs('I have a cough and', plain, own)).toBe(1_500);
    expect(patienceOf(undefined)).toBe(patience);
  });
});
