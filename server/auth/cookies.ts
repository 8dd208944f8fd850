import type { FastifyReply, FastifyRequest } from 'fastify';
import { ADMIN_SESSION_HOURS } from '../admin/admin-sessions.ts';

export interface Cookies {
  /** The nonce that makes a browser the buyer of its Checkouts. [PAY-7] */
  claimNonce(request: FastifyRequest): string | undefined;
  setClaimNonce(reply: FastifyReply, nonce: string): void;
  refreshToken(request: FastifyRequest): string | undefined;
  setRefreshToken(reply: FastifyReply, refreshToken: string): void;
  /** Forgets who this browser is, also as the buyer of its Checkouts. */
  clear(reply: FastifyReply): void;
  adminSession(request: FastifyRequest): string | undefined;
  setAdminSession(reply: FastifyReply, cookie: string): void;
  clearAdminSession(reply: FastifyReply): void;
}

const THIRTY_DAYS_SECONDS = 30 * 86_400;

/** HttpOnly throughout. Lax, because the buyer comes back from Stripe by a cross-site navigation. */
export function createCookies(secure: boolean): Cookies {
  // Browsers refuse the __Host- prefix over plain http.
  const prefix = secure ? '__Host-' : '';
  const claim = `${prefix}oda_claim`;
  const refresh = `${prefix}oda_refresh`;
  const admin = `${prefix}oda_admin`;
  const base = { path: '/', httpOnly: true, secure, sameSite: 'lax' as const };
  // The operator never comes from another site.
  const strict = { ...base, sameSite: 'strict' as const, maxAge: ADMIN_SESSION_HOURS * 3_600 };
  const lasting = { ...base, maxAge: THIRTY_DAYS_SECONDS };

  return {
    claimNonce: (request) => request.cookies[claim],
    setClaimNonce: (reply, nonce) => void reply.setCookie(claim, nonce, lasting),
    refreshToken: (request) => request.cookies[refresh],
    setRefreshToken: (reply, refreshToken) => void reply.setCookie(refresh, refreshToken, lasting),
    clear: (reply) => void reply.clearCookie(refresh, base).clearCookie(claim, base),
    adminSession: (request) => request.cookies[admin],
    setAdminSession: (reply, cookie) => void reply.setCookie(admin, cookie, strict),
    clearAdminSession: (reply) => void reply.clearCookie(admin, strict),
  };
}
