import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createStripeSandbox } from '../sandbox.ts';
import { checkoutParams, startBench, startReceiver } from '../testing/harness.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stripe-sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

it('[PAY-13] forgets nothing over a restart: objects, keys, retries, faults, rolled secrets, expiry', async () => {
  const folder = await newFolder();
  const dataFile = join(folder, 'state.json');
  const receiver = await startReceiver();
  const first = await startBench({ dataFile, receiver });
  const { sandbox, clock } = first;
  const options = { idempotencyKey: 'start-1' };
  const session = await first.stripe.checkout.sessions.create(checkoutParams(), options);
  const open = await first.stripe.checkout.sessions.create(checkoutParams());
  await sandbox.idle();
  receiver.answerWith(500);
  sandbox.verbs.pay(session.id);
  await sandbox.idle();
  sandbox.faults.add({ verb: 'clock-skew', seconds: 7 });
  const { secret } = sandbox.faults.rollSecret();
  await sandbox.stop();
  receiver.receipts.length = 0;
  receiver.answerWith(200);

  const second = await startBench({ dataFile, receiver, clock });
  const again = await second.stripe.checkout.sessions.create(checkoutParams(), options);
  expect(again.id).toBe(session.id);
  expect(await second.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
    payment_status: 'paid',
  });
  await second.sandbox.advance(1000);
  expect(receiver.types()).toHaveLength(4);
  const { webhooks } = second.stripe;
  const [receipt] = receiver.receipts;
  const { body = '', signature = '' } = receipt ?? {};
  expect(webhooks.constructEvent(body, signature, secret).object).toBe('event');
  expect(second.sandbox.faults.list()).toMatchObject([{ verb: 'clock-skew' }]);
  await second.sandbox.advance(24 * 3_600_000);
  expect((await second.stripe.checkout.sessions.retrieve(open.id)).status).toBe('expired');
  expect((await second.stripe.webhookEndpoints.list()).data).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['state.json']);
});

it('[PAY-4] sends again what the stop cut short', async () => {
  const dataFile = join(await newFolder(), 'state.json');
  const receiver = await startReceiver();
  receiver.hang();
  const first = await startBench({ dataFile, receiver });
  await first.stripe.products.create({ name: 'x' });
  const idle = first.sandbox.idle();
  await vi.waitFor(() => expect(receiver.receipts).toHaveLength(1));
  await first.sandbox.stop();
  await idle;
  expect(first.sandbox.verbs.deliveries()).toMatchObject([{ status: 'pending', attempts: [] }]);
  receiver.answerWith(200);
  const second = await startBench({ dataFile, receiver, clock: first.clock });
  await second.sandbox.idle();
  expect(receiver.types()).toEqual(['product.created', 'product.created']);
});

it.each(['not json', '{"format":"other"}'])('[PAY-13] refuses a data file with %s', async (content) => {
  const dataFile = join(await newFolder(), 'state.json');
  await writeFile(dataFile, content);
  expect(() => createStripeSandbox({ port: 0, dataFile })).toThrow(/is no data file of this Stripe sandbox/);
});
