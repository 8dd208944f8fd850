/** What Stripe has been seen to say of a payment. A fact is never taken back, only joined by others. */
export type FactKind =
  | 'paid'
  | 'partly-refunded'
  | 'refunded'
  | 'dispute-opened'
  | 'dispute-won'
  | 'dispute-lost'
  | 'fraud-warned';

export interface PaymentFact {
  kind: FactKind;
  stripeId: string;
}

export type PaymentState =
  | { standing: 'unpaid' }
  | { standing: 'paid'; partlyRefunded: boolean }
  /** No session may start or go on. Terminal: a dispute that is won brings the money back, not the day. */
  | { standing: 'revoked'; reason: 'refunded' | 'disputed'; dispute: 'none' | 'open' | 'won' | 'lost' };

/** The state of a payment: a function of the *set* of facts, so neither order nor copies matter. [PAY-8] */
export function paymentState(facts: Iterable<PaymentFact>): PaymentState {
  const kinds = new Set<FactKind>();
  for (const { kind } of facts) kinds.add(kind);
  const closed = kinds.has('dispute-lost') ? 'lost' : kinds.has('dispute-won') ? 'won' : null;
  const dispute = closed ?? (kinds.has('dispute-opened') ? 'open' : 'none');
  if (dispute !== 'none' || kinds.has('fraud-warned'))
    return { standing: 'revoked', reason: 'disputed', dispute };
  if (kinds.has('refunded')) return { standing: 'revoked', reason: 'refunded', dispute };
  if (!kinds.has('paid')) return { standing: 'unpaid' };
  return { standing: 'paid', partlyRefunded: kinds.has('partly-refunded') };
}
