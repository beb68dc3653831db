import { type Kysely, sql } from 'kysely';

/** What the reception agent knows in the middle of a conversation, and what it did in each turn. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'ALTER TABLE consultation_sessions ADD COLUMN reception_state TEXT',
  `ALTER TABLE messages ADD COLUMN tool_calls TEXT NOT NULL DEFAULT '[]'`,
];
