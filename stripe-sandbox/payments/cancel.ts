import type { Stripe } from 'stripe';
import type { World } from '../core/world.ts';
import { emit } from '../webhooks/emit.ts';

const CANCELLABLE = new Set(['requires_payment_method', 'requires_confirmation', 'requires_action']);

export function isCancellable(intent: Stripe.PaymentIntent): boolean {
  return CANCELLABLE.has(intent.status);
}

export function cancelIntent(world: World, intent: Stripe.PaymentIntent, reason: string | null): void {
  if (!isCancellable(intent)) return;
  world.paymentIntents.update(intent, {
    status: 'canceled',
    canceled_at: world.nowSeconds(),
    cancellation_reason: reason as Stripe.PaymentIntent.CancellationReason | null,
    next_action: null,
  });
  emit(world, 'payment_intent.canceled', intent);
}
