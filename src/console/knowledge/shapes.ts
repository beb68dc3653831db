import type { z } from 'zod';
import type { source } from '../../transport/schema/consultations.ts';
import type { chunk, document, uploaded } from '../../transport/schema/documents.ts';
import type { answered, searchResult } from '../../transport/schema/knowledge.ts';
import type { job } from '../../transport/schema/system.ts';

/** What the doors of knowledge say, by the box's own description of it. */
export type KnowledgeDocument = z.output<typeof document>;
export type Chunk = z.output<typeof chunk>;
export type Uploaded = z.output<typeof uploaded>;
export type Job = z.output<typeof job>;
export type Source = z.output<typeof source>;
export type Searched = z.output<typeof searchResult>;
export type Found = Searched['results'][number];
export type Answered = z.output<typeof answered>;
export type Citation = Answered['citations'][number];
