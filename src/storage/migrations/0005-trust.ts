import { type Kysely, sql } from 'kysely';

/** Second factors, consents, legal holds, and what was deleted and why. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE second_factors (hospital_id TEXT NOT NULL, user_id TEXT NOT NULL, sealed_secret TEXT NOT NULL, began_at INTEGER NOT NULL,
     confirmed_at INTEGER, last_step INTEGER NOT NULL, PRIMARY KEY (hospital_id, user_id)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE recovery_codes (hospital_id TEXT NOT NULL, user_id TEXT NOT NULL, code_hash TEXT NOT NULL,
     PRIMARY KEY (hospital_id, user_id, code_hash)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE consents (id TEXT NOT NULL, hospital_id TEXT NOT NULL, patient_id TEXT NOT NULL, purposes TEXT NOT NULL,
     given_by TEXT NOT NULL CHECK (given_by IN ('self', 'guardian')), how TEXT NOT NULL CHECK (how IN ('voice', 'tap', 'paper')),
     language TEXT NOT NULL, text_version TEXT NOT NULL, given_at INTEGER NOT NULL, recorded_by TEXT NOT NULL, withdrawn_at INTEGER,
     withdrawn_by TEXT, PRIMARY KEY (hospital_id, id)) STRICT`,
  `CREATE INDEX consents_by_patient ON consents (hospital_id, patient_id, id)`,
  `CREATE TABLE legal_holds (id TEXT NOT NULL, hospital_id TEXT NOT NULL, patient_id TEXT NOT NULL, reason TEXT NOT NULL,
     set_by TEXT NOT NULL, set_at INTEGER NOT NULL, lifted_at INTEGER, lifted_by TEXT, PRIMARY KEY (hospital_id, id)) STRICT`,
  `CREATE UNIQUE INDEX legal_holds_open ON legal_holds (hospital_id, patient_id) WHERE lifted_at IS NULL`,
  `CREATE TABLE deletions (id TEXT NOT NULL, hospital_id TEXT NOT NULL, kind TEXT NOT NULL,
     cause TEXT NOT NULL CHECK (cause IN ('retention', 'erasure')), entity_type TEXT NOT NULL, entity_id TEXT NOT NULL, patient_id TEXT,
     items INTEGER NOT NULL, made_at INTEGER NOT NULL, deleted_at INTEGER NOT NULL, PRIMARY KEY (hospital_id, id)) STRICT`,
  `CREATE INDEX deletions_by_patient ON deletions (hospital_id, patient_id) WHERE patient_id IS NOT NULL`,
  `CREATE INDEX consultations_by_age ON consultations (hospital_id, created_at)`,
  `CREATE TABLE doomed_files (hospital_id TEXT NOT NULL, file_key TEXT NOT NULL, PRIMARY KEY (hospital_id, file_key)) STRICT, WITHOUT ROWID`,
];
