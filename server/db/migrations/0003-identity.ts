import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE recovery_links (
      hash text PRIMARY KEY,
      session_id text NOT NULL REFERENCES sessions,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    );
    CREATE INDEX recovery_links_by_session ON recovery_links (session_id, expires_at);

    CREATE TABLE api_tokens (
      id text PRIMARY KEY,
      session_id text NOT NULL REFERENCES sessions,
      hash text NOT NULL UNIQUE,
      name text NOT NULL,
      scopes text[] NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz,
      last_used_at timestamptz
    );
    CREATE INDEX api_tokens_by_session ON api_tokens (session_id, created_at);

    CREATE TABLE shares (
      id text PRIMARY KEY,
      session_id text NOT NULL REFERENCES sessions,
      hash text NOT NULL UNIQUE,
      name text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz
    );
    CREATE INDEX shares_by_session ON shares (session_id, created_at);

    CREATE TABLE admin_sessions (
      hash text PRIMARY KEY,
      password_mark text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz
    );
  `.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE admin_sessions, shares, api_tokens, recovery_links`.execute(db);
}
