import type { Stripe } from 'stripe';
import { newId } from '../core/ids.ts';

type Metadata = Record<string, string>;

export interface NewProduct {
  id?: string | undefined;
  active?: boolean | undefined;
  name: string;
  description?: string | undefined;
  images?: string[] | undefined;
  metadata?: Metadata | undefined;
  url?: string | undefined;
}

export function newProduct(values: NewProduct, created: number): Stripe.Product {
  return {
    id: values.id ?? newId.product(),
    object: 'product',
    active: values.active ?? true,
    created,
    default_price: null,
    description: values.description ?? null,
    images: values.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: values.metadata ?? {},
    name: values.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: created,
    url: values.url ?? null,
  };
}

export interface NewPrice {
  active?: boolean | undefined;
  currency: string;
  unitAmount: number;
  productId: string;
  lookupKey?: string | undefined;
  metadata?: Metadata | undefined;
  nickname?: string | undefined;
}

export function newPrice(values: NewPrice, created: number): Stripe.Price {
  return {
    id: newId.price(),
    object: 'price',
    active: values.active ?? true,
    billing_scheme: 'per_unit',
    created,
    currency: values.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: values.lookupKey ?? null,
    metadata: values.metadata ?? {},
    nickname: values.nickname ?? null,
    product: values.productId,
    recurring: null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: values.unitAmount,
    // On the wire this is a decimal in a string; the SDK makes its Decimal of it.
    unit_amount_decimal: String(values.unitAmount) as unknown as Stripe.Price['unit_amount_decimal'],
  };
}

export function newLineItem(price: Stripe.Price, quantity: number, description: string): Stripe.LineItem {
  const amount = (price.unit_amount ?? 0) * quantity;
  return {
    id: newId.lineItem(),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description,
    metadata: {},
    price: structuredClone(price),
    quantity,
  };
}
