import type { Citation, Source } from './shapes.ts';

/** A piece of an answer: words, or a marker [n] of one of its sources. */
export type AnswerPiece =
  | { readonly at: number; readonly text: string; readonly n?: undefined }
  | { readonly at: number; readonly n: number };

/** Pure: an answer taken apart at its markers. A number that no source has is only words. */
export function markersIn(answer: string, sources: number): readonly AnswerPiece[] {
  const pieces: AnswerPiece[] = [];
  let from = 0;
  for (const { 0: marker, 1: digits, index } of answer.matchAll(/\[(\d{1,3})\]/g)) {
    const n = Number(digits);
    if (n < 1 || n > sources) continue;
    if (index > from) pieces.push({ at: from, text: answer.slice(from, index) });
    pieces.push({ at: index, n });
    from = index + marker.length;
  }
  if (from < answer.length) pieces.push({ at: from, text: answer.slice(from) });
  return pieces;
}

/** Pure: what the box says that a marker at this place of the answer rests on: the citation around it, else the nearest one of its source. */
export function citationFor(citations: readonly Citation[], source: Source, at: number): Citation | undefined {
  const far = ({ start, end }: Citation) => (at < start ? start - at : at > end ? at - end : 0);
  return citations.filter(({ source_id }) => source_id === source.id).sort((a, b) => far(a) - far(b))[0];
}
