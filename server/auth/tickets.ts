import { sql } from 'kysely';
import type { Db } from '../db/database.ts';

/** A ticket is used once, on whichever node: the first to write its id wins. [AUTH-5] */
export async function useTicketOnce(db: Db, tokenId: string, expiresAt: Date): Promise<boolean> {
  const row = await db
    .insertInto('used_tickets')
    .values({ jti: tokenId, expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .returning('jti')
    .executeTakeFirst();
  return row !== undefined;
}

/** Ids of tickets that have expired anyway need not be remembered. */
export async function forgetExpiredTickets(db: Db): Promise<void> {
  await db
    .deleteFrom('used_tickets')
    .where('expires_at', '<', sql<Date>`now() - interval '1 minute'`)
    .execute();
}
