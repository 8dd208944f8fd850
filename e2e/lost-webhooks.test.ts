import { expect, test } from '@playwright/test';
import { Browser } from '../server/testing/browser.ts';
import { startServer } from '../server/testing/running-server.ts';
import { pay, tellStripe } from '../server/testing/visitor.ts';
import type { CheckoutCreated } from '../shared/api.ts';

test('[PAY-5] no webhook ever arrives and the buyer never comes back: a session within 60 s of the payment', async () => {
  const server = await startServer({ WARM_DESKTOPS: '0', LOG_LEVEL: 'info' });
  try {
    await tellStripe(server, 'faults', { verb: 'drop', times: null });
    const { body } = await new Browser(server.url).post<CheckoutCreated>('/api/checkout');
    await pay(server, body.checkoutSessionId);
    const logged = (name: string) => server.log.some(({ event }) => event === name);
    await expect.poll(() => logged('session.live'), { timeout: 60_000, intervals: [100] }).toBe(true);
    expect(logged('webhook.received')).toBe(false);
    expect(server.errors()).toEqual([]); // [UI-5]
  } finally {
    await server.stop();
  }
});
