import { describe, expect, it } from 'vitest';
import { base32, matchingStep, otpauthUri, stepAt, totpCode } from '../../../src/domain/access/totp.ts';
import { readBase32 } from '../../kit/base32.ts';

const secret = Buffer.from('12345678901234567890');

describe('one-time codes by the clock', () => {
  it('are those of RFC 6238', () => {
    const table = [
      [59, '94287082'],
      [1111111109, '07081804'],
      [1111111111, '14050471'],
      [1234567890, '89005924'],
      [2000000000, '69279037'],
      [20000000000, '65353130'],
    ] as const;
    for (const [seconds, code] of table) expect(totpCode(secret, stepAt(seconds * 1000), 8)).toBe(code);
  });

  it('are taken half a minute early or late, and not more', () => {
    const now = 1_800_000_000_000;
    const at = (steps: number) => matchingStep(secret, totpCode(secret, stepAt(now) + steps), now, 0);
    expect([-2, -1, 0, 1, 2].map(at)).toEqual([undefined, stepAt(now) - 1, stepAt(now), stepAt(now) + 1, undefined]);
  });

  it('are good once, and what came before them is good no more', () => {
    const now = 1_800_000_000_000;
    const step = stepAt(now);
    expect(matchingStep(secret, totpCode(secret, step), now, step)).toBeUndefined();
    expect(matchingStep(secret, totpCode(secret, step - 1), now, step)).toBeUndefined();
    expect(matchingStep(secret, totpCode(secret, step + 1), now, step)).toBe(step + 1);
  });

  it('are read with spaces, and nothing else passes for one', () => {
    const now = 1_800_000_000_000;
    const code = totpCode(secret, stepAt(now));
    expect(matchingStep(secret, `${code.slice(0, 3)} ${code.slice(3)}`, now, 0)).toBe(stepAt(now));
    for (const wrong of ['', '12345', '1234567', 'abcdef', `${code}0`, '००००००'])
      expect(matchingStep(secret, wrong, now, 0)).toBeUndefined();
  });

  it('have a secret that an app reads, typed or from the picture', () => {
    expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
    for (let length = 0; length < 25; length++) {
      const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 37 + length) & 255));
      expect(readBase32(base32(bytes))).toEqual(bytes);
    }
    expect(otpauthUri(secret, 'Asha Clinic', 'a@b.test')).toBe(
      'otpauth://totp/Asha%20Clinic:a%40b.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Asha%20Clinic&algorithm=SHA1&digits=6&period=30',
    );
  });
});
