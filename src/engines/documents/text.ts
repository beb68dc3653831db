/**
 * What a person sees of some characters: composed (NFC), without control characters, marks of direction and joiners that show nothing.
 * ZWJ and ZWNJ stay, because Indic scripts are spelt with them. Line breaks stay as `\n`, every other space becomes one blank.
 */
export function visible(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029|\v|\f/g, '\n')
    .replace(oldWindows, (letter) => (letter === '\u0085' ? '\n' : (lettersOfOldWindows[letter.charCodeAt(0) - 0x80] ?? '')))
    .replace(unseen, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(drawn, (letters) => letters.normalize('NFKC'))
    .toWellFormed()
    .normalize('NFC')
    .trim();
}

/** On one line. */
export function oneLine(text: string): string {
  return visible(text).replace(/\n+/g, ' ');
}

/** Control characters, soft hyphens, zero-width and direction marks, variation selectors, and the tags in which words can be hidden. */
const unseen = new RegExp(
  `[${[
    '\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200e\\u200f',
    '\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}',
  ].join('')}]`,
  'gu',
);

/** Letters as they are drawn (joined `ﬁ`, the four forms of Arabic), where the letters themselves are meant. */
const drawn = /[\ufb00-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]+/g;

/** Control characters that old programs wrote and meant as letters of Windows-1252: quotes, dashes, the euro. */
const oldWindows = /[\u0080-\u009f]/g;
const lettersOfOldWindows = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** Bytes of a text file as characters: by its byte order mark, else UTF-8, else what an old Windows wrote. `told` is what the file says itself. */
export function decodeText(bytes: Uint8Array, told?: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const wide = wideOrder(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // A file that is cut in the middle of a letter, or has one bad byte, is still UTF-8.
    const lenient = new TextDecoder('utf-8').decode(bytes);
    const bad = count(lenient, /\ufffd/g);
    const good = count(lenient, /[^\u0000-\u007f\ufffd]/g);
    if (bad <= 1 + good / 50 && good > 0) return lenient.replaceAll('\ufffd', '');
    return decoderFor(told).decode(bytes);
  }
}

function decoderFor(told: string | undefined): InstanceType<typeof TextDecoder> {
  try {
    const decoder = new TextDecoder(told ?? 'windows-1252');
    return decoder.encoding.startsWith('utf') ? new TextDecoder('windows-1252') : decoder;
  } catch {
    return new TextDecoder('windows-1252');
  }
}

/** UTF-16 without its mark: every other byte of plain letters is zero. */
export function wideOrder(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const length = Math.min(bytes.length, 4_096) & ~1;
  if (length < 4) return undefined;
  const zeros = [0, 0];
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros[i & 1] = (zeros[i & 1] as number) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > length * 0.2 && even < length * 0.02) return 'utf-16le';
  if (even > length * 0.2 && odd < length * 0.02) return 'utf-16be';
  return undefined;
}

function count(text: string, pattern: RegExp): number {
  let found = 0;
  for (const _ of text.matchAll(pattern)) found++;
  return found;
}
