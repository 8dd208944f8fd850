import { z } from 'zod';
import type { World } from '../core/world.ts';
import { newProduct } from '../objects/catalog.ts';
import { isCurrency } from '../objects/money.ts';
import { emit } from '../webhooks/emit.ts';
import { integer, metadata, text, webUrl } from './params.ts';
import { invalidRequest, noSuch } from './stripe-error.ts';

export const currency = z
  .string()
  .transform((code) => code.toLowerCase())
  .refine(isCurrency, { error: (issue) => `Invalid currency: ${String(issue.input)}` });

export const amount = integer(0).refine((value) => value <= 99_999_999, {
  error: 'This value must be less than or equal to 99999999.',
});

export const productData = z.strictObject({
  description: text().optional(),
  images: z.array(webUrl).max(8).optional(),
  metadata: metadata.optional(),
  name: text().min(1),
});

export const priceData = z.strictObject({
  currency,
  product: z.string().optional(),
  product_data: productData.optional(),
  tax_behavior: z.enum(['unspecified', 'inclusive', 'exclusive']).optional(),
  unit_amount: amount,
});

interface ProductChoice {
  product?: string | undefined;
  product_data?: z.output<typeof productData> | undefined;
}

/** A price names its product or brings the data for a new one, never both. */
export function productIdFor(world: World, choice: ProductChoice, path: (name: string) => string): string {
  const { product, product_data: data } = choice;
  if (product !== undefined && data !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: product, product_data.');
  }
  if (product !== undefined) {
    if (!world.products.get(product)) throw noSuch('product', product, path('product'), 400);
    return product;
  }
  if (data === undefined) {
    const param = path('product_data');
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const created = world.products.add(newProduct(data, world.nowSeconds()));
  emit(world, 'product.created', created);
  return created.id;
}
