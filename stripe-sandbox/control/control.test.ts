import { expect, it } from 'vitest';
import { checkoutParams, startBench, startReceiver } from '../testing/harness.ts';

async function startControl() {
  const receiver = await startReceiver();
  const bench = await startBench({ receiver });
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${bench.url}/_sandbox${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  const { id } = await bench.stripe.checkout.sessions.create(checkoutParams());
  return { ...bench, receiver, call, id };
}

it('[PAY-13] does every verb over HTTP', async () => {
  const { call, id, stripe, sandbox } = await startControl();
  expect((await call('POST', `/pay/${id}`, { card: '4000000000000002' })).answer).toMatchObject({
    outcome: 'declined',
  });
  expect((await call('POST', `/pay/${id}`)).answer).toEqual({ outcome: 'complete' });
  expect((await call('POST', '/early-fraud-warning', { checkoutSession: id })).answer).toMatchObject({
    object: 'radar.early_fraud_warning',
  });
  expect(
    (await call('POST', '/dispute', { checkoutSession: id, status: 'warning_needs_response' })).answer,
  ).toMatchObject({ object: 'dispute', status: 'warning_needs_response' });
  expect((await call('POST', '/refund', { checkoutSession: id, amount: 5 })).answer).toMatchObject({
    amount: 5,
  });
  const [event] = (await stripe.events.list()).data;
  expect((await call('POST', `/resend/${event?.id}`)).answer).toMatchObject({
    deliveries: [{ status: 'pending' }],
  });
  await sandbox.idle();
  expect((await call('GET', '/deliveries')).answer).toMatchObject({ deliveries: expect.any(Array) });

  const later = await stripe.checkout.sessions.create(checkoutParams());
  await call('POST', `/pay/${later.id}`, { bankAccount: '000222222227' });
  expect((await call('POST', `/async/${later.id}`, { outcome: 'succeeded' })).answer).toMatchObject({
    payment_status: 'paid',
  });
});

it('[PAY-13] sets, lists and clears faults over HTTP', async () => {
  const { call } = await startControl();
  expect((await call('POST', '/faults', { verb: 'drop' })).answer).toEqual({ verb: 'drop', times: 1 });
  expect((await call('GET', '/faults')).answer).toEqual({ faults: [{ verb: 'drop', times: 1 }] });
  expect((await call('DELETE', '/faults')).answer).toEqual({ faults: [] });
  expect(
    (await call('POST', '/faults', { verb: 'roll-secret', secret: 'whsec_chosen123' })).answer,
  ).toMatchObject({
    secret: 'whsec_chosen123',
  });
});

it('[PAY-13] refuses wrong verbs and browsers', async () => {
  const { call, url, id } = await startControl();
  expect((await call('POST', '/faults', { verb: 'explode' })).status).toBe(400);
  expect((await call('POST', '/faults', { verb: 'delay', ms: -1 })).status).toBe(400);
  expect((await call('POST', '/pay/cs_test_none')).status).toBe(400);
  expect((await call('POST', '/refund', { checkoutSession: id })).status).toBe(400);
  expect((await call('POST', '/unknown')).status).toBe(404);
  const headers = { origin: 'http://evil.test' };
  expect((await fetch(`${url}/_sandbox/pay/${id}`, { method: 'POST', headers })).status).toBe(403);
});
