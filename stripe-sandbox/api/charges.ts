import { z } from 'zod';
import { listPage } from './listing.ts';
import { expand, paging } from './params.ts';
import { route } from './route.ts';
import { noSuch } from './stripe-error.ts';

const listParams = z.strictObject({
  ...paging,
  customer: z.string().optional(),
  payment_intent: z.string().optional(),
});

export const chargeRoutes = [
  route('GET', '/v1/charges/:id', z.strictObject({ expand }), ({ world, id }) => {
    const charge = world.charges.get(id);
    if (!charge) throw noSuch('charge', id);
    return charge;
  }),
  route('GET', '/v1/charges', listParams, ({ world, params }) => {
    const charges = world.charges.newestFirst.filter((charge) => {
      if (params.customer !== undefined && charge.customer !== params.customer) return false;
      return params.payment_intent === undefined || charge.payment_intent === params.payment_intent;
    });
    return listPage('charge', '/v1/charges', charges, params);
  }),
];
