/** What the doors of knowledge say, as much of it as the page reads. */
export interface KnowledgeDocument {
  readonly document_id: string;
  readonly title: string;
  readonly file_name: string;
  readonly kind: string;
  /** Null while nobody knows. */
  readonly language: string | null;
  readonly tags: readonly string[];
  readonly bytes: number;
  readonly pages: number | null;
  readonly unread_pages: readonly number[];
  readonly chunks: number;
  readonly status: 'queued' | 'processing' | 'ready' | 'failed';
  readonly error: string | null;
  /** The platform's, for all hospitals. */
  readonly shared: boolean;
  readonly replaces: string | null;
  readonly job_id: string;
  readonly created_by: string;
  readonly created_at: string;
}

export interface Chunk {
  readonly chunk_id: string;
  readonly text: string;
  readonly page: number | null;
  readonly headings: readonly string[];
  readonly table_head: string | null;
  readonly language: string;
}

export interface Uploaded {
  readonly documents: readonly {
    readonly document_id: string;
    readonly job_id: string;
    readonly status: KnowledgeDocument['status'];
  }[];
}

export interface Job {
  readonly job_id: string;
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  readonly progress: { readonly done: number; readonly total: number; readonly unit: string };
  readonly error?: string;
}

export interface Source {
  readonly id: string;
  readonly document_id: string;
  readonly title: string;
  readonly page?: number;
  readonly excerpt: string;
  readonly score: number;
  readonly quote?: string;
  /** For an asker of another language: which of their words it speaks of. */
  readonly gloss?: string;
}
export interface Found extends Source {
  readonly rank: number;
  readonly keyword_rank?: number;
  readonly vector_rank?: number;
}
export interface Searched {
  readonly results: readonly Found[];
  readonly took_ms: number;
  readonly cache: 'miss' | 'session' | 'semantic' | 'embedding';
}
export interface Answered {
  readonly answer: string;
  readonly abstained: boolean;
  readonly answered_by: string;
  readonly demonstration: boolean;
  readonly sources: readonly Source[];
  readonly citations: readonly Citation[];
}
export interface Citation {
  readonly source_id: string;
  readonly quote: string;
  /** Characters of the answer. */
  readonly start: number;
  readonly end: number;
}
