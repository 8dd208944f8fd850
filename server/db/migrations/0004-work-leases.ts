import { type Kysely, sql } from 'kysely';

/** Which node works on a session's end or on its lost desktop, and until when the others leave it alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE sessions
      ADD COLUMN sweep_until timestamptz,
      ADD COLUMN recovery_until timestamptz,
      ADD COLUMN recovered_at timestamptz,
      ADD COLUMN recoveries integer NOT NULL DEFAULT 0
  `.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE sessions
      DROP COLUMN sweep_until, DROP COLUMN recovery_until, DROP COLUMN recovered_at, DROP COLUMN recoveries
  `.execute(db);
}
