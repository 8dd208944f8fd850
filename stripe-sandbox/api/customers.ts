import { z } from 'zod';
import { newCustomer } from '../objects/customer.ts';
import { emit } from '../webhooks/emit.ts';
import { listPage } from './listing.ts';
import { expand, metadata, paging, text } from './params.ts';
import { route } from './route.ts';
import { noSuch } from './stripe-error.ts';

const createParams = z.strictObject({
  description: text().optional(),
  email: text(512).optional(),
  expand,
  metadata: metadata.optional(),
  name: text(256).optional(),
  phone: text(20).optional(),
});

export const customerRoutes = [
  route('POST', '/v1/customers', createParams, ({ world, params }) => {
    const customer = world.customers.add(newCustomer(params, world.nowSeconds()));
    emit(world, 'customer.created', customer);
    return customer;
  }),
  route('GET', '/v1/customers/:id', z.strictObject({ expand }), ({ world, id }) => {
    const customer = world.customers.get(id);
    if (!customer) throw noSuch('customer', id);
    return customer;
  }),
  route(
    'GET',
    '/v1/customers',
    z.strictObject({ ...paging, email: z.string().optional() }),
    ({ world, params }) => {
      const customers = world.customers.newestFirst.filter((customer) => {
        return params.email === undefined || customer.email === params.email;
      });
      return listPage('customer', '/v1/customers', customers, params);
    },
  ),
];
