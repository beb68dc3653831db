import { describe, expect, it } from 'vitest';
import { type Consent, type ConsentPurpose, isInForce, withdrawnSince } from '../../../src/domain/patients/consent.ts';

const consent = (givenAt: number, withdrawnAt: number | null, purposes: ConsentPurpose[] = ['record']): Consent => ({
  ...{ id: `c${givenAt}`, patientId: 'p', purposes, givenBy: 'self', how: 'tap', language: 'en', textVersion: '1', givenAt },
  ...{ recordedBy: 'u', withdrawnAt, withdrawnBy: withdrawnAt === null ? null : 'u' },
});

describe('a consent', () => {
  it('is in force for what it names, until it is withdrawn', () => {
    expect(isInForce([], 'record')).toBe(false);
    expect(isInForce([consent(1, null)], 'record')).toBe(true);
    expect(isInForce([consent(1, null)], 'ai_note')).toBe(false);
    expect(isInForce([consent(1, 5)], 'record')).toBe(false);
  });

  it('is ended by the last word, whichever sheet it was said to', () => {
    // Two sheets, and the later one is withdrawn: the patient said no, and does not think of the other.
    expect(isInForce([consent(1, null), consent(3, 5)], 'record')).toBe(false);
    expect(isInForce([consent(1, 5), consent(6, null)], 'record')).toBe(true);
    // A no to research says nothing of recording.
    expect(isInForce([consent(1, null), consent(3, 5, ['research'])], 'record')).toBe(true);
  });

  it('that was withdrawn later is shown on what was made under it', () => {
    const shown = (fromMs: number, toMs: number | null) => withdrawnSince([consent(10, 20)], { fromMs, toMs }).length;
    expect(shown(12, 15)).toBe(1);
    expect(shown(12, null)).toBe(1);
    expect(shown(5, 12)).toBe(1);
    expect(shown(21, 30)).toBe(0);
    expect(shown(5, 9)).toBe(0);
    expect(withdrawnSince([consent(10, null)], { fromMs: 12, toMs: 15 })).toEqual([]);
  });
});
