import { type Kysely, sql } from 'kysely';

/** Consultations, what was said in them, emergencies, reports of inaccuracy, and what engines used. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE consultations (id TEXT PRIMARY KEY, hospital_id TEXT NOT NULL, patient_id TEXT, doctor_id TEXT, owner_id TEXT NOT NULL,
     specialty TEXT, type TEXT NOT NULL, mode TEXT NOT NULL, language TEXT NOT NULL, scenario TEXT, sensitivity TEXT NOT NULL,
     status TEXT NOT NULL CHECK (status IN ('active', 'ended')), created_at INTEGER NOT NULL, ended_at INTEGER) STRICT`,
  `CREATE INDEX consultations_by_hospital ON consultations (hospital_id, id)`,
  `CREATE INDEX consultations_by_owner ON consultations (hospital_id, owner_id, id)`,
  `CREATE INDEX consultations_by_patient ON consultations (hospital_id, patient_id, id) WHERE patient_id IS NOT NULL`,
  `CREATE TABLE consultation_sessions (id TEXT PRIMARY KEY, hospital_id TEXT NOT NULL, consultation_id TEXT NOT NULL, type TEXT NOT NULL,
     started_at INTEGER NOT NULL, ended_at INTEGER, total_tokens INTEGER NOT NULL DEFAULT 0, total_calls INTEGER NOT NULL DEFAULT 0) STRICT`,
  `CREATE INDEX consultation_sessions_by_consultation ON consultation_sessions (hospital_id, consultation_id)`,
  `CREATE TABLE messages (id TEXT PRIMARY KEY, hospital_id TEXT NOT NULL, consultation_id TEXT NOT NULL, session_id TEXT NOT NULL,
     sender TEXT NOT NULL CHECK (sender IN ('patient', 'assistant', 'staff')), sender_id TEXT NOT NULL, text TEXT NOT NULL,
     language TEXT NOT NULL, answered_by TEXT, abstained INTEGER NOT NULL, trivial INTEGER NOT NULL, demonstration INTEGER NOT NULL,
     interrupted INTEGER NOT NULL, sources TEXT NOT NULL, red_flag TEXT, transcript TEXT, metrics TEXT, processing_ms INTEGER NOT NULL,
     created_at INTEGER NOT NULL) STRICT`,
  `CREATE INDEX messages_by_consultation ON messages (hospital_id, consultation_id, id)`,
  `CREATE INDEX messages_by_session ON messages (hospital_id, session_id, id)`,
  `CREATE TABLE red_flags (id TEXT PRIMARY KEY, hospital_id TEXT NOT NULL, consultation_id TEXT NOT NULL, message_id TEXT NOT NULL,
     code TEXT NOT NULL, severity TEXT NOT NULL, language TEXT NOT NULL, matched TEXT NOT NULL, advice TEXT NOT NULL,
     created_at INTEGER NOT NULL) STRICT`,
  `CREATE INDEX red_flags_by_consultation ON red_flags (hospital_id, consultation_id)`,
  `CREATE TABLE inaccuracy_reports (id TEXT PRIMARY KEY, hospital_id TEXT NOT NULL, message_id TEXT NOT NULL, reason TEXT NOT NULL,
     correction TEXT, status TEXT NOT NULL, created_by TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT`,
  `CREATE INDEX inaccuracy_reports_by_hospital ON inaccuracy_reports (hospital_id, id)`,
  `CREATE TABLE usage_rows (id TEXT PRIMARY KEY, hospital_id TEXT NOT NULL, purpose TEXT NOT NULL, use TEXT NOT NULL, engine TEXT NOT NULL,
     model TEXT NOT NULL, local INTEGER NOT NULL, units TEXT NOT NULL, started_at INTEGER NOT NULL, ms REAL NOT NULL, first_ms REAL,
     status TEXT NOT NULL, request_id TEXT NOT NULL, session_id TEXT, doctor_id TEXT, patient_id TEXT) STRICT`,
  `CREATE INDEX usage_rows_by_time ON usage_rows (hospital_id, started_at)`,
  `ALTER TABLE notices ADD COLUMN escalated_at INTEGER`,
  `CREATE INDEX notices_open ON notices (type, created_at) WHERE acked_at IS NULL AND escalated_at IS NULL`,
  `CREATE INDEX usage_rows_by_session ON usage_rows (hospital_id, session_id) WHERE session_id IS NOT NULL`,
];
