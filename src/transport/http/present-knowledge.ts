import type { Answered } from '../../domain/knowledge/answers.ts';
import type { FoundPassage } from '../../domain/knowledge/document.ts';
import { type Source, sourceOf } from '../../domain/knowledge/source.ts';
import { toWire } from '../wire.ts';

export function presentSources(sources: readonly Source[]): unknown {
  return toWire(sources);
}

/** Passages of a search with their places in the rankings that found them. */
export function presentFound(passages: readonly FoundPassage[]): unknown {
  return passages.map((passage, at) => ({
    ...(toWire(sourceOf(passage)) as object),
    rank: at + 1,
    ...(passage.keywordRank === undefined ? {} : { keyword_rank: passage.keywordRank }),
    ...(passage.vectorRank === undefined ? {} : { vector_rank: passage.vectorRank }),
  }));
}

export function presentAnswered({ answer, abstained, answeredBy, demonstration, sources, citations, metrics }: Answered): unknown {
  return {
    answer,
    abstained,
    answered_by: answeredBy,
    demonstration,
    sources: presentSources(sources),
    citations: toWire(citations),
    metrics: toWire(metrics),
  };
}
