import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../lib/errors.ts';
import { API_TOKEN_PREFIX } from './api-tokens.ts';
import { bearerOf } from './session-guard.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Exact match only: no suffix, no `null`, no absence. Doors for machines opt out by `skipOriginCheck`. [AUTH-4] */
export function refuseForeignOrigin(allowedOrigins: ReadonlySet<string>) {
  return async (request: FastifyRequest): Promise<void> => {
    if (SAFE_METHODS.has(request.method) || request.routeOptions.config.skipOriginCheck) return;
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const crossSite = site !== undefined && site !== 'same-origin';
    if (origin === undefined && site === undefined && isProgram(request)) return;
    if (!origin || !allowedOrigins.has(origin) || crossSite) {
      throw new ProblemError(
        403,
        'foreign-origin',
        `Send this from one of: ${[...allowedOrigins].join(', ')} (Origin header).`,
      );
    }
  };
}

/**
 * An API token comes from a program: no browser adds one by itself, so it needs no Origin. Only on routes that
 * take such tokens, and without a cookie that another route might have meant. [AUTH-10]
 */
function isProgram(request: FastifyRequest): boolean {
  const takesApiTokens = request.routeOptions.config.scope !== undefined;
  const hasApiToken = bearerOf(request)?.startsWith(API_TOKEN_PREFIX) === true;
  return takesApiTokens && hasApiToken && request.headers.cookie === undefined;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    skipOriginCheck?: boolean;
    rawBody?: boolean;
  }
}
