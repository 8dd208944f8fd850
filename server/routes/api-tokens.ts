import { z } from 'zod';
import { apiTokenBody, apiTokenCreated, apiTokenView } from '../../shared/access.ts';
import { problem } from '../../shared/problem.ts';
import type { ApiTokens } from '../auth/api-tokens.ts';
import { authOf, type RequireSession } from '../auth/session-guard.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';

const params = z.object({ id: z.string().max(64) });

export interface ApiTokenRoutes {
  apiTokens: ApiTokens;
  requireSession: RequireSession;
}

/** Credentials for programs; only the owner makes and revokes them. [AUTH-10] */
export function apiTokenRoutes(app: Http, deps: ApiTokenRoutes): void {
  const { apiTokens } = deps;
  const preHandler = deps.requireSession;

  app.post(
    '/api/sessions/:id/api-tokens',
    {
      preHandler,
      schema: {
        summary: 'A token for a program; it is shown this once',
        params,
        body: apiTokenBody,
        response: { 201: apiTokenCreated, 400: problem, 401: problem, 403: problem, 409: problem },
      },
    },
    async (request, reply) => {
      const { sessionId, buyerId } = authOf(request);
      const { name, scopes } = request.body;
      const expiresAt = request.body.expiresAt ? new Date(request.body.expiresAt) : null;
      if (expiresAt && expiresAt.getTime() <= Date.now()) {
        throw new ProblemError(400, 'invalid-request', '"expiresAt" is in the past.');
      }
      const { token, view } = await apiTokens.create(sessionId, { name, scopes, expiresAt });
      request.log.info({ event: 'auth.api-token-made', sessionId, userId: buyerId, apiTokenId: view.id });
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...view, token });
    },
  );

  app.get(
    '/api/sessions/:id/api-tokens',
    {
      preHandler,
      schema: {
        summary: 'The tokens that still work, newest first',
        params,
        response: { 200: z.array(apiTokenView) },
      },
    },
    (request) => apiTokens.list(authOf(request).sessionId),
  );

  app.delete(
    '/api/sessions/:id/api-tokens/:tokenId',
    {
      preHandler,
      schema: {
        summary: 'Revokes a token at once',
        params: params.extend({ tokenId: z.string().max(64) }),
        response: { 204: z.null(), 404: problem },
      },
    },
    async (request, reply) => {
      const { sessionId, buyerId } = authOf(request);
      const { tokenId } = request.params;
      if (!(await apiTokens.revoke(sessionId, tokenId))) {
        throw new ProblemError(404, 'no-such-token', 'This session has no such token.');
      }
      request.log.info({
        event: 'auth.api-token-revoked',
        sessionId,
        userId: buyerId,
        apiTokenId: tokenId,
      });
      return reply.code(204).send(null);
    },
  );
}
