import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Stripe } from 'stripe';
import type { World } from '../core/world.ts';
import { authenticate, confirm } from '../payments/confirm.ts';
import type { Decline } from '../payments/test-cards.ts';
import { checkForm, emptyForm, type FormErrors, readForm } from './checkout-form.ts';
import { checkoutPage } from './checkout-page.ts';
import { challengePage, closedNotice, noticePage, unknownNotice } from './other-pages.ts';

type WithSession = { Params: { id: string } };

const ASSETS = [
  { path: '/c/assets/base.css', type: 'text/css; charset=utf-8', file: './browser/base.css' },
  { path: '/c/assets/checkout.css', type: 'text/css; charset=utf-8', file: './browser/checkout.css' },
  { path: '/c/assets/checkout.js', type: 'text/javascript; charset=utf-8', file: './browser/checkout.js' },
];

export function addPages(app: FastifyInstance, world: World): void {
  for (const { path, type, file } of ASSETS) {
    const content = readFileSync(new URL(file, import.meta.url), 'utf8');
    app.get(path, async (_request, reply) => {
      return reply
        .type(type)
        .header('cache-control', 'no-cache')
        .header('x-content-type-options', 'nosniff')
        .send(content);
    });
  }

  app.get<WithSession>('/c/pay/:id', async (request, reply) => {
    const session = world.sessions.get(request.params.id);
    if (session?.status !== 'open') return sendClosed(reply, session);
    return sendPage(reply, session, formPage(world, session, emptyForm(session), lastErrors(world, session)));
  });

  app.post<WithSession>('/c/pay/:id', async (request, reply) => {
    const session = world.sessions.get(request.params.id);
    if (session?.status !== 'open') return sendClosed(reply, session);
    const form = readForm(String(request.body ?? ''), session);
    const checked = checkForm(form, session.currency ?? 'usd', world.clock.nowMs());
    if ('errors' in checked) return sendPage(reply, session, formPage(world, session, form, checked.errors));
    const result = confirm(world, session.id, checked.payment);
    switch (result.outcome) {
      case 'complete':
        return reply.redirect(successUrlOf(session), 303);
      case 'needs-authentication':
        return reply.redirect(`/c/pay/${session.id}/authenticate`, 303);
      case 'declined':
        return sendPage(reply, session, formPage(world, session, form, declineErrors(result.decline)));
    }
  });

  app.get<WithSession>('/c/pay/:id/authenticate', async (request, reply) => {
    const session = world.sessions.get(request.params.id);
    if (session?.status !== 'open') return sendClosed(reply, session);
    if (!world.pendingPayments.get(session.id)) return reply.redirect(`/c/pay/${session.id}`, 303);
    return sendPage(reply, session, challengePage(session));
  });

  app.post<WithSession>('/c/pay/:id/authenticate', async (request, reply) => {
    const session = world.sessions.get(request.params.id);
    if (session?.status !== 'open') return sendClosed(reply, session);
    if (!world.pendingPayments.get(session.id)) return reply.redirect(`/c/pay/${session.id}`, 303);
    const passed = new URLSearchParams(String(request.body ?? '')).get('result') === 'complete';
    const result = authenticate(world, session.id, passed);
    return reply.redirect(
      result.outcome === 'complete' ? successUrlOf(session) : `/c/pay/${session.id}`,
      303,
    );
  });
}

function formPage(
  world: World,
  session: Stripe.Checkout.Session,
  form: ReturnType<typeof emptyForm>,
  errors: FormErrors,
): string {
  return checkoutPage(session, world.sessionExtras.get(session.id)?.lineItems ?? [], form, errors);
}

function lastErrors(world: World, session: Stripe.Checkout.Session): FormErrors {
  const message = world.paymentIntents.get(String(session.payment_intent))?.last_payment_error?.message;
  return message === undefined ? {} : { form: message };
}

function declineErrors(decline: Decline): FormErrors {
  if (decline.code === 'incorrect_cvc') return { cvc: decline.message };
  if (decline.code === 'expired_card') return { expiry: decline.message };
  return { form: decline.message };
}

function successUrlOf(session: Stripe.Checkout.Session): string {
  return (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}

// 200 also for a closed checkout: a browser logs every other status as an error of the page.
function sendClosed(reply: FastifyReply, session: Stripe.Checkout.Session | undefined): FastifyReply {
  if (!session) return sendPage(reply.code(404), undefined, noticePage(unknownNotice));
  return sendPage(reply, session, noticePage(closedNotice(session, successUrlOf(session))));
}

function sendPage(
  reply: FastifyReply,
  session: Stripe.Checkout.Session | undefined,
  page: string,
): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers({
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy(session),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(page);
}

/** Chromium applies form-action to redirects too, so the success page's origin must be in it. */
function contentSecurityPolicy(session: Stripe.Checkout.Session | undefined): string {
  const successOrigin = URL.parse(session?.success_url ?? '')?.origin ?? '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    `form-action 'self' ${successOrigin}`.trim(),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
