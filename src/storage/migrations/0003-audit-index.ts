import { type Kysely, sql } from 'kysely';

/**
 * A look into a patient's record is the entry that is written most, and names the patient twice: as the thing and as whom it is
 * about. One index finds it; in the other it would be one more page to encrypt and write with every look.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `DROP INDEX audit_entries_by_entity`,
  `CREATE INDEX audit_entries_by_entity ON audit_entries (hospital_id, entity_id, seq) WHERE entity_id IS NOT patient_id`,
];
