import { z } from 'zod';
import { closeDispute } from '../payments/fraud.ts';
import { listPage } from './listing.ts';
import { expand, paging } from './params.ts';
import { route } from './route.ts';
import { noSuch } from './stripe-error.ts';

const byPayment = { ...paging, charge: z.string().optional(), payment_intent: z.string().optional() };
const only = z.strictObject({ expand });

interface AboutPayment {
  charge: unknown;
  payment_intent?: unknown;
}

function concerns(
  item: AboutPayment,
  params: { charge?: string | undefined; payment_intent?: string | undefined },
) {
  if (params.charge !== undefined && item.charge !== params.charge) return false;
  return params.payment_intent === undefined || item.payment_intent === params.payment_intent;
}

export const disputeRoutes = [
  route('GET', '/v1/disputes/:id', only, ({ world, id }) => {
    const dispute = world.disputes.get(id);
    if (!dispute) throw noSuch('dispute', id);
    return dispute;
  }),
  route('POST', '/v1/disputes/:id/close', only, ({ world, id }) => {
    const dispute = world.disputes.get(id);
    if (!dispute) throw noSuch('dispute', id);
    return closeDispute(world, dispute, dispute.status.startsWith('warning_') ? 'warning_closed' : 'lost');
  }),
  route('GET', '/v1/disputes', z.strictObject(byPayment), ({ world, params }) => {
    const disputes = world.disputes.newestFirst.filter((dispute) => concerns(dispute, params));
    return listPage('dispute', '/v1/disputes', disputes, params);
  }),
  route('GET', '/v1/radar/early_fraud_warnings/:id', only, ({ world, id }) => {
    const warning = world.earlyFraudWarnings.get(id);
    if (!warning) throw noSuch('early fraud warning', id);
    return warning;
  }),
  route('GET', '/v1/radar/early_fraud_warnings', z.strictObject(byPayment), ({ world, params }) => {
    const warnings = world.earlyFraudWarnings.newestFirst.filter((warning) => concerns(warning, params));
    return listPage('early fraud warning', '/v1/radar/early_fraud_warnings', warnings, params);
  }),
];
