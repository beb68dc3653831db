import QRCode from 'qrcode';
import { type KeyRing, recoveryWords } from '../storage/key-ring.ts';

export const HOW_TO_SEE = 'bedside doctor --key-sheet';
export const HOW_TO_CONFIRM = 'bedside doctor --key-sheet --confirm';

/** The recovery sheet, to be written down or photographed and kept away from the box. */
export async function keySheet(secret: Buffer, { colours }: { colours: boolean }): Promise<string> {
  const words = recoveryWords(secret);
  const rows = Array.from({ length: 6 }, (_, row) =>
    [0, 6, 12, 18].map((column) => `${String(row + column + 1).padStart(2)} ${words[row + column]?.padEnd(10)}`).join('  '),
  );
  // Upper case makes the smaller picture; a key is read in either.
  const text = secret.toString('hex').toUpperCase();
  const picture = await (colours ? QRCode.toString(text, { type: 'terminal', small: true }) : QRCode.toString(text, { type: 'utf8' }));
  return [
    'RECOVERY SHEET',
    'These 24 words are the key of this box. Without them, and without the key file, nobody can read its data again: not you, not we.',
    'Write them down on paper, in this order, and keep the paper away from the box, where only people you trust can reach it.',
    '',
    ...rows.map((row) => `  ${row}`),
    '',
    picture.trimEnd(),
    'The picture holds the same key. Either opens a backup: write the words, or what the picture says, into the key file.',
    `When somebody keeps the sheet, say so once: ${HOW_TO_CONFIRM}`,
  ].join('\n');
}

/** True where the key lies on this box and nowhere else that Bedside knows of. */
export function needsSheet(keyRing: KeyRing, givenBySetting: string | undefined): boolean {
  return keyRing.secret !== undefined && givenBySetting === undefined;
}
