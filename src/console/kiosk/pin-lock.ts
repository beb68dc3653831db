/** Keeps a secret behind a PIN. What is stored opens only with the PIN; how often one may try is counted beside it. */
export interface Sealed {
  readonly salt: string;
  readonly nonce: string;
  readonly text: string;
}

/** Wrong tries so far; at the last one the sealed secret is thrown away. */
export interface Tries {
  readonly wrong: number;
  readonly waitUntilMs: number;
}

export const noTries: Tries = { wrong: 0, waitUntilMs: 0 };
export const MOST_TRIES = 5;
export const SHORTEST_PIN = 6;

/** A second or so on a desk computer: six digits are few, and this is what makes each guess dear. */
const ROUNDS = 600_000;
const WAITS_MS = [0, 0, 10_000, 30_000];

export const isPin = (text: string): boolean => /^\d+$/.test(text) && text.length >= SHORTEST_PIN;

export function afterWrong({ wrong }: Tries, nowMs: number): Tries {
  return { wrong: wrong + 1, waitUntilMs: nowMs + (WAITS_MS[wrong] ?? 0) };
}

export const isShut = ({ wrong }: Tries): boolean => wrong >= MOST_TRIES;

export async function seal(secret: string, pin: string): Promise<Sealed> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const text = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, await keyOf(pin, salt), new TextEncoder().encode(secret));
  return { salt: toText(salt), nonce: toText(nonce), text: toText(new Uint8Array(text)) };
}

/** The secret; undefined where the PIN is another one. */
export async function open(sealed: Sealed, pin: string): Promise<string | undefined> {
  const key = await keyOf(pin, fromText(sealed.salt));
  const opened = await crypto.subtle
    .decrypt({ name: 'AES-GCM', iv: fromText(sealed.nonce) }, key, fromText(sealed.text))
    .catch(() => undefined);
  return opened && new TextDecoder().decode(opened);
}

async function keyOf(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

const toText = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const fromText = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
