import { type Kysely, sql } from 'kysely';

/** Calls at the reception, and records that became one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE calls (id TEXT NOT NULL, hospital_id TEXT NOT NULL, session_id TEXT NOT NULL, consultation_id TEXT NOT NULL,
     started_at INTEGER NOT NULL, ended_at INTEGER, caller_phone TEXT, customer_name TEXT, customer_email TEXT,
     customer_type TEXT NOT NULL CHECK (customer_type IN ('existing', 'returning', 'new')), patient_id TEXT, language TEXT NOT NULL,
     call_type TEXT NOT NULL CHECK (call_type IN ('inquiry', 'appointment_booking', 'appointment_cancel', 'appointment_reschedule', 'message')),
     department_enquired TEXT, doctor_enquired TEXT,
     status TEXT NOT NULL CHECK (status IN ('in_progress', 'completed', 'dropped', 'transferred')), outcome TEXT, filed_at INTEGER,
     PRIMARY KEY (hospital_id, id)) STRICT`,
  `CREATE UNIQUE INDEX calls_by_session ON calls (hospital_id, session_id)`,
  `CREATE INDEX calls_unfiled ON calls (hospital_id, id) WHERE ended_at IS NOT NULL AND filed_at IS NULL`,
  `CREATE INDEX calls_by_consultation ON calls (hospital_id, consultation_id)`,
  `CREATE INDEX calls_by_patient ON calls (hospital_id, patient_id) WHERE patient_id IS NOT NULL`,
  `CREATE INDEX patients_by_birth ON patients (hospital_id, dob) WHERE dob IS NOT NULL`,
  `CREATE INDEX patients_by_abha ON patients (hospital_id, abha_number) WHERE abha_number IS NOT NULL`,
  `CREATE INDEX patients_by_local_number ON patients (hospital_id, local_number) WHERE local_number IS NOT NULL`,
  `CREATE TABLE merged_patients (hospital_id TEXT NOT NULL, id TEXT NOT NULL, into_id TEXT NOT NULL, merged_at INTEGER NOT NULL,
     merged_by TEXT NOT NULL, PRIMARY KEY (hospital_id, id)) STRICT, WITHOUT ROWID`,
];
