import { type Kysely, sql } from 'kysely';

/** Expand only: the previous release runs on this schema too. [OPS-5] */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE payment_facts (
      order_id text NOT NULL REFERENCES orders,
      kind text NOT NULL,
      stripe_id text NOT NULL,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (order_id, kind, stripe_id)
    );

    CREATE TABLE node_leases (
      name text PRIMARY KEY,
      holder text NOT NULL,
      epoch integer NOT NULL,
      lease_until timestamptz NOT NULL,
      cursor bigint
    );

    ALTER TABLE orders
      ADD COLUMN extends_session_id text REFERENCES sessions,
      ADD COLUMN day_starts_at timestamptz,
      ADD COLUMN closed_at timestamptz,
      ADD COLUMN checked_at timestamptz,
      ADD COLUMN refund_why text,
      ADD COLUMN refund_wanted_at timestamptz,
      ADD COLUMN refund_settled_at timestamptz,
      ADD CHECK ((refund_why IS NULL) = (refund_wanted_at IS NULL));
    CREATE INDEX orders_unsettled ON orders (expires_at) WHERE paid_at IS NULL AND closed_at IS NULL;
    CREATE INDEX orders_by_extended_session ON orders (extends_session_id)
      WHERE extends_session_id IS NOT NULL;
    CREATE INDEX orders_to_refund ON orders (refund_wanted_at)
      WHERE refund_wanted_at IS NOT NULL AND refund_settled_at IS NULL;

    ALTER TABLE stripe_events ADD COLUMN object_id text;

    ALTER TABLE sessions
      ADD COLUMN live_at timestamptz,
      ADD COLUMN warned_ms integer;
  `.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE sessions DROP COLUMN live_at, DROP COLUMN warned_ms;
    ALTER TABLE stripe_events DROP COLUMN object_id;
    ALTER TABLE orders
      DROP COLUMN extends_session_id, DROP COLUMN day_starts_at, DROP COLUMN closed_at,
      DROP COLUMN checked_at, DROP COLUMN refund_why, DROP COLUMN refund_wanted_at,
      DROP COLUMN refund_settled_at;
    DROP TABLE payment_facts, node_leases;
  `.execute(db);
}
