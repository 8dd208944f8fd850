import { z } from 'zod';
import type { World } from '../core/world.ts';
import { expireSession } from '../payments/expire.ts';
import { createCheckoutSession } from './checkout-session-create.ts';
import { createParams } from './checkout-session-params.ts';
import { listPage } from './listing.ts';
import { expand, metadata, paging } from './params.ts';
import { route } from './route.ts';
import { invalidRequest, noSuch } from './stripe-error.ts';

const { created: _, ...pagingWithoutCreated } = paging;

const listParams = z.strictObject({
  ...paging,
  customer: z.string().optional(),
  customer_details: z.strictObject({ email: z.string() }).optional(),
  payment_intent: z.string().optional(),
  status: z.enum(['open', 'complete', 'expired']).optional(),
});

function sessionOf(world: World, id: string) {
  const session = world.sessions.get(id);
  if (!session) throw noSuch('checkout.session', id, 'session');
  return session;
}

export const checkoutSessionRoutes = [
  route('POST', '/v1/checkout/sessions', createParams, ({ world, params }) =>
    createCheckoutSession(world, params),
  ),
  route('GET', '/v1/checkout/sessions/:id', z.strictObject({ expand }), ({ world, id }) =>
    sessionOf(world, id),
  ),
  route(
    'POST',
    '/v1/checkout/sessions/:id',
    z.strictObject({ expand, metadata: metadata.optional() }),
    ({ world, id, params }) => {
      const session = sessionOf(world, id);
      return world.sessions.update(session, { metadata: { ...session.metadata, ...params.metadata } });
    },
  ),
  route('POST', '/v1/checkout/sessions/:id/expire', z.strictObject({ expand }), ({ world, id }) => {
    const session = sessionOf(world, id);
    if (session.status !== 'open') {
      throw invalidRequest(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
      );
    }
    expireSession(world, session);
    return session;
  }),
  route(
    'GET',
    '/v1/checkout/sessions/:id/line_items',
    z.strictObject(pagingWithoutCreated),
    ({ world, id, params }) => {
      const session = sessionOf(world, id);
      const items = world.sessionExtras.get(session.id)?.lineItems ?? [];
      const stored = items.map((item) => ({ ...item, created: session.created }));
      const page = listPage('line_item', `/v1/checkout/sessions/${id}/line_items`, stored, params);
      return { ...page, data: page.data.map(({ created: _created, ...item }) => item) };
    },
  ),
  route('GET', '/v1/checkout/sessions', listParams, ({ world, params }) => {
    const sessions = world.sessions.newestFirst.filter((session) => {
      if (params.customer !== undefined && session.customer !== params.customer) return false;
      if (params.payment_intent !== undefined && session.payment_intent !== params.payment_intent)
        return false;
      if (params.status !== undefined && session.status !== params.status) return false;
      const email = params.customer_details?.email.toLowerCase();
      return email === undefined || session.customer_details?.email?.toLowerCase() === email;
    });
    return listPage('checkout.session', '/v1/checkout/sessions', sessions, params);
  }),
];
