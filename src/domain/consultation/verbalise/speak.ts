import type { Piece, Tongue } from './piece.ts';

const afterWord = /[\p{L}\p{M}\p{N},;:.!?।॥)'’]$/u;
const wordAhead = /^[\p{L}\p{M}\p{N}]/u;

/** Joins what a tongue says for the pieces with the text between them, a space between words and a breath before a schedule. */
export function speakPieces(pieces: readonly Piece[], tongue: Tongue): string {
  const spoken: string[] = [];
  let last = '';
  let swallow = 0;
  let previous: Piece['type'] = 'text';
  const put = (words: string) => {
    if (words === '') return;
    spoken.push(words);
    last = (last + words).slice(-80);
  };
  for (const [index, piece] of pieces.entries()) {
    if (piece.type === 'text') {
      const text = piece.text.slice(swallow);
      swallow = 0;
      if (wordAhead.test(text) && index > 0 && afterWord.test(last)) put(' ');
      put(text);
      if (text.trim() !== '') previous = 'text';
      continue;
    }
    const breath =
      (piece.type === 'schedule' && (previous === 'amount' || previous === 'abbreviation')) ||
      (piece.type === 'for' && (previous === 'schedule' || previous === 'abbreviation'));
    const next = pieces[index + 1];
    const { words, swallow: said = 0 } = tongue(piece, last, next?.type === 'text' ? next.text.slice(0, 48) : '');
    if (breath) put(', ');
    else if (afterWord.test(last) && /^[\p{L}\p{M}]/u.test(words)) put(' ');
    put(words);
    swallow = said;
    previous = piece.type;
  }
  return spoken.join('');
}
