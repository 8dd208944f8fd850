import { expect, it } from 'vitest';
import { caught, checkoutParams, startBench } from '../testing/harness.ts';

it('[PAY-5] pages through more than 100 items without a gap or a repeat', async () => {
  const { stripe } = await startBench();
  const made: string[] = [];
  for (let count = 0; count < 120; count += 1)
    made.push((await stripe.products.create({ name: `p${count}` })).id);
  const newestFirst = made.toReversed();
  const seen: string[] = [];
  for await (const product of stripe.products.list({ limit: 50 })) seen.push(product.id);
  expect(seen).toEqual(newestFirst);
  const first = await stripe.products.list();
  expect(first.data).toHaveLength(10);
  expect(first.has_more).toBe(true);
  const cursor = newestFirst[60] ?? '';
  const before = await stripe.products.list({ ending_before: cursor, limit: 5 });
  expect(before.data.map((product) => product.id)).toEqual(newestFirst.slice(55, 60));
  expect(before.has_more).toBe(true);
  const last = await stripe.products.list({ starting_after: newestFirst[118] ?? '', limit: 100 });
  expect(last).toMatchObject({ has_more: false, data: [{ id: newestFirst[119] }] });
});

it('[PAY-5] filters by time and by the state of a payment', async () => {
  const { stripe, sandbox, clock } = await startBench();
  const old = await stripe.checkout.sessions.create(checkoutParams());
  await sandbox.advance(60_000);
  const from = Math.floor(clock.nowMs() / 1000);
  const young = await stripe.checkout.sessions.create(checkoutParams());
  sandbox.verbs.pay(young.id);
  const ids = async (params: object) =>
    (await stripe.checkout.sessions.list(params)).data.map(({ id }) => id);
  expect(await ids({ created: { gte: from } })).toEqual([young.id]);
  expect(await ids({ created: { lt: from } })).toEqual([old.id]);
  expect(await ids({ status: 'complete' })).toEqual([young.id]);
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(young.id);
  expect(await ids({ payment_intent: intent })).toEqual([young.id]);
});

it('[PAY-13] refuses cursors and limits that make no sense', async () => {
  const { stripe } = await startBench();
  expect(await caught(stripe.events.list({ starting_after: 'evt_none' }))).toMatchObject({
    code: 'resource_missing',
    param: 'starting_after',
  });
  expect((await caught(stripe.events.list({ limit: 101 }))).param).toBe('limit');
  expect((await caught(stripe.events.list({ limit: 0 }))).param).toBe('limit');
  await caught(stripe.events.list({ starting_after: 'a', ending_before: 'b' }));
});
