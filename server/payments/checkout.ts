import { type Selectable, sql } from 'kysely';
import type Stripe from 'stripe';
import type { CheckoutCreated } from '../../shared/api.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema.ts';
import { ProblemError } from '../lib/errors.ts';
import { newId, sha256 } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import type { Fulfil } from './fulfilment.ts';
import { seatsTaken, type WithSeats } from './seats.ts';
import { createStripeCheckout, type Price } from './stripe-checkout.ts';

/** Stripe's shortest is 30 minutes; a minute more, so that its clock and ours may differ. */
const CHECKOUT_LIFETIME_MS = 31 * 60_000;
/** An open Checkout this close to its end is not handed out again. */
const REUSE_MARGIN_MS = 60_000;

type Order = Selectable<Database['orders']>;

export interface Checkout {
  /**
   * Starts a Checkout for the browser that holds `claimNonce`, or returns the one it has open. [PAY-11]
   * @throws {ProblemError} 503 `sold-out` before anybody pays. [PAY-14]
   */
  start(claimNonce: string, origin: string): Promise<CheckoutCreated>;
  /** Starts a Checkout for another day of a session; it has its seat already. [SES-3] */
  extend(session: { id: string; buyerId: string }, origin: string): Promise<CheckoutCreated>;
  /** The buyer turned back: their open Checkout can no longer be paid, and its seat is free. [PAY-14] */
  cancel(claimNonce: string): Promise<void>;
  available(): Promise<boolean>;
}

export function createCheckout(deps: {
  db: Db;
  stripe: Stripe;
  price: Price;
  maxSessions: number;
  livemode: boolean;
  fulfil: Fulfil;
  withSeats: WithSeats;
  log: Log;
}): Checkout {
  const { db, stripe, price, log } = deps;
  const createAtStripe = createStripeCheckout(stripe, price);

  const openOrders = (trx: Db, extendsSessionId: string | null) =>
    trx
      .selectFrom('orders')
      .selectAll()
      .where('extends_session_id', extendsSessionId === null ? 'is' : '=', extendsSessionId)
      .where('paid_at', 'is', null)
      .where('closed_at', 'is', null)
      .where('expires_at', '>', new Date(Date.now() + REUSE_MARGIN_MS))
      .where('amount_cents', '=', price.amountCents)
      .where('currency', '=', price.currency);

  const insertOrder = (trx: Db, buyerId: string, extendsSessionId: string | null) =>
    trx
      .insertInto('orders')
      .values({
        id: newId('ord'),
        buyer_id: buyerId,
        amount_cents: price.amountCents,
        currency: price.currency,
        livemode: deps.livemode,
        expires_at: new Date(Date.now() + CHECKOUT_LIFETIME_MS),
        extends_session_id: extendsSessionId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();

  /** The buyer's open order, or a new one while there is a seat. */
  const reserve = (claimNonce: string): Promise<Order> =>
    deps.withSeats(async (trx) => {
      const buyerId = await buyerOf(trx, sha256(claimNonce));
      const open = await openOrders(trx, null).where('buyer_id', '=', buyerId).executeTakeFirst();
      if (open) return open;
      if ((await seatsTaken(trx)) >= deps.maxSessions) {
        throw new ProblemError(
          503,
          'sold-out',
          'Every browser is taken right now. Try again in a few minutes.',
        );
      }
      return insertOrder(trx, buyerId, null);
    });

  async function checkoutOf(order: Order, origin: string): Promise<CheckoutCreated> {
    try {
      const created = await createAtStripe(order, origin);
      await db
        .updateTable('orders')
        .set({ checkout_session_id: created.checkoutSessionId, checkout_url: created.checkoutUrl })
        .where('id', '=', order.id)
        .execute();
      return created;
    } catch (error) {
      // Nobody was given an address to pay at, so the seat need not wait for the Checkout's end.
      await closeIfUnknown(order.id);
      throw error;
    }
  }

  const closeIfUnknown = (orderId: string) =>
    db
      .updateTable('orders')
      .set({ closed_at: sql<Date>`now()` })
      .where('id', '=', orderId)
      .where('checkout_session_id', 'is', null)
      .execute();

  return {
    available: async () => (await seatsTaken(db)) < deps.maxSessions,

    start: async (claimNonce, origin) => checkoutOf(await reserve(claimNonce), origin),

    async extend({ id, buyerId }, origin) {
      const order = await db.transaction().execute(async (trx) => {
        // Ten clicks wait here for one another. [PAY-11]
        await trx.selectFrom('sessions').select('id').where('id', '=', id).forUpdate().execute();
        return (await openOrders(trx, id).executeTakeFirst()) ?? insertOrder(trx, buyerId, id);
      });
      return checkoutOf(order, origin);
    },

    async cancel(claimNonce) {
      const open = await db
        .selectFrom('orders as o')
        .innerJoin('buyers as b', 'b.id', 'o.buyer_id')
        .select('o.checkout_session_id')
        .where('b.claim_hash', '=', sha256(claimNonce))
        .where('o.extends_session_id', 'is', null)
        .where('o.paid_at', 'is', null)
        .where('o.closed_at', 'is', null)
        .where('o.checkout_session_id', 'is not', null)
        .execute();
      for (const { checkout_session_id: id } of open) {
        if (!id) continue;
        await stripe.checkout.sessions.expire(id).catch((error: unknown) => {
          // Paid or expired in the meantime; what it is now decides.
          log.info({ event: 'checkout.cancel-refused', checkoutSessionId: id, err: error });
        });
        await deps.fulfil(id);
      }
    },
  };
}

async function buyerOf(trx: Db, claimHash: string): Promise<string> {
  await trx
    .insertInto('buyers')
    .values({ id: newId('buy'), claim_hash: claimHash })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { id } = await trx
    .selectFrom('buyers')
    .select('id')
    .where('claim_hash', '=', claimHash)
    .executeTakeFirstOrThrow();
  return id;
}
