import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignedIn } from '../../shared/api.ts';
import type { Cookies } from './cookies.ts';
import type { SignedInWithCookie } from './sign-in.ts';

/** Sets the refresh cookie of whoever has just signed in; resolves with the answer. */
export function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  cookies: Cookies,
  { signedIn, buyerId, refreshToken }: SignedInWithCookie,
): SignedIn {
  const { id: sessionId, agentId } = signedIn.session;
  request.admitted = { sessionId, buyerId, agentId };
  cookies.setRefreshToken(reply, refreshToken);
  return signedIn;
}
