import { sql } from 'kysely';
import type { Db } from './database.ts';

export interface NodeLease {
  /** Greater with every take: a holder that stalled is fenced out by it. */
  epoch: number;
  cursor: number | null;
}

/** Takes or renews a piece of work that one node does for all; null while another holds it. */
export async function takeNodeLease(
  db: Db,
  name: string,
  holder: string,
  forMs: number,
): Promise<NodeLease | null> {
  const { rows } = await sql<NodeLease>`
    INSERT INTO node_leases AS held (name, holder, epoch, lease_until)
    VALUES (${name}, ${holder}, 1, now() + ${forMs} * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE
      SET holder = excluded.holder, epoch = held.epoch + 1, lease_until = excluded.lease_until
      WHERE held.lease_until <= now() OR held.holder = excluded.holder
    RETURNING epoch, cursor
  `.execute(db);
  return rows[0] ?? null;
}

/** Changes nothing when another holder has come since. */
export async function moveCursor(db: Db, name: string, epoch: number, cursor: number): Promise<void> {
  await db
    .updateTable('node_leases')
    .set({ cursor })
    .where('name', '=', name)
    .where('epoch', '=', epoch)
    .execute();
}

/** Lets the next node begin at once instead of after the lease. */
export async function dropNodeLease(db: Db, name: string, holder: string): Promise<void> {
  await db
    .updateTable('node_leases')
    .set({ lease_until: sql<Date>`now()` })
    .where('name', '=', name)
    .where('holder', '=', holder)
    .execute();
}
