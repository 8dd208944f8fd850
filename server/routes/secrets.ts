import { z } from 'zod';
import { problem } from '../../shared/problem.ts';
import { secretBody, secretView } from '../../shared/secret.ts';
import type { Secrets } from '../agent/secrets/secret-store.ts';
import { authOf, type RequireSession } from '../auth/session-guard.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';

const params = z.object({ id: z.string().max(64) });

export interface SecretRoutes {
  secrets: Secrets;
  requireSession: RequireSession;
}

/** Values that the agent may type and nobody may read; only the owner adds and deletes them. [AGT-7] */
export function secretRoutes(app: Http, deps: SecretRoutes): void {
  const { secrets } = deps;
  const preHandler = deps.requireSession;

  app.post(
    '/api/sessions/:id/secrets',
    {
      preHandler,
      schema: {
        summary: 'Keeps a value for "fill" as {{secret:name}}, for one origin; it is never shown again',
        params,
        body: secretBody,
        response: { 201: secretView, 400: problem, 401: problem, 403: problem, 409: problem, 410: problem },
      },
    },
    async (request, reply) => {
      const { sessionId, buyerId } = authOf(request);
      const view = await secrets.create(sessionId, request.body);
      request.log.info({ event: 'secret.added', sessionId, userId: buyerId, secretId: view.id });
      return reply.code(201).send(view);
    },
  );

  app.get(
    '/api/sessions/:id/secrets',
    {
      preHandler,
      schema: { summary: 'By name, without values', params, response: { 200: z.array(secretView) } },
    },
    (request) => secrets.list(authOf(request).sessionId),
  );

  app.delete(
    '/api/sessions/:id/secrets/:secretId',
    {
      preHandler,
      schema: {
        summary: 'Deletes a secret',
        params: params.extend({ secretId: z.string().max(64) }),
        response: { 204: z.null(), 404: problem },
      },
    },
    async (request, reply) => {
      const { sessionId, buyerId } = authOf(request);
      const { secretId } = request.params;
      if (!(await secrets.remove(sessionId, secretId))) {
        throw new ProblemError(404, 'no-such-secret', 'This session has no such secret.');
      }
      request.log.info({ event: 'secret.deleted', sessionId, userId: buyerId, secretId });
      return reply.code(204).send(null);
    },
  );
}
