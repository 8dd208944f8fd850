import Stripe from 'stripe';
import { expect, it } from 'vitest';
import { caught, checkoutParams, startBench } from '../testing/harness.ts';

it('[PAY-11] makes one object of twenty creates at once with one key', async () => {
  const { stripe } = await startBench();
  const creates = Array.from({ length: 20 }, () => {
    return stripe.checkout.sessions.create(checkoutParams(), { idempotencyKey: 'start-1' });
  });
  const sessions = await Promise.all(creates);
  expect(new Set(sessions.map((session) => session.id)).size).toBe(1);
  const replayed = sessions.filter(
    (session) => session.lastResponse.headers['idempotent-replayed'] === 'true',
  );
  expect(replayed).toHaveLength(19);
  expect((await stripe.checkout.sessions.list()).data).toHaveLength(1);
});

it('[PAY-11] refuses a key that is used for another request or is too long', async () => {
  const { stripe } = await startBench();
  await stripe.checkout.sessions.create(checkoutParams(), { idempotencyKey: 'k' });
  const other = checkoutParams({ client_reference_id: 'other' });
  const reused = await caught(stripe.checkout.sessions.create(other, { idempotencyKey: 'k' }));
  expect(reused).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  expect(reused.statusCode).toBe(400);
  const tooLong = await caught(stripe.products.create({ name: 'x' }, { idempotencyKey: 'k'.repeat(256) }));
  expect(tooLong).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError);
  await stripe.products.create({ name: 'x' }, { idempotencyKey: 'k'.repeat(255) });
});

it('[PAY-11] lets a refused request try again and forgets a key after a day', async () => {
  const { stripe, sandbox } = await startBench();
  const options = { idempotencyKey: 'again' };
  await caught(stripe.checkout.sessions.create(checkoutParams({ line_items: [] }), options));
  const first = await stripe.checkout.sessions.create(checkoutParams(), options);
  await sandbox.advance(23 * 3_600_000);
  expect((await stripe.checkout.sessions.create(checkoutParams(), options)).id).toBe(first.id);
  await sandbox.advance(2 * 3_600_000);
  expect((await stripe.checkout.sessions.create(checkoutParams(), options)).id).not.toBe(first.id);
});
