import type { Stripe } from 'stripe';
import type { FaultRule } from '../webhooks/faults.ts';
import type { Clock } from './clock.ts';
import { Collection } from './collection.ts';
import { newId } from './ids.ts';
import { createSchedule, type Job, type Schedule } from './schedule.ts';
import type {
  Delivery,
  Endpoint,
  PendingPayment,
  SandboxState,
  SessionExtra,
  StoredAnswer,
} from './store.ts';

const EVENTS_KEPT_SECONDS = 30 * 24 * 3600;

interface RequestOrigin {
  id: string;
  idempotency_key: string | null;
}

/** All that the sandbox knows and what moves it: every part receives this one object. */
export interface World {
  accountId: string;
  clock: Clock;
  schedule: Schedule;
  publicUrl: string;
  /** The API request being answered; handlers are synchronous, so there is at most one. */
  currentRequest: RequestOrigin | null;
  nowSeconds(): number;
  touch(): void;
  /** Stripe lists events for 30 days; so does the sandbox. */
  forgetTheOld(): void;
  snapshot(): SandboxState;
  products: Collection<Stripe.Product>;
  prices: Collection<Stripe.Price>;
  customers: Collection<Stripe.Customer>;
  sessions: Collection<Stripe.Checkout.Session>;
  sessionExtras: Collection<SessionExtra>;
  paymentIntents: Collection<Stripe.PaymentIntent>;
  charges: Collection<Stripe.Charge>;
  refunds: Collection<Stripe.Refund>;
  disputes: Collection<Stripe.Dispute>;
  earlyFraudWarnings: Collection<Stripe.Radar.EarlyFraudWarning>;
  events: Collection<Stripe.Event>;
  endpoints: Collection<Endpoint>;
  deliveries: Collection<Delivery>;
  pendingPayments: Collection<PendingPayment>;
  answers: Collection<StoredAnswer>;
  faults: FaultRule[];
}

export function createWorld(saved: SandboxState | undefined, clock: Clock, changed: () => void): World {
  const jobs = new Collection<Job>(saved?.jobs ?? [], changed);
  const world: World = {
    accountId: saved?.accountId ?? newId.account(),
    clock,
    schedule: createSchedule(clock, jobs),
    publicUrl: '',
    currentRequest: null,
    nowSeconds: () => Math.floor(clock.nowMs() / 1000),
    touch: changed,
    forgetTheOld() {
      const oldest = world.nowSeconds() - EVENTS_KEPT_SECONDS;
      world.events.removeOlderThan(oldest);
      world.deliveries.removeOlderThan(oldest);
    },
    snapshot: () => ({
      accountId: world.accountId,
      products: world.products.all,
      prices: world.prices.all,
      customers: world.customers.all,
      sessions: world.sessions.all,
      sessionExtras: world.sessionExtras.all,
      paymentIntents: world.paymentIntents.all,
      charges: world.charges.all,
      refunds: world.refunds.all,
      disputes: world.disputes.all,
      earlyFraudWarnings: world.earlyFraudWarnings.all,
      events: world.events.all,
      endpoints: world.endpoints.all,
      deliveries: world.deliveries.all,
      pendingPayments: world.pendingPayments.all,
      answers: world.answers.all,
      jobs: jobs.all,
      faults: world.faults,
    }),
    products: new Collection(saved?.products ?? [], changed),
    prices: new Collection(saved?.prices ?? [], changed),
    customers: new Collection(saved?.customers ?? [], changed),
    sessions: new Collection(saved?.sessions ?? [], changed),
    sessionExtras: new Collection(saved?.sessionExtras ?? [], changed),
    paymentIntents: new Collection(saved?.paymentIntents ?? [], changed),
    charges: new Collection(saved?.charges ?? [], changed),
    refunds: new Collection(saved?.refunds ?? [], changed),
    disputes: new Collection(saved?.disputes ?? [], changed),
    earlyFraudWarnings: new Collection(saved?.earlyFraudWarnings ?? [], changed),
    events: new Collection(saved?.events ?? [], changed),
    endpoints: new Collection(saved?.endpoints ?? [], changed),
    deliveries: new Collection(saved?.deliveries ?? [], changed, (delivery) => delivery.eventId),
    pendingPayments: new Collection(saved?.pendingPayments ?? [], changed),
    answers: new Collection(saved?.answers ?? [], changed),
    faults: saved?.faults ?? [],
  };
  return world;
}
