/** A passage as it is shown beside an answer: where it stands, and the words in it that the answer rests on. */
export interface Source {
  readonly id: string;
  readonly documentId: string;
  readonly title: string;
  readonly page?: number;
  readonly excerpt: string;
  readonly score: number;
  readonly quote?: string;
}
