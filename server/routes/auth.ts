import { z } from 'zod';
import { comeBackBody, refreshBody, signedIn } from '../../shared/api.ts';
import { problem } from '../../shared/problem.ts';
import { admit } from '../auth/admit.ts';
import type { Cookies } from '../auth/cookies.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';

export function authRoutes(app: Http, deps: { signIn: SignIn; cookies: Cookies }): void {
  const { signIn, cookies } = deps;

  app.post(
    '/api/auth/refresh',
    {
      schema: { body: refreshBody, response: { 200: signedIn, 401: problem } },
      config: { rateLimit: { max: 240, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const presented = cookies.refreshToken(request);
      if (!presented) throw new ProblemError(401, 'not-signed-in', 'This browser is not signed in.');
      const refreshed = await signIn.refresh(presented, request.body?.sessionId);
      return admit(request, reply, cookies, refreshed);
    },
  );

  app.post(
    '/api/auth/come-back',
    {
      schema: {
        summary: 'Signs the browser that paid in again, after its refresh cookie has died',
        body: comeBackBody,
        response: { 200: signedIn, 401: problem },
      },
      config: { rateLimit: { max: 60, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const nonce = cookies.claimNonce(request);
      if (!nonce) throw new ProblemError(401, 'not-signed-in', 'This browser is not signed in.');
      const { sessionId } = request.body;
      const back = await signIn.comeBack(nonce, sessionId);
      request.log.info({ event: 'auth.came-back', sessionId, userId: back.buyerId });
      return admit(request, reply, cookies, back);
    },
  );

  app.post('/api/auth/logout', { schema: { response: { 204: z.null() } } }, async (request, reply) => {
    const presented = cookies.refreshToken(request);
    if (presented) await signIn.signOut(presented);
    cookies.clear(reply);
    return reply.code(204).send(null);
  });
}
