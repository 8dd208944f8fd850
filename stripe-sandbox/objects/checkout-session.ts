import type { Stripe } from 'stripe';
import { newId } from '../core/ids.ts';

export interface NewCheckoutSession {
  amountTotal: number;
  currency: string;
  expiresAt: number;
  paymentMethodTypes: string[];
  successUrl: string;
  publicUrl: string;
  cancelUrl?: string | undefined;
  clientReferenceId?: string | undefined;
  customerId?: string | undefined;
  customerCreation?: 'always' | 'if_required' | undefined;
  customerEmail?: string | undefined;
  billingAddressCollection?: 'auto' | 'required' | undefined;
  locale?: string | undefined;
  metadata?: Record<string, string> | undefined;
  submitMessage?: string | undefined;
  submitType?: string | undefined;
}

export function newCheckoutSession(values: NewCheckoutSession, created: number): Stripe.Checkout.Session {
  const id = newId.checkoutSession();
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: values.amountTotal,
    amount_total: values.amountTotal,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: values.billingAddressCollection ?? null,
    cancel_url: values.cancelUrl ?? null,
    client_reference_id: values.clientReferenceId ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created,
    currency: values.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: values.submitMessage === undefined ? null : { message: values.submitMessage },
      terms_of_service_acceptance: null,
    },
    customer: values.customerId ?? null,
    customer_account: null,
    customer_creation: values.customerId ? null : (values.customerCreation ?? 'if_required'),
    customer_details: values.customerEmail ? customerDetails({ email: values.customerEmail }) : null,
    customer_email: values.customerEmail ?? null,
    discounts: [],
    expires_at: values.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: {
      enabled: false,
      invoice_data: {
        account_tax_ids: null,
        custom_fields: null,
        description: null,
        footer: null,
        issuer: null,
        metadata: {},
        rendering_options: null,
      },
    },
    livemode: false,
    locale: (values.locale ?? null) as Stripe.Checkout.Session['locale'],
    managed_payments: { enabled: false },
    metadata: values.metadata ?? {},
    mode: 'payment',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: values.paymentMethodTypes,
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: (values.submitType ?? null) as Stripe.Checkout.Session['submit_type'],
    subscription: null,
    success_url: values.successUrl,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${values.publicUrl}/c/pay/${id}`,
    wallet_options: null,
  };
}

export function customerDetails(details: {
  email: string | null;
  name?: string | null;
}): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: null,
    business_name: null,
    email: details.email,
    individual_name: null,
    name: details.name ?? null,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  };
}
