import { type Kysely, sql } from 'kysely';

/** What leaves the building: messages on their way, the ways a hospital lets them take, and the addresses of doctors' calendars. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE outbox (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, hospital_id TEXT NOT NULL,
     kind TEXT NOT NULL CHECK (kind IN ('email', 'text', 'webhook')), channel TEXT NOT NULL, event TEXT NOT NULL, key TEXT NOT NULL,
     lane TEXT NOT NULL, appointment_id TEXT, patient_id TEXT, recipient TEXT NOT NULL, content TEXT,
     status TEXT NOT NULL CHECK (status IN ('pending', 'sent', 'failed', 'dead')), attempts INTEGER NOT NULL, next_at INTEGER,
     lease_until INTEGER, error TEXT, answer INTEGER, expires_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, sent_at INTEGER,
     CHECK ((status = 'sent') = (sent_at IS NOT NULL)), CHECK (status = 'sent' OR content IS NOT NULL),
     CHECK ((next_at IS NULL) = (status IN ('sent', 'dead')))) STRICT`,
  `CREATE UNIQUE INDEX outbox_by_id ON outbox (hospital_id, id)`,
  `CREATE UNIQUE INDEX outbox_by_key ON outbox (hospital_id, key)`,
  `CREATE INDEX outbox_waiting ON outbox (next_at, place) WHERE next_at IS NOT NULL`,
  `CREATE INDEX outbox_lanes ON outbox (hospital_id, lane, place)`,
  `CREATE INDEX outbox_by_appointment ON outbox (hospital_id, appointment_id, place) WHERE appointment_id IS NOT NULL`,
  `CREATE INDEX outbox_by_patient ON outbox (hospital_id, patient_id) WHERE patient_id IS NOT NULL`,
  `CREATE INDEX outbox_by_time ON outbox (hospital_id, created_at)`,
  `CREATE TABLE channels (hospital_id TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('email', 'text-messages', 'webhook')),
     settings TEXT NOT NULL, sealed_secret TEXT, updated_by TEXT NOT NULL, updated_at INTEGER NOT NULL,
     PRIMARY KEY (hospital_id, kind)) STRICT, WITHOUT ROWID`,
  `CREATE TABLE calendar_feeds (hospital_id TEXT NOT NULL, doctor_id TEXT NOT NULL, token TEXT NOT NULL, shows_names INTEGER NOT NULL,
     made_by TEXT NOT NULL, made_at INTEGER NOT NULL, PRIMARY KEY (hospital_id, doctor_id)) STRICT, WITHOUT ROWID`,
  `CREATE UNIQUE INDEX calendar_feeds_by_token ON calendar_feeds (token)`,
];
