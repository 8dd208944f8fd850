import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type FactKind, type PaymentFact, type PaymentState, paymentState } from './payment-facts.ts';

const KINDS: FactKind[] = [
  'paid',
  'partly-refunded',
  'refunded',
  'dispute-opened',
  'dispute-won',
  'dispute-lost',
  'fraud-warned',
];
const fact: fc.Arbitrary<PaymentFact> = fc.record({
  kind: fc.constantFrom(...KINDS),
  stripeId: fc.constantFrom('ch_1', 'dp_1', 'dp_2'),
});
const facts = fc.uniqueArray(fact, { selector: (one) => one.kind + one.stripeId, maxLength: 12 });

const RANK: Record<PaymentState['standing'], number> = { unpaid: 0, paid: 1, revoked: 2 };

it('[PAY-8] 1,000 random permutations with duplicates give the same state', () => {
  const told = facts.chain((set) =>
    fc.record({
      set: fc.constant(set),
      copies: set.length > 0 ? fc.array(fc.constantFrom(...set), { maxLength: 12 }) : fc.constant([]),
      keys: fc.array(fc.double({ noNaN: true }), { minLength: 24, maxLength: 24 }),
    }),
  );
  fc.assert(
    fc.property(told, ({ set, copies, keys }) => {
      const shuffled = [...set, ...copies]
        .map((one, index) => ({ one, key: keys[index] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);
      expect(paymentState(shuffled)).toEqual(paymentState(set));
    }),
    { numRuns: 1_000 },
  );
});

it('[PAY-8] one more fact never brings a session back', () => {
  fc.assert(
    fc.property(facts, fact, (set, more) => {
      const before = RANK[paymentState(set).standing];
      expect(RANK[paymentState([...set, more]).standing]).toBeGreaterThanOrEqual(before);
    }),
    { numRuns: 1_000 },
  );
});

it.each<[FactKind[], PaymentState]>([
  [[], { standing: 'unpaid' }],
  [['partly-refunded'], { standing: 'unpaid' }],
  [['paid'], { standing: 'paid', partlyRefunded: false }],
  [['paid', 'partly-refunded'], { standing: 'paid', partlyRefunded: true }],
  [['refunded'], { standing: 'revoked', reason: 'refunded', dispute: 'none' }],
  [['paid', 'refunded'], { standing: 'revoked', reason: 'refunded', dispute: 'none' }],
  [['paid', 'fraud-warned', 'refunded'], { standing: 'revoked', reason: 'disputed', dispute: 'none' }],
  [['paid', 'dispute-opened'], { standing: 'revoked', reason: 'disputed', dispute: 'open' }],
  [['dispute-won', 'paid'], { standing: 'revoked', reason: 'disputed', dispute: 'won' }],
  [['dispute-lost', 'dispute-won'], { standing: 'revoked', reason: 'disputed', dispute: 'lost' }],
])('[PAY-8] %j → %j', (kinds, state) => {
  expect(paymentState(kinds.map((kind) => ({ kind, stripeId: 'x' })))).toEqual(state);
});
