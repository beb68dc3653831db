/** From an answer as written (Markdown, source markers, emoji, odd spaces) to plain sentences, and the last tidying of what will be spoken. */

const indicLetter = /[\u0900-\u0dff]/;

/** Joiners shape Indian letters and stay there; anywhere else they only hide. */
function dropHidden(text: string): string {
  return text
    .replace(/\p{Cc}/gu, (c) => (c === '\n' || c === '\t' ? c : c === '\r' ? '' : ' '))
    .replace(/[\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Cs}\p{Co}\p{Cn}]|[\ufe00-\ufe0f]/gu, (c) =>
      c === '\u2028' || c === '\u2029' ? '\n' : '',
    )
    .replace(/[\u200c\u200d]/g, (c, at: number, all: string) => (indicLetter.test(all[at - 1] ?? '') ? c : ''))
    .replace(/[^\S\n]+/g, ' ');
}

/** A heading, a list item or a table row ends as a sentence does, so that the voice takes a breath there. */
function joinLines(text: string, stop: string): string {
  let spoken = '';
  let lineStands = false;
  for (const raw of text.split('\n')) {
    if (/^ {0,8}(?:[-*_=] ?){3,}$/.test(raw) || /^[ |:-]*--[ |:-]*$/.test(raw) || /^ *(?:```|~~~)/.test(raw)) {
      lineStands = true;
      continue;
    }
    const bare = raw.replace(/^ *(?:> ?)+(?! ?[\d.])/, '');
    const heading = /^ *#{1,6} +/.test(bare);
    const item = /^ *(?:[-*•+‣◦▪·–] +|\d{1,3}[.)] +|[०-९]{1,3}[.)] +)/.test(bare);
    const row = /^ *\|.*\| *$/.test(bare);
    let line = bare
      .replace(/^ *#{1,6} +/, '')
      .replace(/ +#+ *$/, '')
      .replace(/^ *[-*•+‣◦▪·–] +(?:\[[ xX]\] +)?/, '');
    if (row) line = line.replace(/^ *\| *| *\| *$/g, '').replace(/ *\| */g, ', ');
    line = line.trim();
    if (line === '') {
      lineStands = true;
      continue;
    }
    if (spoken !== '') {
      const stands = lineStands || heading || item || row;
      spoken += stands && !/[.!?।॥,;:…][)"'”’\]]*$/.test(spoken.slice(-12)) ? `${stop} ` : ' ';
    }
    spoken += item && /^\d|^[०-९]/.test(line) ? `\u0001${line}` : line;
    lineStands = heading || item || row;
  }
  return spoken;
}

/** Marks a list's number for the reader of numbers, who says it apart from the item (see `joinLines`); never left in what is spoken. */
export const listMark = '\u0001';

/** Removes what only the eye needs. `stop` ends a heading or list item that has no end of its own. */
export function cleanText(text: string, stop: string): string {
  const plain = dropHidden(text)
    .normalize('NFC')
    // Pictures and links: their words stay, their addresses go.
    .replace(/!?\[([^[\]\n]{0,500})\]\([^()\s]{0,2000}(?: "[^"\n]{0,200}")?\)/g, '$1')
    .replace(/<(https?:\/\/[^<>\s]{1,500}|[^<>\s@]{1,64}@[^<>\s@]{1,250})>/g, '$1')
    .replace(/<\/?[a-zA-Z][a-zA-Z0-9]{0,15}(?: [^<>\n]{0,200})?\/?>/g, ' ')
    // Source markers: [1], [2, 3], [4-6], [^7], 【8】.
    .replace(/ ?[[【]\^?\d{1,4}(?:[†:][^\]】\n]{0,40})?(?: ?[,;–-] ?\d{1,4}){0,9}[\]】]/g, '')
    .replace(/[0-9#*]\u20e3/g, (c) => c[0] ?? '')
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u20e3/gu, (c) => (/[©®™↔→←↑↓]/.test(c) ? c : ' '));
  return joinLines(plain.replace(/ {2,}/g, ' ').replace(/(\d) ?\* ?(?=\d)/g, '$1 × '), stop)
    .replace(/\*{1,3}|_{2,3}|~~|`+/g, (mark, at: number, all: string) =>
      // Between two letters or digits a star is no emphasis: taking it out would make one word of two.
      /[\p{L}\p{N}]/u.test(all[at - 1] ?? '') && /[\p{L}\p{N}]/u.test(all[at + mark.length] ?? '') ? ' ' : '',
    )
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Spaces and stops as a voice wants them: none doubled, none at the start, none before a stop. */
export function tidy(text: string): string {
  let tidied = text;
  for (let round = 0; round < 8; round += 1) {
    const before = tidied;
    tidied = tidied
      .replace(/ {2,}/g, ' ')
      .replace(/ +([,.;:!?।॥])/g, '$1')
      .replace(/([,;:])(?:[,;:])+/g, '$1')
      .replace(/[,;:]+([.!?।॥])/g, '$1')
      .replace(/([!?।॥])[.,;:]+/g, '$1')
      .replace(/\.[,;:]+/g, ',')
      .replace(/\.{2,}/g, '.')
      .replace(/^[ ,.;:।॥]+/, '')
      .trim();
    if (tidied === before) break;
  }
  return tidied;
}
