import { type Kysely, sql } from 'kysely';

/** What a task asks its owner, that it was told to pause, and how much a human did in the browser. [AGT-4] */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE tasks
      ADD COLUMN question jsonb,
      ADD COLUMN pause_requested_at timestamptz;
    ALTER TABLE sessions
      ADD COLUMN human_keys integer NOT NULL DEFAULT 0,
      ADD COLUMN human_clicks integer NOT NULL DEFAULT 0
  `.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE sessions DROP COLUMN human_clicks, DROP COLUMN human_keys;
    ALTER TABLE tasks DROP COLUMN pause_requested_at, DROP COLUMN question
  `.execute(db);
}
