import type { Answers } from './domain/knowledge/answers.ts';
import type { IngestParts } from './domain/knowledge/ingest.ts';
import type { SearchIndex } from './domain/knowledge/search-index.ts';
import { AppError } from './shared/errors.ts';

/** What documents are read, cut and searched with. */
export interface KnowledgeTools extends Pick<IngestParts, 'chunk' | 'languageOf'> {
  readonly reader: IngestParts['reader'] & { close(): Promise<void> };
  readonly index: SearchIndex;
}

/** Answers of a house that has no documents: none. */
export function noAnswers(): Answers {
  return { async *answer() {}, async *answerFor() {} };
}

/** A house without a reader or an index: it says so. */
export function noKnowledge(): KnowledgeTools {
  const lack = () => new AppError('unavailable', 'This box cannot read documents.');
  const refuse = async () => {
    throw lack();
  };
  return {
    reader: {
      kindOf() {
        throw lack();
      },
      read: refuse,
      close: async () => {},
    },
    chunk: () => [],
    languageOf: () => undefined,
    index: {
      put: refuse,
      remove: async () => {},
      nearest: async () => [],
      matching: async () => [],
      documents: async () => [],
      hospitals: async () => [],
      close: async () => {},
    },
  };
}
