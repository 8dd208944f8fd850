import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problem } from '../../shared/problem.ts';
import { askBrowser } from '../agent/cdp-endpoint.ts';
import { authOf, type RequireSession } from '../auth/session-guard.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Desktop, Endpoint } from '../drivers/driver.ts';
import type { Http } from '../http.ts';
import { ProblemError } from '../lib/errors.ts';

const params = z.object({ id: z.string().max(64) });
const ASK_MS = 5_000;

const version = z.object({
  Browser: z.string(),
  'Protocol-Version': z.string(),
  'User-Agent': z.string(),
  'V8-Version': z.string(),
  'WebKit-Version': z.string(),
});
const target = z.object({ id: z.string(), type: z.string(), title: z.string(), url: z.string() });

export interface CdpRoutes {
  requireSession: RequireSession;
  tokens: Tokens;
  desktopOf(sessionId: string): Promise<Desktop | null>;
  /** Where clients reach this server, when it is not the address that they ask. */
  publicUrl: string | undefined;
}

/** What CDP clients ask before they connect to `wss /cdp/:id`. [AGT-8] */
export function cdpRoutes(app: Http, deps: CdpRoutes): void {
  const options = {
    preHandler: deps.requireSession,
    config: { scope: 'cdp', rateLimit: { max: 60, timeWindow: '1 minute' } },
  } as const;
  const answers = { 401: problem, 403: problem, 409: problem };

  for (const path of ['/cdp/:id/json/version', '/cdp/:id/json/version/']) {
    app.get(
      path,
      {
        ...options,
        schema: {
          summary: 'The browser, and where to connect',
          params,
          response: { 200: version.extend({ webSocketDebuggerUrl: z.url() }), ...answers },
        },
      },
      async (request, reply) => {
        const { sessionId, agentId, lease, apiToken } = authOf(request);
        if (!apiToken)
          throw new ProblemError(403, 'api-token-needed', 'Use an API token with the scope cdp.');
        const browser = version.parse(await ask(sessionId, '/json/version'));
        // Its subject is the token, so that the ticket dies with it.
        const subject = { buyerId: apiToken.tokenId, sessionId, agentId, sessionExpiresAt: lease.expiresAt };
        const { token: ticket } = await deps.tokens.issue('cdp', subject);
        const url = new URL(`/cdp/${sessionId}?ticket=${ticket}`, addressOf(request));
        url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
        reply.header('cache-control', 'no-store');
        return { ...browser, webSocketDebuggerUrl: url.href };
      },
    );
  }

  for (const path of ['/cdp/:id/json', '/cdp/:id/json/list']) {
    app.get(
      path,
      {
        ...options,
        schema: {
          summary: 'The open tabs; connect to the browser for all of them',
          params,
          response: { 200: z.array(target), ...answers },
        },
      },
      async (request) => {
        const targets = z.array(target).parse(await ask(authOf(request).sessionId, '/json/list'));
        return targets.filter(({ type }) => type === 'page');
      },
    );
  }

  async function ask(sessionId: string, path: string): Promise<unknown> {
    const desktop = await deps.desktopOf(sessionId);
    if (!desktop) throw notReady();
    return askOf(desktop.cdp, path);
  }

  async function askOf(endpoint: Endpoint, path: string): Promise<unknown> {
    try {
      return await askBrowser(endpoint, path, AbortSignal.timeout(ASK_MS));
    } catch (error) {
      throw notReady({ cause: error });
    }
  }

  const addressOf = (request: FastifyRequest) => deps.publicUrl ?? `${request.protocol}://${request.host}`;
}

function notReady(options?: ErrorOptions): ProblemError {
  return new ProblemError(
    409,
    'desktop-not-ready',
    'The browser is starting. Ask again in a moment.',
    options,
  );
}
