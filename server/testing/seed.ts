import type { Db } from '../db/database.ts';
import { newId } from '../lib/ids.ts';

/** A paid session in the database, as fulfilment would leave it. */
export async function seedSession(
  db: Db,
  options: { ttlMs?: number; status?: 'awaiting-desktop' | 'live'; desktopId?: string } = {},
): Promise<{ sessionId: string; agentId: string; buyerId: string; orderId: string }> {
  const ids = {
    sessionId: newId('ses'),
    agentId: newId('agt'),
    buyerId: newId('buy'),
    orderId: newId('ord'),
  };
  const expiresAt = new Date(Date.now() + (options.ttlMs ?? 60_000));
  await db.insertInto('buyers').values({ id: ids.buyerId, claim_hash: ids.buyerId }).execute();
  await db
    .insertInto('orders')
    .values({
      id: ids.orderId,
      buyer_id: ids.buyerId,
      amount_cents: 100,
      currency: 'usd',
      livemode: false,
      expires_at: expiresAt,
      paid_at: new Date(),
    })
    .execute();
  await db
    .insertInto('sessions')
    .values({
      id: ids.sessionId,
      order_id: ids.orderId,
      buyer_id: ids.buyerId,
      agent_id: ids.agentId,
      status: options.status ?? 'live',
      expires_at: expiresAt,
      desktop_id: options.desktopId ?? null,
      desktop_status: options.status === 'awaiting-desktop' ? 'starting' : 'ready',
    })
    .execute();
  return ids;
}
