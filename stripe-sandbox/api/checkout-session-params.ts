import type { Stripe } from 'stripe';
import { z } from 'zod';
import { expandOf } from './expand.ts';
import { boolean, integer, metadata, text, unsupported, webUrl } from './params.ts';
import { currency, priceData } from './price-data.ts';

type CreateParam = keyof Stripe.Checkout.SessionCreateParams;

/** Stripe's own parameters that the sandbox refuses by name instead of half-doing. */
const UNSUPPORTED = [
  'after_expiration',
  'branding_settings',
  'consent_collection',
  'custom_fields',
  'customer_account',
  'customer_update',
  'discounts',
  'integration_identifier',
  'name_collection',
  'optional_items',
  'origin_context',
  'payment_method_configuration',
  'payment_method_data',
  'payment_method_options',
  'permissions',
  'redirect_on_completion',
  'return_url',
  'saved_payment_method_options',
  'setup_intent_data',
  'shipping_address_collection',
  'shipping_options',
  'subscription_data',
  'wallet_options',
] as const satisfies readonly CreateParam[];

const notSupported = Object.fromEntries(
  UNSUPPORTED.map((name) => [name, unsupported(name).optional()]),
) as Record<(typeof UNSUPPORTED)[number], z.ZodOptional<z.ZodAny>>;

const switchedOff = z.strictObject({
  enabled: boolean.refine((enabled) => !enabled, { error: 'The sandbox supports only enabled=false here.' }),
});

const lineItem = z.strictObject({
  metadata: metadata.optional(),
  price: z.string().optional(),
  price_data: priceData.optional(),
  quantity: integer(1).optional(),
});

const supported = {
  adaptive_pricing: switchedOff.optional(),
  allow_promotion_codes: boolean
    .refine((allowed) => !allowed, 'The sandbox has no promotion codes.')
    .optional(),
  allowed_payment_method_types: z.array(z.string()).optional(),
  automatic_tax: switchedOff.optional(),
  billing_address_collection: z.enum(['auto', 'required']).optional(),
  cancel_url: webUrl.optional(),
  client_reference_id: text(200).min(1).optional(),
  currency: currency.optional(),
  custom_text: z
    .strictObject({ submit: z.union([z.literal(''), z.strictObject({ message: text(1200) })]).optional() })
    .optional(),
  customer: z.string().optional(),
  customer_creation: z.enum(['always', 'if_required']).optional(),
  customer_email: z.email({ error: (issue) => `Invalid email address: ${String(issue.input)}` }).optional(),
  excluded_payment_method_types: z.array(z.string()).optional(),
  expand: expandOf('checkout.session'),
  expires_at: integer(0).optional(),
  invoice_creation: switchedOff.optional(),
  line_items: z.array(lineItem).min(1).max(100),
  locale: text(20).optional(),
  managed_payments: switchedOff.optional(),
  metadata: metadata.optional(),
  mode: z.literal('payment', {
    error: (issue) => `The sandbox supports only mode=payment, not ${String(issue.input)}.`,
  }),
  payment_intent_data: z
    .strictObject({
      description: text(1000).optional(),
      metadata: metadata.optional(),
      receipt_email: z.email().optional(),
      statement_descriptor: text(22).optional(),
      statement_descriptor_suffix: text(22).optional(),
    })
    .optional(),
  payment_method_collection: z.enum(['always', 'if_required']).optional(),
  phone_number_collection: switchedOff.optional(),
  submit_type: z.enum(['auto', 'book', 'donate', 'pay', 'subscribe']).optional(),
  success_url: webUrl,
  tax_id_collection: switchedOff.optional(),
  ui_mode: z.literal('hosted_page', { error: 'The sandbox supports only ui_mode=hosted_page.' }).optional(),
} satisfies Partial<Record<CreateParam, z.ZodType>>;

export const createParams = z.strictObject({ ...notSupported, ...supported });
export type CreateParams = z.output<typeof createParams>;
export type LineItemParams = z.output<typeof lineItem>;
