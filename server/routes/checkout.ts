import { z } from 'zod';
import { checkoutCreated, claimBody, offer, pending, signedIn } from '../../shared/api.ts';
import { problem } from '../../shared/problem.ts';
import { admit } from '../auth/admit.ts';
import type { Cookies } from '../auth/cookies.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';
import { newSecret } from '../lib/ids.ts';
import type { Checkout } from '../payments/checkout.ts';
import type { Price } from '../payments/stripe-checkout.ts';
import type { Webhook } from '../payments/webhook.ts';

export interface CheckoutRoutes {
  checkout: Checkout;
  webhook: Webhook;
  signIn: SignIn;
  cookies: Cookies;
  price: Price;
  sessionTtlMs: number;
  testPayments: boolean;
  runner: { llm: unknown };
}

export function checkoutRoutes(app: Http, deps: CheckoutRoutes): void {
  const { checkout, cookies, price } = deps;

  app.get('/api/offer', { schema: { response: { 200: offer } } }, async () => ({
    priceCents: price.amountCents,
    currency: price.currency,
    sessionTtlMs: deps.sessionTtlMs,
    testPayments: deps.testPayments,
    available: await checkout.available(),
    instructions: deps.runner.llm !== null,
  }));

  app.post(
    '/api/checkout',
    {
      schema: { body: z.object({}).optional(), response: { 201: checkoutCreated, 503: problem } },
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const nonce = cookies.claimNonce(request) ?? newSecret();
      cookies.setClaimNonce(reply, nonce);
      const created = await checkout.start(nonce, request.headers.origin as string);
      return reply.code(201).send(created);
    },
  );

  // Where Stripe's page sends a buyer who turns back. [PAY-14]
  app.get('/checkout/cancelled', { schema: { hide: true } }, async (request, reply) => {
    const nonce = cookies.claimNonce(request);
    if (nonce) {
      await checkout.cancel(nonce).catch((error: unknown) => {
        request.log.warn({ event: 'checkout.cancel-failed', err: error }); // it expires by itself
      });
    }
    return reply.redirect('/');
  });

  app.post(
    '/api/checkout/claim',
    {
      schema: { body: claimBody, response: { 200: signedIn, 202: pending, 403: problem, 409: problem } },
      config: { rateLimit: { max: 240, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const nonce = cookies.claimNonce(request);
      if (!nonce)
        throw new ProblemError(403, 'not-the-buyer', 'This Checkout was started in another browser.');
      const claimed = await deps.signIn.claim(nonce, request.body.checkoutSessionId);
      if (claimed === 'pending') return reply.code(202).send({ status: 'pending' });
      return reply.code(200).send(admit(request, reply, cookies, claimed));
    },
  );

  app.post(
    '/api/stripe/webhook',
    {
      config: { rawBody: true, skipOriginCheck: true, rateLimit: { max: 3_000, timeWindow: '1 minute' } },
      schema: { response: { 200: z.object({ received: z.literal(true) }), 400: problem, 503: problem } },
    },
    async (request) => {
      const signature = request.headers['stripe-signature'];
      await deps.webhook.receive(String(request.rawBody ?? ''), signature?.toString());
      return { received: true as const };
    },
  );
}
