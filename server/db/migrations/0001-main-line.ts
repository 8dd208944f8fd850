import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE buyers (
      id text PRIMARY KEY,
      claim_hash text NOT NULL UNIQUE,
      created_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE orders (
      id text PRIMARY KEY,
      buyer_id text NOT NULL REFERENCES buyers,
      checkout_session_id text UNIQUE,
      checkout_url text,
      amount_cents integer NOT NULL CHECK (amount_cents > 0),
      currency text NOT NULL,
      livemode boolean NOT NULL,
      expires_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      paid_at timestamptz,
      payment_intent_id text
    );
    CREATE INDEX orders_open ON orders (buyer_id, expires_at) WHERE paid_at IS NULL;
    CREATE INDEX orders_by_payment_intent ON orders (payment_intent_id);

    CREATE TABLE stripe_events (
      id text PRIMARY KEY,
      type text NOT NULL,
      checkout_session_id text,
      received_at timestamptz NOT NULL DEFAULT now(),
      handled_at timestamptz
    );
    CREATE INDEX stripe_events_unhandled ON stripe_events (received_at) WHERE handled_at IS NULL;

    CREATE TABLE sessions (
      id text PRIMARY KEY,
      order_id text NOT NULL UNIQUE REFERENCES orders,
      buyer_id text NOT NULL REFERENCES buyers,
      agent_id text NOT NULL UNIQUE,
      status text NOT NULL DEFAULT 'awaiting-desktop' CHECK (status IN ('awaiting-desktop', 'live', 'ended')),
      ended_reason text,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      ended_at timestamptz,
      released_at timestamptz,
      desktop_id text UNIQUE,
      desktop_status text NOT NULL DEFAULT 'starting',
      control_holder text NOT NULL DEFAULT 'human' CHECK (control_holder IN ('human', 'agent')),
      control_epoch integer NOT NULL DEFAULT 0,
      last_seq bigint NOT NULL DEFAULT 0,
      CHECK ((status = 'ended') = (ended_at IS NOT NULL)),
      CHECK ((ended_at IS NULL) = (ended_reason IS NULL)),
      CHECK (released_at IS NULL OR ended_at IS NOT NULL)
    );
    CREATE INDEX sessions_by_buyer ON sessions (buyer_id, created_at DESC);
    CREATE INDEX sessions_unreleased ON sessions (expires_at) WHERE released_at IS NULL;

    CREATE TABLE events (
      session_id text NOT NULL REFERENCES sessions,
      seq bigint NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      event jsonb NOT NULL,
      PRIMARY KEY (session_id, seq)
    );

    CREATE TABLE refresh_families (
      id text PRIMARY KEY,
      buyer_id text NOT NULL REFERENCES buyers,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz
    );

    CREATE TABLE refresh_tokens (
      hash text PRIMARY KEY,
      family_id text NOT NULL REFERENCES refresh_families,
      created_at timestamptz NOT NULL DEFAULT now(),
      rotated_at timestamptz,
      successor text
    );
    CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id);

    CREATE TABLE used_tickets (
      jti text PRIMARY KEY,
      expires_at timestamptz NOT NULL
    );

    CREATE TABLE tasks (
      id text PRIMARY KEY,
      session_id text NOT NULL REFERENCES sessions,
      name text NOT NULL,
      kind text NOT NULL CHECK (kind IN ('playbook', 'instruction')),
      input jsonb NOT NULL,
      status text NOT NULL DEFAULT 'queued',
      steps jsonb NOT NULL DEFAULT '[]',
      result jsonb,
      error jsonb,
      cancel_requested_at timestamptz,
      lease_until timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      ended_at timestamptz
    );
    CREATE INDEX tasks_by_session ON tasks (session_id, created_at);
    CREATE INDEX tasks_open ON tasks (session_id, created_at) WHERE ended_at IS NULL;
  `.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE tasks, used_tickets, refresh_tokens, refresh_families, events, sessions, stripe_events,
      orders, buyers
  `.execute(db);
}
