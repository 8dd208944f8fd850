import type { Stripe } from 'stripe';
import type { World } from '../core/world.ts';
import { emit } from '../webhooks/emit.ts';
import { cancelIntent } from './cancel.ts';

export function expireSession(world: World, session: Stripe.Checkout.Session): void {
  if (session.status !== 'open') return;
  world.pendingPayments.remove(session.id);
  const intent = world.paymentIntents.get(String(session.payment_intent));
  if (intent) cancelIntent(world, intent, 'automatic');
  world.sessions.update(session, { status: 'expired', url: null });
  emit(world, 'checkout.session.expired', session);
}
