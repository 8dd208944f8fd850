import type { ServerResponse } from 'node:http';
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
import type { Lease } from '../sessions/leases.ts';
import { createAskableClients } from './askable-clients.ts';
import type { ToolCaller } from './call-tool.ts';

export interface McpRoutes {
  requireSession: RequireSession;
  apiTokens: Pick<ApiTokens, 'isAlive'>;
  newMcpServer: () => Server | McpServer;
  publicUrl: string | undefined;
  clock: Clock;
  log: Log;
}

/** Ten files of an `upload`, in base64. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const REQUESTS_PER_MINUTE = 300;
/** A stream gets to say why it ends: quickly with its session. [SES-2] */
const ENDED_GRACE_MS = 100;
const REVOKED_GRACE_MS = 1_000;

const query = z.object({ wait: z.coerce.number().int().min(0).max(300).default(0) });

/**
 * `POST /mcp`, Streamable HTTP: an API token is the session, and every request is whole in itself, so that any
 * node serves it and there is nothing to end but what is under way. Clients that can be asked are remembered. [AGT-8]
 */
export function mcpRoutes(app: Http, deps: McpRoutes): void {
  const { log } = deps;
  const onerror = (error: Error) => log.info({ event: 'mcp.refused', err: error });
  const handler = createMcpHandler(deps.newMcpServer, { onerror });
  const serve = toNodeHandler(handler, { onerror });
  const askable = createAskableClients(deps.newMcpServer);
  app.addHook('onClose', askable.stop);
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

      const signal = endOfCall(raw, lease, tokenId);
      const agent = { tokenId, name, asks: !scopes.has('approve') };
      const waitMs = request.query.wait * 1_000;
      const base = deps.publicUrl ?? `${request.protocol}://${request.host}`;
      const pageUrl = new URL(`/s/${lease.sessionId}`, base).href;
      const caller: ToolCaller = { lease, agent, waitMs, pageUrl, signal };
      const auth = { token: '', clientId: tokenId, scopes: [], extra: { caller } };
      const { body } = request;
      const clientId = request.headers['mcp-session-id']?.toString();
      // Questions belong to a call and come on its stream: there is none to be opened by GET.
      const serveAskable =
        request.method === 'GET' ? null : await askable.find({ lease, tokenId, clientId, body });
      const incoming = Object.assign(request.raw, { auth });
      if (serveAskable) await serveAskable(incoming, raw, body);
      else await serve(incoming as NodeIncomingMessageLike, raw, body);
    },
  });

  /** Aborted with the reason when the session or the token ends, or the client goes; then the stream ends too. */
  function endOfCall(response: ServerResponse, lease: Lease, tokenId: string): AbortSignal {
    const over = new AbortController();
    const end = (reason: OutsideRefused, graceMs: number) => {
      over.abort(reason);
      setTimeout(() => response.destroy(), graceMs);
    };
    const sessionEnded = () => end(new OutsideRefused('session-ended'), ENDED_GRACE_MS);
    const token = watchToken({
      ...{ tokenId, log },
      isAlive: deps.apiTokens.isAlive,
      onRevoked: () => end(new OutsideRefused('token-revoked'), REVOKED_GRACE_MS),
    });
    lease.signal.addEventListener('abort', sessionEnded, { once: true });
    response.once('close', () => {
      token.stop();
      lease.signal.removeEventListener('abort', sessionEnded);
      over.abort(new OutsideRefused('client-gone'));
    });
    return over.signal;
  }
}
