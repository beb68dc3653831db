import { type Kysely, sql } from 'kysely';

/** Documents that answers are taken from, their pieces, and what rises with each change of what a search could find. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE documents (id TEXT NOT NULL, hospital_id TEXT NOT NULL, title TEXT NOT NULL, file_name TEXT NOT NULL, kind TEXT NOT NULL,
     language TEXT NOT NULL, tags TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, file_key TEXT NOT NULL, pages INTEGER,
     unread_pages TEXT NOT NULL, chunks INTEGER NOT NULL,
     status TEXT NOT NULL CHECK (status IN ('queued', 'processing', 'ready', 'failed')), error TEXT, replaces TEXT, job_id TEXT NOT NULL,
     created_by TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (hospital_id, id)) STRICT`,
  // Two uploads of one file at the same moment are one document, whoever wins.
  `CREATE UNIQUE INDEX documents_by_hash ON documents (hospital_id, sha256) WHERE status != 'failed'`,
  `CREATE INDEX documents_by_status ON documents (hospital_id, status, id)`,
  // In the order of reading, with their words beside: a document is read and removed as one piece of the file.
  `CREATE TABLE chunks (hospital_id TEXT NOT NULL, document_id TEXT NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL,
     page INTEGER, headings TEXT NOT NULL, table_head TEXT, language TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
     PRIMARY KEY (hospital_id, document_id, place)) STRICT, WITHOUT ROWID`,
  `CREATE UNIQUE INDEX chunks_by_id ON chunks (hospital_id, id)`,
  // Documents that are gone, whose pieces are still being taken away.
  `CREATE TABLE removed_documents (hospital_id TEXT NOT NULL, document_id TEXT NOT NULL, PRIMARY KEY (hospital_id, document_id)) STRICT,
     WITHOUT ROWID`,
  `CREATE TABLE knowledge_versions (hospital_id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
];
