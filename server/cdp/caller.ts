import type { IncomingMessage } from 'node:http';
import { API_TOKEN_PREFIX, type ApiTokens } from '../auth/api-tokens.ts';
import type { Tokens } from '../auth/tokens.ts';
import { UpgradeRefused } from '../lib/errors.ts';
import type { OutsideAgent } from '../outside/begin-call.ts';

export interface CallerDeps {
  apiTokens: Pick<ApiTokens, 'find' | 'findById'>;
  validateJWTToken: Tokens['validateJWTToken'];
  /** False when the ticket was used before, here or on another node. */
  spendTicket(tokenId: string, expiresAt: Date): Promise<boolean>;
}

/**
 * Who connects: an API token in the header, or a ticket in the address that `/json/version` gave to one, for
 * clients that can send no header. [AUTH-5]
 * @throws {UpgradeRefused}
 */
export async function callerOf(
  deps: CallerDeps,
  request: IncomingMessage,
  sessionId: string,
): Promise<OutsideAgent> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const found = bearer?.startsWith(API_TOKEN_PREFIX) ? await byToken(bearer) : await byTicket();
  if (!found) throw new UpgradeRefused(401, 'api-token-invalid');
  if (found.sessionId !== sessionId) throw new UpgradeRefused(403, 'token-for-another-session');
  if (!found.scopes.includes('cdp')) throw new UpgradeRefused(403, 'scope-missing');
  // Its actions are no steps that could be judged one by one.
  return { tokenId: found.tokenId, name: found.name, asks: false };

  function byToken(token: string) {
    return deps.apiTokens.find(token);
  }

  async function byTicket() {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket');
    if (!ticket) throw new UpgradeRefused(401, 'api-token-missing');
    const claims = await deps.validateJWTToken(ticket, 'cdp'); // throws TokenRefused: 401
    if (!(await deps.spendTicket(claims.tokenId, claims.expiresAt))) {
      throw new UpgradeRefused(403, 'ticket-used');
    }
    // The ticket's subject is the token that asked for it: it dies with it.
    return deps.apiTokens.findById(claims.buyerId);
  }
}
