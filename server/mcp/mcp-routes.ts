import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpServer, type Server } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ApiTokens } from '../auth/api-tokens.ts';
import { authOf, type RequireSession } from '../auth/session-guard.ts';
import type { Http } from '../http.ts';
import type { Clock } from '../lib/clock.ts';
import { ProblemError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import { OutsideRefused } from '../outside/refused.ts';
import { watchToken } from '../outside/watch-token.ts';
import type { ToolCaller } from './call-tool.ts';

export interface McpRoutes {
  requireSession: RequireSession;
  apiTokens: Pick<ApiTokens, 'isAlive'>;
  /** What serves one request. */
  mcpServerFor: (caller: ToolCaller) => Server | McpServer;
  clock: Clock;
  log: Log;
}

/** Ten files of an `upload`, in base64. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUESTS_PER_MINUTE = 300;
/** A stream gets to say why it ends. */
const GRACE_MS = 100;

const query = z.object({ wait: z.coerce.number().int().min(0).max(300).default(0) });

/**
 * `POST /mcp`, Streamable HTTP without sessions of its own: an API token is the session, and every request is
 * whole in itself, so that any node serves it and there is nothing to end but what is under way. [AGT-8]
 */
export function mcpRoutes(app: Http, deps: McpRoutes): void {
  const { log } = deps;
  const onerror = (error: Error) => log.info({ event: 'mcp.refused', err: error });
  const handler = createMcpHandler(
    ({ authInfo }) => deps.mcpServerFor(authInfo?.extra?.caller as ToolCaller),
    { onerror },
  );
  const serve = toNodeHandler(handler, { onerror });
  const limit = createRateLimit(REQUESTS_PER_MINUTE, 60_000, deps.clock);

  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    schema: { hide: true, querystring: query },
    preHandler: deps.requireSession,
    config: { scope: 'mcp' },
    bodyLimit: BODY_LIMIT_BYTES,
    onSend: async (_, reply) => {
      // Without it clients of the protocol do not know what kind of credential is asked for.
      if (reply.statusCode === 401) reply.header('www-authenticate', 'Bearer');
    },
    async handler(request, reply) {
      const { lease, apiToken } = authOf(request);
      if (!apiToken) throw new ProblemError(403, 'api-token-needed', 'Use an API token with the scope mcp.');
      const { tokenId, name, scopes } = apiToken;
      if (!limit.allows(tokenId)) {
        throw new ProblemError(429, 'too-fast', `At most ${REQUESTS_PER_MINUTE} requests a minute; wait.`);
      }
      const { raw } = reply.hijack();
      for (const [header, value] of Object.entries(reply.getHeaders())) raw.setHeader(header, value ?? '');

      const over = new AbortController();
      const end = (reason: OutsideRefused) => {
        over.abort(reason);
        setTimeout(() => raw.destroy(), GRACE_MS);
      };
      const sessionEnded = () => end(new OutsideRefused('session-ended'));
      const token = watchToken({
        ...{ tokenId, log },
        isAlive: deps.apiTokens.isAlive,
        onRevoked: () => end(new OutsideRefused('token-revoked')),
      });
      lease.signal.addEventListener('abort', sessionEnded, { once: true });
      raw.once('close', () => {
        token.stop();
        lease.signal.removeEventListener('abort', sessionEnded);
        over.abort(new OutsideRefused('client-gone'));
      });
      const agent = { tokenId, name, asks: !scopes.has('approve') };
      const waitMs = request.query.wait * 1_000;
      const caller: ToolCaller = { lease, agent, waitMs, signal: over.signal };
      const auth = { token: '', clientId: tokenId, scopes: [], extra: { caller } };
      await serve(Object.assign(request.raw, { auth }) as NodeIncomingMessageLike, raw, request.body);
    },
  });
}
