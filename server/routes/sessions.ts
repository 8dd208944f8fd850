import { z } from 'zod';
import { checkoutCreated, controlBody, vncTicket, vncTicketBody } from '../../shared/api.ts';
import { problem } from '../../shared/problem.ts';
import { control, sessionView as sessionSchema } from '../../shared/session.ts';
import { authOf, type RequireSession, sessionEnded } from '../auth/session-guard.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';
import type { Checkout } from '../payments/checkout.ts';
import type { Revoke } from '../sessions/revocation.ts';
import { type SessionStore, sessionView } from '../sessions/session-store.ts';

type VncTicketBody = z.infer<typeof vncTicketBody>;

const params = z.object({ id: z.string().max(64) });

export interface SessionRoutes {
  requireSession: RequireSession;
  sessions: SessionStore;
  tokens: Tokens;
  revoke: Revoke;
  checkout: Pick<Checkout, 'extend'>;
}

export function sessionRoutes(app: Http, deps: SessionRoutes): void {
  const { sessions } = deps;
  const preHandler = deps.requireSession;

  app.get(
    '/api/sessions',
    { preHandler, schema: { response: { 200: z.array(sessionSchema), 401: problem } } },
    async (request) => (await sessions.listOfBuyer(authOf(request).buyerId)).map(sessionView),
  );

  app.get(
    '/api/sessions/:id',
    {
      preHandler,
      config: { scope: 'any' },
      schema: { params, response: { 200: sessionSchema, 401: problem, 403: problem } },
    },
    async (request) => {
      const row = await sessions.find(authOf(request).sessionId);
      if (!row) throw new ProblemError(404, 'not-found', 'There is no such session.');
      return sessionView(row);
    },
  );

  app.post(
    '/api/sessions/:id/end',
    { preHandler, schema: { params, response: { 202: z.object({ status: z.literal('ending') }) } } },
    async (request, reply) => {
      const { sessionId } = authOf(request);
      // The truth is written before we answer; the rest of the cascade goes on, and the sweep finishes it.
      await sessions.markEnded(sessionId, 'ended-by-owner');
      deps.revoke(sessionId, 'ended-by-owner').catch((error: unknown) => {
        request.log.error({ event: 'session.revoke-failed', sessionId, err: error });
      });
      return reply.code(202).send({ status: 'ending' });
    },
  );

  app.post(
    '/api/sessions/:id/extend',
    {
      preHandler,
      schema: {
        params,
        response: { 201: checkoutCreated.pick({ checkoutUrl: true }), 409: problem, 503: problem },
      },
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const { sessionId, buyerId } = authOf(request);
      const row = await sessions.find(sessionId);
      if (row?.status === 'awaiting-desktop') {
        throw new ProblemError(409, 'desktop-not-ready', 'The browser is starting. Ask again in a moment.');
      }
      const session = { id: sessionId, buyerId };
      const { checkoutUrl } = await deps.checkout.extend(session, request.headers.origin as string);
      return reply.code(201).send({ checkoutUrl });
    },
  );

  app.post(
    '/api/sessions/:id/vnc-ticket',
    {
      preHandler,
      config: {
        scope: (request) => ((request.body as VncTicketBody).mode === 'control' ? 'control' : 'view'),
      },
      schema: { params, body: vncTicketBody, response: { 201: vncTicket, 409: problem } },
    },
    async (request, reply) => {
      const { sessionId, buyerId, agentId, lease } = authOf(request);
      const row = await sessions.find(sessionId);
      if (row?.desktop_status === 'starting') {
        throw new ProblemError(409, 'desktop-not-ready', 'The browser is starting. Ask again in a moment.');
      }
      const subject = { buyerId, sessionId, agentId, sessionExpiresAt: lease.expiresAt };
      const { token, expiresAt } = await deps.tokens.issue('vnc', subject, request.body.mode);
      return reply.code(201).send({ ticket: token, expiresAt: expiresAt.toISOString() });
    },
  );

  app.post(
    '/api/sessions/:id/control',
    {
      preHandler,
      config: { scope: 'control' },
      schema: { params, body: controlBody, response: { 200: control, 401: problem } },
    },
    async (request) => {
      const { sessionId } = authOf(request);
      const changed = await sessions.setControl(sessionId, request.body.holder);
      if (!changed) throw await sessionEnded(sessions, sessionId);
      return changed;
    },
  );
}
