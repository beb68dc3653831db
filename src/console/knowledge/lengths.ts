/** A place this far back has next to no length. */
const LAST = 50;

/** Pure: 1 for the first place, falling quickly at first, then slowly; 0 for none. */
export function lengthOfPlace(place: number | undefined): number {
  if (place === undefined) return 0;
  return Math.max(0.05, 1 - Math.log(place) / Math.log(LAST));
}

/** Pure: a score as a part of the best one, 0 to 1. Scores of a machine that puts passages in order may be below nothing. */
export function lengthOfScore(score: number, best: number): number {
  return best > 0 ? Math.min(1, Math.max(0, score / best)) : score === best ? 1 : 0;
}
