import { z } from 'zod';
import { recoverBody, recoveryLink } from '../../shared/access.ts';
import { signedIn } from '../../shared/api.ts';
import { problem } from '../../shared/problem.ts';
import { admit } from '../auth/admit.ts';
import type { Cookies } from '../auth/cookies.ts';
import type { Recovery } from '../auth/recovery.ts';
import { authOf, type RequireSession } from '../auth/session-guard.ts';
import type { SignIn } from '../auth/sign-in.ts';
import type { Http } from '../http.ts';

const params = z.object({ id: z.string().max(64) });

export interface RecoveryRoutes {
  recovery: Recovery;
  signIn: SignIn;
  cookies: Cookies;
  requireSession: RequireSession;
}

/** The way to another device, without an account. [AUTH-10] */
export function recoveryRoutes(app: Http, deps: RecoveryRoutes): void {
  app.post(
    '/api/sessions/:id/recovery-links',
    {
      preHandler: deps.requireSession,
      schema: {
        summary: 'A link that opens this session on another device, once, within 15 minutes',
        params,
        response: { 201: recoveryLink, 401: problem, 403: problem, 429: problem },
      },
      config: { rateLimit: { max: 30, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const { sessionId, buyerId } = authOf(request);
      const { secret, expiresAt } = await deps.recovery.createLink(sessionId);
      request.log.info({ event: 'auth.recovery-link-made', sessionId, userId: buyerId });
      const url = new URL(`/recover#${secret}`, request.headers.origin).href;
      return reply.code(201).send({ url, expiresAt: expiresAt.toISOString() });
    },
  );

  app.post(
    '/api/auth/recover',
    {
      schema: {
        summary: 'Signs this browser in by the secret of a recovery link',
        body: recoverBody,
        response: { 200: signedIn, 401: problem, 410: problem },
      },
      config: { rateLimit: { max: 20, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      const recovered = await deps.signIn.recover(request.body.secret);
      request.log.info({ event: 'auth.recovered', sessionId: recovered.signedIn.session.id });
      return admit(request, reply, deps.cookies, recovered);
    },
  );
}
