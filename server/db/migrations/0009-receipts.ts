import { type Kysely, sql } from 'kysely';

/** What was seen to be left after a session's end, and when its results were forgotten. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE sessions ADD COLUMN remains jsonb, ADD COLUMN forgotten_at timestamptz`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE sessions DROP COLUMN remains, DROP COLUMN forgotten_at`.execute(db);
}
