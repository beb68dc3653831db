import { type Kysely, sql } from 'kysely';

/**
 * Schedules, appointments and what became of them. That no two appointments of a doctor overlap is a rule of the database: whoever
 * writes, in whatever process, the second is refused. An appointment takes a day at most, so the rule need not look further back.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const refuseOverlap = `
  BEGIN SELECT RAISE(ABORT, 'SLOT_TAKEN') WHERE EXISTS (SELECT 1 FROM appointments AS other
    WHERE other.hospital_id = NEW.hospital_id AND other.doctor_id = NEW.doctor_id AND other.status <> 'cancelled'
      AND other.starts_at < NEW.busy_until AND other.starts_at > NEW.starts_at - 86400000 AND other.busy_until > NEW.starts_at
      AND other.id <> NEW.id);
  END`;

const statements = [
  `CREATE TABLE schedules (hospital_id TEXT NOT NULL, doctor_id TEXT NOT NULL, schedule TEXT NOT NULL, updated_by TEXT NOT NULL,
     updated_at INTEGER NOT NULL, PRIMARY KEY (hospital_id, doctor_id)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE appointments (id TEXT NOT NULL, hospital_id TEXT NOT NULL, doctor_id TEXT NOT NULL, patient_id TEXT,
     status TEXT NOT NULL CHECK (status IN ('held', 'booked', 'confirmed', 'cancelled', 'arrived', 'no_show')),
     starts_at INTEGER NOT NULL, ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
     busy_until INTEGER NOT NULL CHECK (busy_until >= ends_at AND busy_until - starts_at <= 86400000),
     time_zone TEXT NOT NULL, booking_code TEXT, email TEXT, notes TEXT, sequence INTEGER NOT NULL,
     hold_hash TEXT, hold_until INTEGER, made_by TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
     CHECK ((status = 'held') = (patient_id IS NULL)), CHECK ((status = 'held') = (hold_until IS NOT NULL)),
     PRIMARY KEY (hospital_id, id)) STRICT, WITHOUT ROWID`,
  `CREATE INDEX appointments_by_doctor ON appointments (hospital_id, doctor_id, starts_at, busy_until) WHERE status <> 'cancelled'`,
  `CREATE INDEX appointments_by_time ON appointments (hospital_id, starts_at, id)`,
  `CREATE INDEX appointments_by_patient ON appointments (hospital_id, patient_id, starts_at) WHERE patient_id IS NOT NULL`,
  `CREATE INDEX appointments_by_code ON appointments (hospital_id, booking_code) WHERE status IN ('booked', 'confirmed')`,
  `CREATE INDEX appointments_held ON appointments (hospital_id, hold_until) WHERE status = 'held'`,
  `CREATE TRIGGER appointments_overlap_on_insert BEFORE INSERT ON appointments WHEN NEW.status <> 'cancelled' ${refuseOverlap}`,
  `CREATE TRIGGER appointments_overlap_on_update
     BEFORE UPDATE OF hospital_id, id, doctor_id, status, starts_at, busy_until ON appointments WHEN NEW.status <> 'cancelled' ${refuseOverlap}`,
  `CREATE TABLE appointment_events (id TEXT NOT NULL, hospital_id TEXT NOT NULL, appointment_id TEXT NOT NULL,
     step TEXT NOT NULL CHECK (step IN ('booked', 'rescheduled', 'confirmed', 'cancelled', 'arrived', 'no_show')), at INTEGER NOT NULL,
     by TEXT NOT NULL, from_starts_at INTEGER, from_doctor_id TEXT, reason TEXT, PRIMARY KEY (hospital_id, appointment_id, id)) STRICT, WITHOUT ROWID`,
];
