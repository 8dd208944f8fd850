import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cookies } from '../auth/cookies.ts';
import type { Http } from '../http.ts';
import { newSecret } from '../lib/ids.ts';
import { notFound } from '../lib/problem.ts';

const PAGES = ['/', '/checkout/return', '/s/:id', '/s/:id/receipt', '/share/:id', '/recover', '/admin'];

/** The built page: hashed assets for ever, the entry never, so stale code is never served. [UI-6] */
export async function pageRoutes(app: Http, deps: { clientDir: string; cookies: Cookies }): Promise<void> {
  const entry = await readFile(join(deps.clientDir, 'index.html'), 'utf8');

  await app.register(fastifyStatic, {
    root: join(deps.clientDir, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    wildcard: true,
  });
  app.get('/favicon.svg', { schema: { hide: true } }, (_, reply) =>
    reply.sendFile('favicon.svg', deps.clientDir),
  );

  const sendEntry = (status: number) => async (request: FastifyRequest, reply: FastifyReply) => {
    // Set before the first click, so that ten clicks come from one buyer. [PAY-11]
    if (request.routeOptions.url === '/' && !deps.cookies.claimNonce(request)) {
      deps.cookies.setClaimNonce(reply, newSecret());
    }
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(entry);
  };
  for (const path of PAGES) app.get(path, { schema: { hide: true } }, sendEntry(200));

  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
    if (wantsPage && !request.url.startsWith('/api/')) return sendEntry(404)(request, reply);
    return notFound(request, reply);
  });
}
