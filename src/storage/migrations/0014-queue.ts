import { type Kysely, sql } from 'kysely';

/**
 * The line of a day. The last number of a day stands by itself, so that a number is given once even where the row that had it has gone;
 * that no two of a day share one is a rule of the database besides, as is that an appointment stands in the line once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE queue_days (hospital_id TEXT NOT NULL, day TEXT NOT NULL, last_token INTEGER NOT NULL,
     PRIMARY KEY (hospital_id, day)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE queue_entries (id TEXT NOT NULL, hospital_id TEXT NOT NULL, day TEXT NOT NULL, token_number INTEGER NOT NULL,
     patient_id TEXT NOT NULL, doctor_id TEXT, department_id TEXT NOT NULL, appointment_id TEXT, appointment_at INTEGER,
     priority INTEGER NOT NULL, status TEXT NOT NULL CHECK (status IN ('waiting', 'called', 'done', 'skipped')),
     joined_at INTEGER NOT NULL, call_id TEXT, called_at INTEGER, ended_at INTEGER, made_by TEXT NOT NULL,
     CHECK ((appointment_id IS NULL) = (appointment_at IS NULL)), CHECK ((call_id IS NULL) = (called_at IS NULL)),
     CHECK (status <> 'called' OR (call_id IS NOT NULL AND doctor_id IS NOT NULL)),
     PRIMARY KEY (hospital_id, id)) STRICT, WITHOUT ROWID`,
  `CREATE UNIQUE INDEX queue_entries_by_token ON queue_entries (hospital_id, day, token_number)`,
  `CREATE UNIQUE INDEX queue_entries_by_appointment ON queue_entries (hospital_id, appointment_id) WHERE appointment_id IS NOT NULL`,
  `CREATE INDEX queue_entries_by_time ON queue_entries (hospital_id, joined_at)`,
  `CREATE INDEX queue_entries_by_call ON queue_entries (hospital_id, doctor_id, call_id) WHERE call_id IS NOT NULL`,
  `CREATE INDEX queue_entries_by_patient ON queue_entries (hospital_id, patient_id)`,
];
