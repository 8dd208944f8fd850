import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { adminHealth, adminLoginBody, adminSession, adminSignIn } from '../../shared/admin.ts';
import { problem } from '../../shared/problem.ts';
import type { AdminSessions } from '../admin/admin-sessions.ts';
import type { LoginThrottle } from '../admin/login-throttle.ts';
import { countSessions, listSessions } from '../admin/overview.ts';
import { verifyPassword } from '../admin/password.ts';
import type { Cookies } from '../auth/cookies.ts';
import type { Db } from '../db/database.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';
import type { Revoke } from '../sessions/revocation.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { clientKey } from '../upgrade/client-key.ts';

export interface AdminRoutes {
  /** Undefined: nobody signs in. */
  adminPasswordHash: string | undefined;
  adminSessions: AdminSessions;
  loginThrottle: LoginThrottle;
  cookies: Cookies;
  db: Db;
  sessions: SessionStore;
  revoke: Revoke;
  release: string;
  testPayments: boolean;
  warmDesktops: () => number;
}

const startedAt = () => new Date(Date.now() - process.uptime() * 1000).toISOString();

/** The operator's page: sign in, see every session, end one. [AUTH-10] */
export function adminRoutes(app: Http, deps: AdminRoutes): void {
  const { cookies, adminSessions, loginThrottle, sessions } = deps;

  const isSignedIn = async (request: FastifyRequest) => {
    const cookie = cookies.adminSession(request);
    return cookie !== undefined && (await adminSessions.isValid(cookie));
  };
  const preHandler = async (request: FastifyRequest) => {
    if (await isSignedIn(request)) return;
    throw new ProblemError(401, 'not-signed-in', 'Sign in as the operator first.');
  };

  app.get('/api/admin/login', { schema: { response: { 200: adminSignIn } } }, async (request) => ({
    signedIn: await isSignedIn(request),
    configured: deps.adminPasswordHash !== undefined,
  }));

  app.post(
    '/api/admin/login',
    {
      schema: { body: adminLoginBody, response: { 204: z.null(), 401: problem, 429: problem, 503: problem } },
      config: { rateLimit: { max: 30, timeWindow: '1 minute' } },
    },
    async (request, reply) => {
      if (!deps.adminPasswordHash) {
        throw new ProblemError(
          503,
          'no-operator',
          'This server has no operator password. Make one with npm run hash-password.',
        );
      }
      const client = clientKey(request.ip);
      const { waitMs } = loginThrottle.begin(client);
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1000);
        void reply.header('retry-after', seconds);
        throw new ProblemError(429, 'too-fast', `Too many tries. Try again in ${seconds} s.`);
      }
      let verified = false;
      try {
        verified = await verifyPassword(request.body.password, deps.adminPasswordHash);
      } finally {
        if (verified) loginThrottle.succeeded(client);
        else loginThrottle.failed(client);
      }
      request.log.info({ event: verified ? 'admin.signed-in' : 'admin.sign-in-refused', client });
      if (!verified) throw new ProblemError(401, 'wrong-password', 'That is not the password.');
      cookies.setAdminSession(reply, await adminSessions.create());
      return reply.code(204).send(null);
    },
  );

  app.post('/api/admin/logout', { schema: { response: { 204: z.null() } } }, async (request, reply) => {
    const cookie = cookies.adminSession(request);
    if (cookie) await adminSessions.end(cookie);
    cookies.clearAdminSession(reply);
    return reply.code(204).send(null);
  });

  app.get(
    '/api/admin/sessions',
    { preHandler, schema: { response: { 200: z.array(adminSession), 401: problem } } },
    () => listSessions(deps.db),
  );

  app.get(
    '/api/admin/health',
    { preHandler, schema: { response: { 200: adminHealth, 401: problem } } },
    async () => ({
      release: deps.release,
      startedAt: startedAt(),
      testPayments: deps.testPayments,
      warmDesktops: deps.warmDesktops(),
      sessions: await countSessions(deps.db),
    }),
  );

  app.post(
    '/api/admin/sessions/:id/revoke',
    {
      preHandler,
      schema: {
        params: z.object({ id: z.string().max(64) }),
        response: { 202: z.object({ status: z.literal('ending') }), 401: problem, 404: problem },
      },
    },
    async (request, reply) => {
      const sessionId = request.params.id;
      if (!(await sessions.find(sessionId))) {
        throw new ProblemError(404, 'not-found', 'There is no such session.');
      }
      request.log.info({ event: 'admin.session-revoked', sessionId });
      // The truth is written before we answer; the rest of the cascade goes on, and the sweep finishes it.
      await sessions.markEnded(sessionId, 'revoked-by-operator');
      deps.revoke(sessionId, 'revoked-by-operator').catch((error: unknown) => {
        request.log.error({ event: 'session.revoke-failed', sessionId, err: error });
      });
      return reply.code(202).send({ status: 'ending' });
    },
  );
}
