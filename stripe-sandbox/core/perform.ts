import { expireSession } from '../payments/expire.ts';
import { openDispute, warnOfFraud } from '../payments/fraud.ts';
import { expectedOutcome, settleBankDebit } from '../payments/settle.ts';
import { attemptDelivery } from '../webhooks/deliver.ts';
import { createGate } from '../webhooks/gate.ts';
import type { PerformTask } from './schedule.ts';
import type { World } from './world.ts';

const MAX_DELIVERIES_IN_FLIGHT = 64;

/** What each scheduled task does when its time has come; a task that lost its object is simply done. */
export function createPerformer(world: World, stopSignal: AbortSignal): PerformTask {
  const gate = createGate(MAX_DELIVERIES_IN_FLIGHT);
  return async (task) => {
    switch (task.type) {
      case 'attempt-deliveries':
        for (const deliveryId of task.deliveryIds) {
          const finished = await gate.pass(() => attemptDelivery(world, deliveryId, stopSignal));
          if (!finished) return 'interrupted';
        }
        return 'done';
      case 'expire-session': {
        const session = world.sessions.get(task.sessionId);
        if (session) expireSession(world, session);
        return 'done';
      }
      case 'settle-bank-debit':
        if (world.pendingPayments.get(task.sessionId)) {
          settleBankDebit(world, task.sessionId, expectedOutcome(world, task.sessionId));
        }
        return 'done';
      case 'dispute': {
        const charge = world.charges.get(task.chargeId);
        if (charge && !charge.disputed && !charge.refunded) openDispute(world, charge, 'needs_response');
        return 'done';
      }
      case 'early-fraud-warning': {
        const charge = world.charges.get(task.chargeId);
        if (charge) warnOfFraud(world, charge);
        return 'done';
      }
    }
  };
}
