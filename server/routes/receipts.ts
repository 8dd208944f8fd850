import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { pending } from '../../shared/api.ts';
import { problem } from '../../shared/problem.ts';
import { receiptView } from '../../shared/receipt.ts';
import type { Artifacts } from '../agent/artifacts.ts';
import type { Cookies } from '../auth/cookies.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';
import type { Receipts } from '../sessions/receipts.ts';

const params = z.object({ id: z.string().max(64) });
const path = '/api/sessions/:id/receipt';

export interface ReceiptRoutes {
  receipts: Receipts;
  runner: { artifacts: Artifacts };
  signIn: Pick<SignIn, 'wasSignedIn'>;
  cookies: Cookies;
}

/**
 * What is left of a session, for the browsers that it belonged to: by their cookies, because every token died
 * with it. They open the receipt and nothing else. [SES-9] [AUTH-3]
 */
export function receiptRoutes(app: Http, deps: ReceiptRoutes): void {
  const { receipts, cookies } = deps;

  async function ended(request: FastifyRequest): Promise<string> {
    const { id } = request.params as z.infer<typeof params>;
    const held = { claimNonce: cookies.claimNonce(request), refreshToken: cookies.refreshToken(request) };
    if (!(await deps.signIn.wasSignedIn(held, id))) {
      throw new ProblemError(401, 'not-signed-in', 'Open this receipt in the browser that had the session.');
    }
    return id;
  }

  async function existing(sessionId: string) {
    const receipt = await receipts.of(sessionId);
    if (!receipt)
      throw new ProblemError(409, 'session-goes-on', 'The receipt is written when the session ends.');
    return receipt;
  }

  app.get(
    path,
    {
      schema: {
        summary: 'What is left of a session that has ended, and until when',
        params,
        response: { 200: receiptView, 202: pending, 401: problem },
      },
    },
    async (request, reply) => {
      const receipt = await receipts.of(await ended(request));
      return receipt ?? reply.code(202).send({ status: 'pending' });
    },
  );

  app.get(
    `${path}/files/:name`,
    {
      schema: {
        summary: 'A file that a task made',
        params: params.extend({ name: z.string().max(255) }),
      },
    },
    async (request, reply) => {
      const sessionId = await ended(request);
      await existing(sessionId);
      const { name } = request.params;
      const file = await deps.runner.artifacts.read(sessionId, name);
      if (!file) throw new ProblemError(404, 'no-such-file', 'There is no such file, or it was deleted.');
      return (
        reply
          .header('cache-control', 'no-store')
          // Whatever a page had the agent fetch is saved, never shown as a page of ours.
          .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`)
          .type('application/octet-stream')
          .send(file.bytes)
      );
    },
  );

  app.post(
    `${path}/forget`,
    {
      schema: {
        summary: 'Deletes tasks, results and files now',
        params,
        response: { 200: receiptView, 401: problem, 409: problem },
      },
    },
    async (request) => {
      const sessionId = await ended(request);
      await existing(sessionId);
      await receipts.forget(sessionId);
      request.log.info({ event: 'session.forgotten', sessionId });
      return existing(sessionId);
    },
  );
}
