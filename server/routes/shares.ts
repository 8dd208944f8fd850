import { z } from 'zod';
import { shareBody, shareCreated, shareTicket, shareTicketBody, shareView } from '../../shared/access.ts';
import { pending } from '../../shared/api.ts';
import { problem } from '../../shared/problem.ts';
import { authOf, type RequireSession, sessionEnded } from '../auth/session-guard.ts';
import type { Shares } from '../auth/shares.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';
import type { Leases } from '../sessions/leases.ts';
import { type SessionStore, sessionView } from '../sessions/session-store.ts';

const params = z.object({ id: z.string().max(64) });

export interface ShareRoutes {
  shares: Shares;
  requireSession: RequireSession;
  sessions: SessionStore;
  leases: Pick<Leases, 'acquire'>;
  tokens: Tokens;
}

/** View-only links: the owner makes and takes back, a guest watches. [RT-9] */
export function shareRoutes(app: Http, deps: ShareRoutes): void {
  const { shares, sessions } = deps;
  const preHandler = deps.requireSession;

  app.post(
    '/api/sessions/:id/shares',
    {
      preHandler,
      schema: {
        summary: 'A link for somebody who may watch; it is shown this once',
        params,
        body: shareBody,
        response: { 201: shareCreated, 400: problem, 401: problem, 403: problem, 409: problem },
      },
    },
    async (request, reply) => {
      const { sessionId, buyerId } = authOf(request);
      const expiresAt = request.body.expiresAt ? new Date(request.body.expiresAt) : null;
      if (expiresAt && expiresAt.getTime() <= Date.now()) {
        throw new ProblemError(400, 'invalid-request', '"expiresAt" is in the past.');
      }
      const { secret, view } = await shares.create(sessionId, { name: request.body.name, expiresAt });
      request.log.info({ event: 'auth.share-made', sessionId, userId: buyerId, shareId: view.id });
      const url = new URL(`/share/${view.id}#${secret}`, request.headers.origin).href;
      return reply.code(201).send({ ...view, url });
    },
  );

  app.get(
    '/api/sessions/:id/shares',
    {
      preHandler,
      schema: {
        summary: 'The links that still work, newest first',
        params,
        response: { 200: z.array(shareView) },
      },
    },
    (request) => shares.list(authOf(request).sessionId),
  );

  app.delete(
    '/api/sessions/:id/shares/:shareId',
    {
      preHandler,
      schema: {
        summary: 'Takes a link back; its guests are cut off within seconds',
        params: params.extend({ shareId: z.string().max(64) }),
        response: { 204: z.null(), 404: problem },
      },
    },
    async (request, reply) => {
      const { sessionId, buyerId } = authOf(request);
      const { shareId } = request.params;
      if (!(await shares.revoke(sessionId, shareId))) {
        throw new ProblemError(404, 'no-such-share', 'This session has no such link.');
      }
      request.log.info({ event: 'auth.share-revoked', sessionId, userId: buyerId, shareId });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/shares/:id/ticket',
    {
      schema: {
        summary: 'A guest’s ticket for the picture, view-only',
        params,
        body: shareTicketBody,
        response: { 201: shareTicket, 202: pending, 401: problem, 410: problem },
      },
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const shareId = request.params.id;
      const share = await shares.open(shareId, request.body.secret);
      if (!share) throw new ProblemError(410, 'share-over', 'This link is wrong, or was taken back.');
      const lease = await deps.leases.acquire(share.sessionId);
      const row = lease && (await sessions.find(share.sessionId));
      if (!row) throw await sessionEnded(sessions, share.sessionId);
      // No error: a guest who is early waits, and the console of their page stays clean. [UI-5]
      if (row.desktop_status === 'starting') return reply.code(202).send({ status: 'pending' });
      const { sessionId, agentId, expiresAt: sessionExpiresAt } = lease;
      // The guest is nobody's buyer: the ticket's subject is the share, so that it ends with it.
      const subject = { buyerId: shareId, sessionId, agentId, sessionExpiresAt };
      const { token, expiresAt } = await deps.tokens.issue('vnc', subject, 'view');
      const { id, status, expiresAt: ends } = sessionView(row);
      const session = { id, status, expiresAt: ends };
      return reply.code(201).send({ ticket: token, expiresAt: expiresAt.toISOString(), session });
    },
  );
}
