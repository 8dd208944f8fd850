import { type Kysely, sql } from 'kysely';

/** Secrets by name, approvals, and what a task may do without asking. [AGT-5] [AGT-7] [AGT-9] */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE session_secrets (
      id text PRIMARY KEY,
      session_id text NOT NULL REFERENCES sessions,
      name text NOT NULL,
      origin text NOT NULL,
      field jsonb,
      sealed text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (session_id, name)
    );

    CREATE TABLE approvals (
      id text PRIMARY KEY,
      session_id text NOT NULL REFERENCES sessions,
      task_id text NOT NULL REFERENCES tasks ON DELETE CASCADE,
      about jsonb NOT NULL,
      mark text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      decision text CHECK (decision IN ('approve', 'refuse')),
      decided_at timestamptz,
      used_at timestamptz,
      CHECK ((decision IS NULL) = (decided_at IS NULL))
    );
    CREATE INDEX approvals_by_task ON approvals (task_id, created_at);

    ALTER TABLE tasks
      ADD COLUMN approvals text NOT NULL DEFAULT 'never' CHECK (approvals IN ('ask', 'never')),
      ADD COLUMN allowed_origins text[],
      ADD COLUMN approval jsonb;
  `.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE tasks DROP COLUMN approvals, DROP COLUMN allowed_origins, DROP COLUMN approval;
    DROP TABLE approvals, session_secrets;
  `.execute(db);
}
