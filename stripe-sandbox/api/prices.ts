import { z } from 'zod';
import { newPrice } from '../objects/catalog.ts';
import { emit } from '../webhooks/emit.ts';
import { listPage } from './listing.ts';
import { boolean, expand, metadata, paging, text, unsupported } from './params.ts';
import { amount, currency, productData, productIdFor } from './price-data.ts';
import { route } from './route.ts';
import { noSuch } from './stripe-error.ts';

const writable = {
  active: boolean.optional(),
  expand,
  lookup_key: text(200).optional(),
  metadata: metadata.optional(),
  nickname: text().optional(),
};

const createParams = z.strictObject({
  ...writable,
  currency,
  product: z.string().optional(),
  product_data: productData.optional(),
  recurring: unsupported('recurring').optional(),
  unit_amount: amount,
});

const listParams = z.strictObject({
  ...paging,
  active: boolean.optional(),
  currency: currency.optional(),
  lookup_keys: z.array(z.string()).optional(),
  product: z.string().optional(),
  type: z.enum(['one_time', 'recurring']).optional(),
});

export const priceRoutes = [
  route('POST', '/v1/prices', createParams, ({ world, params }) => {
    const values = {
      active: params.active,
      currency: params.currency,
      lookupKey: params.lookup_key,
      metadata: params.metadata,
      nickname: params.nickname,
      productId: productIdFor(world, params, (name) => name),
      unitAmount: params.unit_amount,
    };
    const price = world.prices.add(newPrice(values, world.nowSeconds()));
    emit(world, 'price.created', price);
    return price;
  }),
  route('POST', '/v1/prices/:id', z.strictObject(writable), ({ world, id, params }) => {
    const price = world.prices.get(id);
    if (!price) throw noSuch('price', id);
    world.prices.update(price, {
      active: params.active ?? price.active,
      lookup_key: params.lookup_key ?? price.lookup_key,
      metadata: { ...price.metadata, ...params.metadata },
      nickname: params.nickname ?? price.nickname,
    });
    emit(world, 'price.updated', price);
    return price;
  }),
  route('GET', '/v1/prices/:id', z.strictObject({ expand }), ({ world, id }) => {
    const price = world.prices.get(id);
    if (!price) throw noSuch('price', id);
    return price;
  }),
  route('GET', '/v1/prices', listParams, ({ world, params }) => {
    const prices = world.prices.newestFirst.filter((price) => {
      if (params.active !== undefined && price.active !== params.active) return false;
      if (params.currency !== undefined && price.currency !== params.currency) return false;
      if (params.product !== undefined && price.product !== params.product) return false;
      if (params.type !== undefined && price.type !== params.type) return false;
      return params.lookup_keys === undefined || params.lookup_keys.includes(price.lookup_key ?? '');
    });
    return listPage('price', '/v1/prices', prices, params);
  }),
];
