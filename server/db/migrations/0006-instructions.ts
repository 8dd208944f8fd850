import { type Kysely, sql } from 'kysely';

/**
 * Tasks in words: what the model has cost, what was said; and playbooks that an owner keeps. [AGT-3]
 * `entry` is json, not jsonb: what is sent to a model again must be the same to the letter.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE tasks ADD COLUMN usage jsonb;

    CREATE TABLE task_transcripts (
      task_id text NOT NULL REFERENCES tasks ON DELETE CASCADE,
      seq integer NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      entry json NOT NULL,
      PRIMARY KEY (task_id, seq)
    );

    CREATE TABLE playbooks (
      id text PRIMARY KEY,
      session_id text NOT NULL REFERENCES sessions,
      name text NOT NULL,
      document jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX playbooks_by_session ON playbooks (session_id, created_at);
  `.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE playbooks;
    DROP TABLE task_transcripts;
    ALTER TABLE tasks DROP COLUMN usage
  `.execute(db);
}
