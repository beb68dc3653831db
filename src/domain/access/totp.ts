import { createHmac, timingSafeEqual } from 'node:crypto';

/** Pure: one-time codes by the clock (RFC 6238), as every authenticator app makes them: SHA-1, six digits, half a minute each. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** A phone's clock may be so many steps off, either way. */
const DRIFT = 1;

export const stepAt = (nowMs: number) => Math.floor(nowMs / STEP_MS);

export function totpCode(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}

/** The step that a code belongs to, now or next door; none at or before `lastStep`, so that a code that was seen is good for nothing. */
export function matchingStep(secret: Uint8Array, code: string, nowMs: number, lastStep: number): number | undefined {
  const typed = Buffer.from(code.replace(/\s/g, ''));
  if (typed.length !== DIGITS) return undefined;
  let found: number | undefined;
  for (let step = stepAt(nowMs) - DRIFT; step <= stepAt(nowMs) + DRIFT; step++)
    if (timingSafeEqual(typed, Buffer.from(totpCode(secret, step))) && step > lastStep) found ??= step;
  return found;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without the padding that no app wants. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS[(held >> (bits - 5)) & 31];
    held &= 255;
  }
  return bits > 0 ? text + LETTERS[(held << (5 - bits)) & 31] : text;
}

/** What an authenticator app reads from the picture. */
export function otpauthUri(secret: Uint8Array, issuer: string, account: string): string {
  const fields = `secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_MS / 1000}`;
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?${fields}`;
}
