import type { FastifyRequest } from 'fastify';
import type { ApiScope } from '../../shared/access.ts';
import { ProblemError } from '../lib/errors.ts';
import type { Lease, Leases } from '../sessions/leases.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { API_TOKEN_PREFIX, type ApiTokens } from './api-tokens.ts';
import { TokenRefused, type Tokens } from './tokens.ts';

/** Who is calling, proven by a token of a session that has not ended. */
export interface RequestAuth {
  buyerId: string;
  sessionId: string;
  agentId: string;
  lease: Lease;
  /** Null for the owner, who may do everything. */
  apiToken: { tokenId: string; name: string; scopes: ReadonlySet<ApiScope> } | null;
}

/** What an API token needs for a route: one scope, by the request where it depends, or none of its own. */
export type RouteScope = ApiScope | 'any' | ((request: FastifyRequest) => ApiScope);

declare module 'fastify' {
  interface FastifyRequest {
    auth: RequestAuth | null;
    /** Whom this request itself signed in; for the log. [OPS-1] */
    admitted: Pick<RequestAuth, 'sessionId' | 'buyerId' | 'agentId'> | null;
  }
  interface FastifyContextConfig {
    /** Absent: for the owner alone. */
    scope?: RouteScope;
  }
}

export type RequireSession = (request: FastifyRequest) => Promise<void>;

interface Credential {
  sessionId: string;
  apiToken: RequestAuth['apiToken'];
}

/** The preHandler of every route below `/api/sessions`. A token opens its own session only. */
export function createSessionGuard(deps: {
  tokens: Tokens;
  apiTokens: Pick<ApiTokens, 'find'>;
  leases: Leases;
  sessions: SessionStore;
}): RequireSession {
  return async (request) => {
    const token = bearerOf(request);
    if (!token) throw new ProblemError(401, 'token-missing', 'Send Authorization: Bearer <token>.');
    const { sessionId, apiToken } = await (token.startsWith(API_TOKEN_PREFIX)
      ? byApiToken(token)
      : byAccessToken(token));
    const { id } = request.params as { id?: string };
    if (id !== undefined && id !== sessionId) {
      throw new ProblemError(403, 'wrong-session', 'This token is for another session.');
    }
    if (apiToken) requireScope(request, apiToken.scopes);
    const lease = await deps.leases.acquire(sessionId);
    if (!lease) throw await sessionEnded(deps.sessions, sessionId);
    const { buyerId, agentId } = lease;
    request.auth = { buyerId, sessionId, agentId, lease, apiToken };
  };

  async function byAccessToken(token: string): Promise<Credential> {
    const { sessionId } = await deps.tokens.validateJWTToken(token, 'access').catch((error: unknown) => {
      if (!(error instanceof TokenRefused)) throw error;
      throw new ProblemError(401, error.code, 'Get a new access token from POST /api/auth/refresh.');
    });
    return { sessionId, apiToken: null };
  }

  async function byApiToken(token: string): Promise<Credential> {
    const found = await deps.apiTokens.find(token);
    if (!found)
      throw new ProblemError(401, 'token-invalid', 'This API token is unknown, revoked or expired.');
    const { sessionId, tokenId, name } = found;
    return { sessionId, apiToken: { tokenId, name, scopes: new Set(found.scopes) } };
  }
}

export function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** Deny by default: a route that names no scope is the owner's. [AUTH-10] */
function requireScope(request: FastifyRequest, scopes: ReadonlySet<ApiScope>): void {
  const { scope } = request.routeOptions.config;
  if (scope === undefined) {
    throw new ProblemError(403, 'owner-only', 'An API token may not do this; use an access token.');
  }
  const needed = typeof scope === 'function' ? scope(request) : scope;
  if (needed === 'any' || scopes.has(needed)) return;
  throw new ProblemError(403, 'scope-missing', `This API token lacks the scope ${needed}.`);
}

/** The 401 that tells a page why its session is over. */
export async function sessionEnded(sessions: SessionStore, sessionId: string): Promise<ProblemError> {
  const row = await sessions.find(sessionId);
  const endedReason = row?.ended_reason ?? 'expired';
  return new ProblemError(401, 'session-ended', `This session is over: ${endedReason}.`, {
    extra: { endedReason },
  });
}

/** For handlers behind the guard. */
export function authOf(request: FastifyRequest): RequestAuth {
  if (!request.auth) throw new Error('route without session guard');
  return request.auth;
}
