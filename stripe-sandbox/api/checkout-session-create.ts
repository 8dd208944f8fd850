import type { Stripe } from 'stripe';
import type { World } from '../core/world.ts';
import { newLineItem, newPrice } from '../objects/catalog.ts';
import { newCheckoutSession } from '../objects/checkout-session.ts';
import { formatAmount, minimumAmount } from '../objects/money.ts';
import { bankDebitFor } from '../payments/test-cards.ts';
import type { CreateParams, LineItemParams } from './checkout-session-params.ts';
import { productIdFor } from './price-data.ts';
import { invalidRequest, noSuch } from './stripe-error.ts';

const SHORTEST_LIFE_SECONDS = 30 * 60;
const LONGEST_LIFE_SECONDS = 24 * 3600;

export function createCheckoutSession(world: World, params: CreateParams): Stripe.Checkout.Session {
  const created = world.nowSeconds();
  const expiresAt = expiryOf(params.expires_at, created);
  if (params.customer !== undefined && !world.customers.get(params.customer)) {
    throw noSuch('customer', params.customer, 'customer', 400);
  }
  if (params.customer !== undefined && params.customer_email !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: customer, customer_email.');
  }
  const lineItems = params.line_items.map((item, index) => lineItemOf(world, item, index));
  const total = totalOf(lineItems, params.currency);
  const submit = params.custom_text?.submit;
  const session = newCheckoutSession(
    {
      ...total,
      billingAddressCollection: params.billing_address_collection,
      cancelUrl: params.cancel_url,
      clientReferenceId: params.client_reference_id,
      customerCreation: params.customer_creation,
      customerEmail: params.customer_email,
      customerId: params.customer,
      expiresAt,
      locale: params.locale,
      metadata: params.metadata,
      paymentMethodTypes: paymentMethodsFor(total.currency, params),
      publicUrl: world.publicUrl,
      submitMessage: submit ? submit.message : undefined,
      submitType: params.submit_type,
      successUrl: params.success_url,
    },
    created,
  );
  const intent = params.payment_intent_data;
  const paymentIntentData = {
    description: intent?.description,
    metadata: intent?.metadata,
    receiptEmail: intent?.receipt_email,
    statementDescriptor: intent?.statement_descriptor,
    statementDescriptorSuffix: intent?.statement_descriptor_suffix,
  };
  world.sessions.add(session);
  world.sessionExtras.add({ id: session.id, created, lineItems, paymentIntentData });
  const expiresInMs = expiresAt * 1000 - world.clock.nowMs();
  world.schedule.in(expiresInMs, { type: 'expire-session', sessionId: session.id });
  return session;
}

function expiryOf(asked: number | undefined, created: number): number {
  if (asked === undefined) return created + LONGEST_LIFE_SECONDS;
  if (asked < created + SHORTEST_LIFE_SECONDS) {
    throw invalidRequest(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      {
        param: 'expires_at',
      },
    );
  }
  if (asked > created + LONGEST_LIFE_SECONDS) {
    throw invalidRequest(
      'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
      {
        param: 'expires_at',
      },
    );
  }
  return asked;
}

function lineItemOf(world: World, item: LineItemParams, index: number): Stripe.LineItem {
  const path = (name: string) => `line_items[${index}][${name}]`;
  if (item.quantity === undefined) {
    const param = path('quantity');
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  const price = priceOf(world, item, path);
  const product = world.products.get(String(price.product));
  return newLineItem(price, item.quantity, product?.name ?? price.id);
}

function priceOf(world: World, item: LineItemParams, path: (name: string) => string): Stripe.Price {
  if ((item.price === undefined) === (item.price_data === undefined)) {
    throw invalidRequest('Each line item needs exactly one of these parameters: price, price_data.', {
      param: path('price'),
    });
  }
  if (item.price_data) {
    const data = item.price_data;
    const productId = productIdFor(world, data, (name) => `${path('price_data')}[${name}]`);
    const values = { active: false, currency: data.currency, unitAmount: data.unit_amount, productId };
    return world.prices.add(newPrice(values, world.nowSeconds()));
  }
  const price = world.prices.get(item.price ?? '');
  if (!price) throw noSuch('price', item.price ?? '', path('price'), 400);
  if (!price.active) throw invalidRequest(`The price ${price.id} is inactive.`, { param: path('price') });
  return price;
}

function totalOf(lineItems: Stripe.LineItem[], asked: string | undefined) {
  const currencies = new Set(lineItems.map((item) => item.currency));
  const currency = asked ?? lineItems[0]?.currency ?? '';
  if (currencies.size > 1 || !currencies.has(currency)) {
    throw invalidRequest('All line items of a Checkout Session must have the same currency as the session.');
  }
  const amountTotal = lineItems.reduce((sum, item) => sum + item.amount_total, 0);
  const minimum = minimumAmount(currency);
  if (amountTotal < minimum) {
    const least = formatAmount(minimum, currency);
    throw invalidRequest(
      `The Checkout Session's total amount due must add up to at least ${least} ${currency}`,
      {
        code: 'amount_too_small',
      },
    );
  }
  return { amountTotal, currency };
}

function paymentMethodsFor(currency: string, params: CreateParams): string[] {
  const bankDebit = bankDebitFor(currency)?.type;
  const offered = bankDebit ? ['card', bankDebit] : ['card'];
  const types = offered.filter((type) => {
    if (params.excluded_payment_method_types?.includes(type)) return false;
    return params.allowed_payment_method_types?.includes(type) ?? true;
  });
  if (types.length > 0) return types;
  throw invalidRequest(
    `No payment method is left: the sandbox has ${offered.join(' and ')} in ${currency}.`,
    {
      param: 'allowed_payment_method_types',
    },
  );
}
