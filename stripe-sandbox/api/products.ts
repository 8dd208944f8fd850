import { z } from 'zod';
import { newProduct } from '../objects/catalog.ts';
import { emit } from '../webhooks/emit.ts';
import { listPage } from './listing.ts';
import { boolean, expand, metadata, paging, text, webUrl } from './params.ts';
import { route } from './route.ts';
import { invalidRequest, noSuch } from './stripe-error.ts';

const writable = {
  active: boolean.optional(),
  description: text().optional(),
  expand,
  images: z.array(webUrl).max(8).optional(),
  metadata: metadata.optional(),
  url: webUrl.optional(),
};

const createParams = z.strictObject({ ...writable, id: text(100).optional(), name: text().min(1) });
const updateParams = z.strictObject({ ...writable, name: text().min(1).optional() });
const listParams = z.strictObject({
  ...paging,
  active: boolean.optional(),
  ids: z.array(z.string()).optional(),
});

export const productRoutes = [
  route('POST', '/v1/products', createParams, ({ world, params }) => {
    if (params.id && world.products.get(params.id)) {
      throw invalidRequest('Product already exists.', { code: 'resource_already_exists', param: 'id' });
    }
    const product = world.products.add(newProduct(params, world.nowSeconds()));
    emit(world, 'product.created', product);
    return product;
  }),
  route('POST', '/v1/products/:id', updateParams, ({ world, id, params: { expand: _, ...changes } }) => {
    const product = world.products.get(id);
    if (!product) throw noSuch('product', id);
    const previous = Object.fromEntries(Object.keys(changes).map((key) => [key, product[key as 'name']]));
    const known = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    world.products.update(product, { ...known, updated: world.nowSeconds() });
    emit(world, 'product.updated', product, previous);
    return product;
  }),
  route('GET', '/v1/products/:id', z.strictObject({ expand }), ({ world, id }) => {
    const product = world.products.get(id);
    if (!product) throw noSuch('product', id);
    return product;
  }),
  route('GET', '/v1/products', listParams, ({ world, params }) => {
    const products = world.products.newestFirst.filter((product) => {
      if (params.active !== undefined && product.active !== params.active) return false;
      return params.ids === undefined || params.ids.includes(product.id);
    });
    return listPage('product', '/v1/products', products, params);
  }),
];
