import type { Stripe } from 'stripe';
import type { Payment } from '../payments/payment.ts';
import type { FaultRule } from '../webhooks/faults.ts';
import type { Job } from './schedule.ts';

export interface StoredAnswer {
  id: string;
  fingerprint: string;
  requestId: string;
  statusCode: number;
  body: string;
  created: number;
}

interface EndpointSecret {
  secret: string;
  expiresAtMs: number | null;
}

/** A webhook endpoint with the secrets that Stripe never shows again. */
export interface Endpoint {
  id: string;
  created: number;
  object: Stripe.WebhookEndpoint;
  secrets: EndpointSecret[];
  /** Set for endpoints from the command line: a changed secret there replaces all others. */
  configuredSecret: string | null;
}

export interface DeliveryAttempt {
  at: number;
  statusCode: number | null;
  error: string | null;
}

export interface Delivery {
  id: string;
  created: number;
  eventId: string;
  eventType: string;
  endpointId: string;
  url: string;
  status: 'pending' | 'held' | 'delivered' | 'failed' | 'dropped';
  attempts: DeliveryAttempt[];
}

export interface PaymentIntentData {
  description?: string | undefined;
  metadata?: Record<string, string> | undefined;
  receiptEmail?: string | undefined;
  statementDescriptor?: string | undefined;
  statementDescriptorSuffix?: string | undefined;
}

/** What a Checkout Session holds that Stripe does not print on it. */
export interface SessionExtra {
  id: string;
  created: number;
  lineItems: Stripe.LineItem[];
  paymentIntentData: PaymentIntentData;
}

/** What the buyer chose, kept while a challenge or a bank is undecided. */
export interface PendingPayment {
  id: string;
  created: number;
  payment: Payment;
}

export interface SandboxState {
  accountId: string;
  products: Stripe.Product[];
  prices: Stripe.Price[];
  customers: Stripe.Customer[];
  sessions: Stripe.Checkout.Session[];
  sessionExtras: SessionExtra[];
  paymentIntents: Stripe.PaymentIntent[];
  charges: Stripe.Charge[];
  refunds: Stripe.Refund[];
  disputes: Stripe.Dispute[];
  earlyFraudWarnings: Stripe.Radar.EarlyFraudWarning[];
  events: Stripe.Event[];
  endpoints: Endpoint[];
  deliveries: Delivery[];
  pendingPayments: PendingPayment[];
  answers: StoredAnswer[];
  jobs: Job[];
  faults: FaultRule[];
}
