import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { invalidRequest, StripeError } from '../api/stripe-error.ts';
import { faultSchema } from '../webhooks/faults.ts';
import type { FaultControl } from './fault-control.ts';
import { disputeSchema, paySchema, refundSchema, settleSchema, targetSchema, type Verbs } from './verbs.ts';

const rollSchema = z.strictObject({
  verb: z.literal('roll-secret'),
  endpoint: z.string().optional(),
  secret: z.string().min(8).optional(),
  oldExpiresInMs: z.int().min(0).optional(),
});

type WithId = { Params: { id: string } };

/** The verbs over HTTP, for tests in another process and for curl. */
export function addControlRoutes(app: FastifyInstance, verbs: Verbs, faults: FaultControl): void {
  app.register(
    async (control) => {
      control.addHook('onRequest', async (request) => {
        if (request.headers.origin === undefined) return;
        // A page must not drive the sandbox just because a browser can reach it.
        throw new StripeError(403, { type: 'invalid_request_error', message: 'Verbs are not for browsers.' });
      });
      control.get('/deliveries', async () => ({ deliveries: verbs.deliveries() }));
      control.get('/faults', async () => ({ faults: faults.list() }));
      control.delete('/faults', async () => {
        faults.clear();
        return { faults: [] };
      });
      control.post('/faults', async ({ body }) => {
        const isRoll = (body as { verb?: unknown } | undefined)?.verb === 'roll-secret';
        return isRoll ? faults.rollSecret(read(rollSchema, body)) : faults.add(read(faultSchema, body));
      });
      control.post<WithId>('/pay/:id', async ({ params, body }) =>
        verbs.pay(params.id, read(paySchema, body)),
      );
      control.post('/refund', async ({ body }) => verbs.refund(read(refundSchema, body)));
      control.post('/dispute', async ({ body }) => verbs.dispute(read(disputeSchema, body)));
      control.post('/early-fraud-warning', async ({ body }) =>
        verbs.earlyFraudWarning(read(targetSchema, body)),
      );
      control.post<WithId>('/async/:id', async ({ params, body }) => {
        return verbs.settle(params.id, read(settleSchema, body).outcome);
      });
      control.post<WithId>('/resend/:id', async ({ params }) => ({ deliveries: verbs.resend(params.id) }));
    },
    { prefix: '/_sandbox' },
  );
}

function read<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw invalidRequest(z.prettifyError(result.error));
}
