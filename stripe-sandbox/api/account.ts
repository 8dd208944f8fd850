import type { Stripe } from 'stripe';
import { z } from 'zod';
import { expand } from './params.ts';
import { route } from './route.ts';

export const accountRoutes = [
  route('GET', '/v1/account', z.strictObject({ expand }), ({ world }) => {
    return {
      id: world.accountId,
      object: 'account',
      business_profile: null,
      business_type: null,
      capabilities: { card_payments: 'active', transfers: 'active' },
      charges_enabled: true,
      country: 'US',
      default_currency: 'usd',
      details_submitted: true,
      email: null,
      metadata: {},
      payouts_enabled: false,
      settings: null,
      type: 'standard',
    } satisfies Stripe.Account;
  }),
  route('GET', '/v1/balance', z.strictObject({ expand }), ({ world }) => {
    const byCurrency: Record<string, number> = { usd: 0 };
    for (const charge of world.charges.all) {
      const kept = charge.amount_captured - charge.amount_refunded;
      byCurrency[charge.currency] = (byCurrency[charge.currency] ?? 0) + kept;
    }
    const pending = Object.entries(byCurrency).map(([currency, amount]) => ({ amount, currency }));
    const available = pending.map(({ currency }) => ({ amount: 0, currency }));
    return { object: 'balance', available, livemode: false, pending } satisfies Stripe.Balance;
  }),
];
