import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { API_VERSION } from './objects/api-version.ts';
import { caught, checkoutParams, sdk, startBench, startReceiver } from './testing/harness.ts';
import { publishedShape } from './testing/published-shape.ts';

async function everyObject() {
  const { stripe, sandbox } = await startBench({ receiver: await startReceiver() });
  const session = await stripe.checkout.sessions.create(checkoutParams({ expand: ['line_items'] }));
  sandbox.verbs.pay(session.id);
  const paid = await stripe.checkout.sessions.retrieve(session.id);
  const intent = await stripe.paymentIntents.retrieve(String(paid.payment_intent));
  const charge = await stripe.charges.retrieve(String(intent.latest_charge));
  const warning = sandbox.verbs.earlyFraudWarning({ charge: charge.id });
  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 40 });
  const dispute = sandbox.verbs.dispute({ charge: charge.id });
  const product = await stripe.products.create({ name: 'Day' });
  const price = await stripe.prices.create({ currency: 'usd', unit_amount: 100, product: product.id });
  const customer = await stripe.customers.create({ email: 'a@example.com' });
  const endpoint = await stripe.webhookEndpoints.create({ url: 'http://app.test/', enabled_events: ['*'] });
  const [event] = (await stripe.events.list()).data;
  return {
    stripe,
    session,
    paid,
    intent,
    charge,
    warning,
    refund,
    dispute,
    product,
    price,
    customer,
    endpoint,
    event,
  };
}

describe('the contract with the SDK', () => {
  it('[PAY-13] answers every call with the object it promises', async () => {
    const all = await everyObject();
    const { stripe } = all;
    const id = <T extends { id: string }>(object: T | undefined) => object?.id ?? '';
    const objects = [
      await stripe.checkout.sessions.update(all.session.id, { metadata: { a: 'b' } }),
      await stripe.checkout.sessions.listLineItems(all.session.id),
      await stripe.checkout.sessions.list(),
      await stripe.paymentIntents.list(),
      await stripe.charges.list(),
      await stripe.refunds.retrieve(all.refund.id),
      await stripe.refunds.update(all.refund.id, { metadata: { a: 'b' } }),
      await stripe.refunds.list(),
      await stripe.disputes.retrieve(all.dispute.id),
      await stripe.disputes.list(),
      await stripe.disputes.close(all.dispute.id),
      await stripe.radar.earlyFraudWarnings.retrieve(all.warning.id),
      await stripe.radar.earlyFraudWarnings.list(),
      await stripe.events.retrieve(id(all.event)),
      await stripe.events.list(),
      await stripe.products.retrieve(all.product.id),
      await stripe.products.update(all.product.id, { description: 'x' }),
      await stripe.products.list(),
      await stripe.prices.retrieve(all.price.id),
      await stripe.prices.update(all.price.id, { nickname: 'x' }),
      await stripe.prices.list(),
      await stripe.customers.retrieve(all.customer.id),
      await stripe.customers.list(),
      await stripe.webhookEndpoints.retrieve(all.endpoint.id),
      await stripe.webhookEndpoints.update(all.endpoint.id, { disabled: true }),
      await stripe.webhookEndpoints.list(),
      await stripe.webhookEndpoints.del(all.endpoint.id),
      await stripe.accounts.retrieveCurrent(),
      await stripe.balance.retrieve(),
    ];
    expect(objects.map((object) => object.object).join(' ')).toBe(
      'checkout.session list list list list refund refund list dispute list dispute radar.early_fraud_warning list ' +
        'event list product product list price price list customer list webhook_endpoint webhook_endpoint list ' +
        'webhook_endpoint account balance',
    );
  });

  it('[PAY-13] gives its objects all the fields that Stripe publishes, and no others', async () => {
    const all = await everyObject();
    const [lineItem] = all.session.line_items?.data ?? [];
    const pairs: [object | undefined, string, string][] = [
      [all.session, 'Checkout/Sessions', 'Session'],
      [all.paid, 'Checkout/Sessions', 'Session'],
      [lineItem, 'LineItems', 'LineItem'],
      [all.intent, 'PaymentIntents', 'PaymentIntent'],
      [all.charge, 'Charges', 'Charge'],
      [all.refund, 'Refunds', 'Refund'],
      [all.dispute, 'Disputes', 'Dispute'],
      [all.warning, 'Radar/EarlyFraudWarnings', 'EarlyFraudWarning'],
      [all.product, 'Products', 'Product'],
      [all.price, 'Prices', 'Price'],
      [all.customer, 'Customers', 'Customer'],
      [all.endpoint, 'WebhookEndpoints', 'WebhookEndpoint'],
      [all.event, 'Events', 'EventBase'],
    ];
    for (const [object, file, name] of pairs) {
      const shape = publishedShape(file, name);
      const keys = Object.keys(object ?? {});
      expect(shape.required.length, name).toBeGreaterThan(4);
      expect(
        shape.required.filter((field) => !keys.includes(field)),
        `${name} lacks`,
      ).toEqual([]);
      expect(
        keys.filter((key) => !shape.all.includes(key)),
        `${name} invents`,
      ).toEqual([]);
    }
  });

  it('[PAY-13] speaks the version that the SDK is pinned to', () => {
    expect(API_VERSION).toBe(Stripe.API_VERSION);
  });

  it('[PAY-13] makes the SDK throw on routes that it does not have', async () => {
    const { stripe } = await startBench();
    for (const call of [
      stripe.coupons.list(),
      stripe.subscriptions.create({ customer: 'cus_1', items: [] }),
      stripe.paymentIntents.capture('pi_1'),
      stripe.balanceTransactions.retrieve('txn_1'),
      stripe.customers.del('cus_1'),
    ]) {
      const error = await caught(call);
      expect(error).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
      expect(error.statusCode).toBe(404);
      expect(error.message).toMatch(/^Unrecognized request URL/);
      expect(error.requestId).toMatch(/^req_/);
    }
  });

  it('[PAY-13] refuses unknown, missing and unsupported parameters by name', async () => {
    const { stripe } = await startBench();
    const { sessions } = stripe.checkout;
    const unknown = await caught(sessions.create({ ...checkoutParams(), prise: 1 } as never));
    expect(unknown).toMatchObject({ code: 'parameter_unknown', param: 'prise' });
    const nested = { line_items: [{ quantity: 1, price_data: { currency: 'usd', cents: 1 } }] } as never;
    const deep = await caught(sessions.create(checkoutParams(nested)));
    expect(deep).toMatchObject({ code: 'parameter_unknown', param: 'line_items[0][price_data][cents]' });
    const missing = await caught(sessions.create({ ...checkoutParams(), line_items: [] }));
    expect(missing).toMatchObject({ code: 'parameter_missing', param: 'line_items' });
    const unsupported = await caught(sessions.create(checkoutParams({ discounts: [{ coupon: 'x' }] })));
    expect(unsupported.message).toBe('The sandbox does not support the parameter discounts.');
    const wrongMode = await caught(sessions.create(checkoutParams({ mode: 'subscription' })));
    expect(wrongMode.param).toBe('mode');
    const none = await caught(stripe.refunds.retrieve('re_none'));
    expect(none).toMatchObject({ code: 'resource_missing', statusCode: 404 });
  });

  it('[PAY-13] wants a secret test key', async () => {
    const { url } = await startBench();
    for (const key of ['sk_live_1', 'pk_test_1']) {
      expect(await caught(sdk(url, key).balance.retrieve())).toBeInstanceOf(
        Stripe.errors.StripeAuthenticationError,
      );
    }
    expect((await fetch(`${url}/v1/balance`)).status).toBe(401);
  });

  it('[PAY-13] expands what is asked for and refuses what cannot be expanded', async () => {
    const { stripe, sandbox } = await startBench();
    const { id } = await stripe.checkout.sessions.create(checkoutParams());
    sandbox.verbs.pay(id);
    const expand = ['payment_intent.latest_charge', 'line_items'];
    const session = await stripe.checkout.sessions.retrieve(id, { expand });
    expect(session).toMatchObject({
      payment_intent: { object: 'payment_intent', latest_charge: { object: 'charge', paid: true } },
      line_items: { data: [{ amount_total: 100 }] },
    });
    const page = await stripe.checkout.sessions.list({ expand: ['data.payment_intent'] });
    expect(page.data[0]?.payment_intent).toMatchObject({ status: 'succeeded' });
    const refund = await stripe.refunds.create({
      payment_intent: (session.payment_intent as Stripe.PaymentIntent).id,
      expand: ['charge'],
    });
    expect(refund.charge).toMatchObject({ refunded: true });
    const error = await caught(stripe.checkout.sessions.retrieve(id, { expand: ['url'] }));
    expect(error.message).toBe('This property cannot be expanded (url).');
    const created = await caught(stripe.checkout.sessions.create(checkoutParams({ expand: ['url'] })));
    expect(created.message).toBe('This property cannot be expanded (url).');
    expect((await stripe.checkout.sessions.list()).data).toHaveLength(1);
  });
});
