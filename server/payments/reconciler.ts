import { sql } from 'kysely';
import type Stripe from 'stripe';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import { dropNodeLease, moveCursor, type NodeLease, takeNodeLease } from '../db/node-lease.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type Periodic, periodic } from '../lib/periodic.ts';
import type { Fulfil } from './fulfilment.ts';
import type { Refund } from './refunds.ts';
import { EVENT_TYPES, storeEvents } from './stripe-events.ts';

/** With the lease of a node that died: 20 + 30 s is within the promised 60. [PAY-5] */
const RECONCILE_MS = 20_000;
const LEASE_MS = 30_000;
const LEASE = 'stripe-reconciler';
/** Orders this fresh are found by listing; older ones wait for a bank and are asked after one by one. */
const RECENT = sql<Date>`now() - interval '10 minutes'`;
const PER_TURN = 20;
/** Events become listable a little out of order, and Stripe's clock is not ours. */
const OVERLAP_SECONDS = 300;
const FIRST_LOOK_BACK_SECONDS = 3 * 86_400;
const PAGE = 100;

export interface Reconciler {
  /** One turn; does nothing while another node has it. */
  run(): Promise<void>;
  /** Gives the work up, so that another node may begin at once. */
  release(): Promise<void>;
}

/** Makes good whatever webhook never came, by asking Stripe. Everything it does may be repeated. [PAY-5] */
export function createReconciler(deps: {
  db: Db;
  stripe: Stripe;
  jobs: Jobs;
  fulfil: Fulfil;
  refund: Refund;
  /** Acts on a stored event. */
  handle: (eventId: string) => Promise<void>;
  clock: Clock;
  log: Log;
}): Reconciler {
  const { db, stripe, log } = deps;
  const holder = crypto.randomUUID();

  /** One that fails must not keep the others waiting. */
  const attempt = (what: string, id: string, work: Promise<unknown>) =>
    work.catch((error: unknown) => log.warn({ event: 'reconcile.failed', what, id, err: error }));

  const unsettled = () => db.selectFrom('orders').where('paid_at', 'is', null).where('closed_at', 'is', null);

  async function settleRecent(): Promise<void> {
    const open = await unsettled().select(['id', 'created_at']).where('expires_at', '>', RECENT).execute();
    if (open.length === 0) return;
    const ids = new Set(open.map(({ id }) => id));
    const oldestMs = Math.min(...open.map(({ created_at }) => created_at.getTime()));
    const gte = Math.floor(oldestMs / 1000) - OVERLAP_SECONDS;
    for await (const checkout of stripe.checkout.sessions.list({ created: { gte }, limit: PAGE })) {
      const ours = checkout.client_reference_id && ids.has(checkout.client_reference_id);
      if (ours && checkout.status !== 'open')
        await attempt('checkout', checkout.id, deps.fulfil(checkout.id));
    }
  }

  async function settleOld(): Promise<void> {
    const old = await unsettled()
      .select(['id', 'checkout_session_id'])
      .where('expires_at', '<=', RECENT)
      .orderBy('checked_at', (order) => order.asc().nullsFirst())
      .limit(PER_TURN)
      .execute();
    for (const { id, checkout_session_id: checkoutSessionId } of old) {
      await db.updateTable('orders').set({ checked_at: sql<Date>`now()` }).where('id', '=', id).execute();
      if (checkoutSessionId) await attempt('checkout', checkoutSessionId, deps.fulfil(checkoutSessionId));
    }
  }

  /** An open Checkout for a day that can no longer be added. [SES-3] */
  async function expireNeedless(): Promise<void> {
    const needless = await db
      .selectFrom('orders as o')
      .innerJoin('sessions as s', 's.id', 'o.extends_session_id')
      .select('o.checkout_session_id as id')
      .where('o.paid_at', 'is', null)
      .where('o.closed_at', 'is', null)
      .where('o.expires_at', '>', sql<Date>`now()`)
      .where('s.status', '=', 'ended')
      .limit(PER_TURN)
      .execute();
    for (const { id } of needless) {
      if (!id) continue;
      await attempt(
        'expire',
        id,
        stripe.checkout.sessions.expire(id).then(() => deps.fulfil(id)),
      );
    }
  }

  /** Jobs whose retries ran out. */
  async function finishLeftBehind(): Promise<void> {
    const refunds = await db
      .selectFrom('orders')
      .select('id')
      .where('refund_wanted_at', '<', sql<Date>`now() - interval '1 minute'`)
      .where('refund_settled_at', 'is', null)
      .orderBy('refund_wanted_at')
      .limit(PER_TURN)
      .execute();
    for (const { id } of refunds) await attempt('refund', id, deps.refund(id));
    const events = await db
      .selectFrom('stripe_events')
      .select('id')
      .where('handled_at', 'is', null)
      .where('received_at', '<', sql<Date>`now() - interval '5 minutes'`)
      .orderBy('received_at', 'desc')
      .limit(PER_TURN)
      .execute();
    for (const { id } of events) await attempt('event', id, deps.handle(id));
  }

  async function catchUpEvents({ epoch, cursor }: NodeLease): Promise<void> {
    const nowSeconds = Math.floor(deps.clock.now() / 1000);
    const gte = (cursor ?? nowSeconds - FIRST_LOOK_BACK_SECONDS) - OVERLAP_SECONDS;
    const params = { types: [...EVENT_TYPES], created: { gte }, limit: PAGE };
    let newest = cursor ?? nowSeconds;
    let found = 0;
    let page = await stripe.events.list(params);
    for (;;) {
      found += await storeEvents(db, deps.jobs, page.data.toReversed());
      newest = Math.max(newest, ...page.data.map(({ created }) => created));
      const last = page.data.at(-1);
      if (!page.has_more || !last) break;
      page = await stripe.events.list({ ...params, starting_after: last.id });
    }
    // Pages come newest first: only now is everything before the cursor stored.
    await moveCursor(db, LEASE, epoch, newest);
    if (found > 0) log.info({ event: 'reconcile.events-found', count: found });
  }

  return {
    async run() {
      const lease = await takeNodeLease(db, LEASE, holder, LEASE_MS);
      if (!lease) return;
      await attempt('recent Checkouts', LEASE, settleRecent());
      await attempt('events', LEASE, catchUpEvents(lease));
      await attempt('old Checkouts', LEASE, settleOld());
      await attempt('needless Checkouts', LEASE, expireNeedless());
      await attempt('left behind', LEASE, finishLeftBehind());
    },
    release: () => dropNodeLease(db, LEASE, holder),
  };
}

export function startReconciler(reconciler: Reconciler, log: Log): Periodic {
  const turns = periodic('reconcile', RECONCILE_MS, log, () => reconciler.run());
  void turns.kick();
  return {
    kick: turns.kick,
    async stop() {
      await turns.stop();
      await reconciler.release().catch((error: unknown) => {
        log.debug({ event: 'reconcile.release-failed', err: error });
      });
    },
  };
}
