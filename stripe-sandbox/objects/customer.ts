import type { Stripe } from 'stripe';
import { newId } from '../core/ids.ts';

export interface NewCustomer {
  description?: string | undefined;
  email?: string | undefined;
  metadata?: Record<string, string> | undefined;
  name?: string | undefined;
  phone?: string | undefined;
}

export function newCustomer(values: NewCustomer, created: number): Stripe.Customer {
  return {
    id: newId.customer(),
    object: 'customer',
    address: null,
    balance: 0,
    created,
    currency: null,
    default_source: null,
    delinquent: false,
    description: values.description ?? null,
    discount: null,
    email: values.email ?? null,
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: values.metadata ?? {},
    name: values.name ?? null,
    phone: values.phone ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}
