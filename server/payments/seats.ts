import { sql } from 'kysely';
import type { Db } from '../db/database.ts';

/** Word of a payment in a Checkout's last second may come this late and still find its seat. */
const GRACE = sql`interval '2 minutes'`;

/** Runs work that counts seats and then takes one, in a transaction; one at a time over all nodes. [PAY-14] */
export type WithSeats = <T>(work: (trx: Db) => Promise<T>) => Promise<T>;

export function createSeats(db: Db): WithSeats {
  // A crowd waits here, on one connection, instead of for the lock on all that the pool has.
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(() =>
      db.transaction().execute(async (trx) => {
        await sql`SELECT pg_advisory_xact_lock(hashtext('seats'))`.execute(trx);
        return work(trx);
      }),
    );
    last = next.catch(() => undefined);
    return next;
  };
}

/** Desktops that are promised: sessions not yet proven gone, and orders that may still be paid. */
export async function seatsTaken(db: Db): Promise<number> {
  // clock_timestamp(): now() is when the transaction began, which may be before a long wait for the lock.
  const { rows } = await sql<{ taken: number }>`
    SELECT (SELECT count(*) FROM sessions WHERE released_at IS NULL)
         + (SELECT count(*) FROM orders
            WHERE paid_at IS NULL AND closed_at IS NULL AND extends_session_id IS NULL
              AND expires_at > clock_timestamp() - ${GRACE}) AS taken
  `.execute(db);
  return Number(rows[0]?.taken ?? 0);
}

/** Whether an unpaid order's own seat is still kept for it. */
export async function hasSeat(trx: Db, orderId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('orders')
    .select('id')
    .where('id', '=', orderId)
    .where('closed_at', 'is', null)
    .where('paid_at', 'is', null)
    .where('expires_at', '>', sql<Date>`clock_timestamp() - ${GRACE}`)
    .executeTakeFirst();
  return row !== undefined;
}
