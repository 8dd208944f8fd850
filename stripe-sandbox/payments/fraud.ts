import type { Stripe } from 'stripe';
import { invalidRequest } from '../api/stripe-error.ts';
import type { World } from '../core/world.ts';
import { newDispute, newEarlyFraudWarning, type OpeningStatus } from '../objects/dispute.ts';
import { emit } from '../webhooks/emit.ts';

export type ClosingStatus = 'won' | 'lost' | 'warning_closed';

export function openDispute(world: World, charge: Stripe.Charge, status: OpeningStatus): Stripe.Dispute {
  if (charge.disputed) throw invalidRequest(`Charge ${charge.id} is already disputed.`);
  if (charge.status !== 'succeeded') throw invalidRequest(`Charge ${charge.id} did not succeed.`);
  const dispute = world.disputes.add(newDispute(charge, status, world.nowSeconds()));
  world.charges.update(charge, { disputed: true });
  emit(world, 'charge.dispute.created', dispute);
  if (status === 'needs_response') emit(world, 'charge.dispute.funds_withdrawn', dispute);
  retireWarnings(world, charge);
  return dispute;
}

export function closeDispute(world: World, dispute: Stripe.Dispute, status: ClosingStatus): Stripe.Dispute {
  if (['won', 'lost', 'warning_closed'].includes(dispute.status)) {
    throw invalidRequest(`The dispute ${dispute.id} is already closed.`);
  }
  const isInquiry = dispute.status.startsWith('warning_');
  if (isInquiry !== (status === 'warning_closed')) {
    throw invalidRequest(`A dispute in ${dispute.status} cannot become ${status}.`);
  }
  world.disputes.update(dispute, { status });
  emit(world, 'charge.dispute.closed', dispute);
  if (status === 'won') emit(world, 'charge.dispute.funds_reinstated', dispute);
  return dispute;
}

export function warnOfFraud(world: World, charge: Stripe.Charge): Stripe.Radar.EarlyFraudWarning {
  const warning = world.earlyFraudWarnings.add(newEarlyFraudWarning(charge, world.nowSeconds()));
  emit(world, 'radar.early_fraud_warning.created', warning);
  return warning;
}

/** A warning is actionable only while a refund could still prevent a dispute. */
export function retireWarnings(world: World, charge: Stripe.Charge): void {
  if (!charge.refunded && !charge.disputed) return;
  for (const warning of world.earlyFraudWarnings.all) {
    if (warning.charge !== charge.id || !warning.actionable) continue;
    world.earlyFraudWarnings.update(warning, { actionable: false });
    emit(world, 'radar.early_fraud_warning.updated', warning, { actionable: true });
  }
}
