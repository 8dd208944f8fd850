import type { SignedIn } from '../../shared/api.ts';
import type { Db } from '../db/database.ts';
import { ProblemError } from '../lib/errors.ts';
import { sha256 } from '../lib/ids.ts';
import type { Fulfil, Fulfilled } from '../payments/fulfilment.ts';
import { type SessionRow, type SessionStore, sessionView } from '../sessions/session-store.ts';
import type { Recovery } from './recovery.ts';
import type { RefreshTokens } from './refresh.ts';
import { sessionEnded } from './session-guard.ts';
import type { Tokens } from './tokens.ts';

export interface SignedInWithCookie {
  signedIn: SignedIn;
  buyerId: string;
  refreshToken: string;
}

export interface SignIn {
  /** Turns a paid Checkout into a signed-in session, for the browser that started it. [PAY-6] [PAY-7] */
  claim(claimNonce: string, checkoutSessionId: string): Promise<SignedInWithCookie | 'pending'>;
  /** Without `sessionId`: the buyer's newest session. [AUTH-2] */
  refresh(refreshToken: string, sessionId: string | undefined): Promise<SignedInWithCookie>;
  /**
   * By the cookie of the browser that paid: its refresh cookie may have died when an answer was lost on the
   * way. Nothing that claiming the Checkout again would not give. [AUTH-9]
   */
  comeBack(claimNonce: string, sessionId: string): Promise<SignedInWithCookie>;
  /** By the secret of a recovery link, on another device or when this one's cookie is lost. [AUTH-10] */
  recover(secret: string): Promise<SignedInWithCookie>;
  /**
   * Whether a browser's cookies were, or are, good for a session: enough to read what is left of it. [SES-9]
   */
  wasSignedIn(
    held: { claimNonce: string | undefined; refreshToken: string | undefined },
    sessionId: string,
  ): Promise<boolean>;
  signOut(refreshToken: string): Promise<void>;
}

export function createSignIn(deps: {
  db: Db;
  sessions: SessionStore;
  tokens: Tokens;
  refreshTokens: RefreshTokens;
  recovery: Pick<Recovery, 'spend'>;
  fulfil: Fulfil;
  now: () => number;
}): SignIn {
  const { sessions, tokens, refreshTokens } = deps;

  async function accessTo(row: SessionRow): Promise<SignedIn> {
    const { token, expiresAt } = await tokens.issue('access', {
      buyerId: row.buyer_id,
      sessionId: row.id,
      agentId: row.agent_id,
      sessionExpiresAt: row.expires_at,
    });
    return { session: sessionView(row), accessToken: token, accessTokenExpiresAt: expiresAt.toISOString() };
  }

  const enter = async (row: SessionRow, refreshToken: string): Promise<SignedInWithCookie> => ({
    ...{ signedIn: await accessTo(row), buyerId: row.buyer_id, refreshToken },
  });

  const isOver = (row: SessionRow) => row.status === 'ended' || row.expires_at.getTime() <= deps.now();

  return {
    async claim(claimNonce, checkoutSessionId) {
      const order = await deps.db
        .selectFrom('orders as o')
        .innerJoin('buyers as b', 'b.id', 'o.buyer_id')
        .select('o.id')
        .where('o.checkout_session_id', '=', checkoutSessionId)
        .where('b.claim_hash', '=', sha256(claimNonce))
        .executeTakeFirst();
      if (!order)
        throw new ProblemError(403, 'not-the-buyer', 'This Checkout was started in another browser.');
      const fulfilled = await deps.fulfil(checkoutSessionId);
      if (fulfilled.status === 'pending') return 'pending';
      if (fulfilled.status === 'refused') {
        throw new ProblemError(
          403,
          'payment-refused',
          `This payment does not fit the order: ${fulfilled.why}.`,
        );
      }
      if (fulfilled.status === 'closed' || fulfilled.status === 'returned') throw nothingBought(fulfilled);
      const row = await sessions.find(fulfilled.sessionId);
      if (!row || isOver(row)) throw await sessionEnded(sessions, fulfilled.sessionId);
      return enter(row, await refreshTokens.create(row.buyer_id));
    },

    async refresh(refreshToken, sessionId) {
      const buyerId = await refreshTokens.peek(refreshToken);
      if (!buyerId) throw new ProblemError(401, 'not-signed-in', 'This browser is not signed in any more.');
      const row = (await sessions.listOfBuyer(buyerId)).find((own) => !sessionId || own.id === sessionId);
      if (!row) throw new ProblemError(401, 'not-signed-in', 'This browser has no such session.');
      if (isOver(row)) throw await sessionEnded(sessions, row.id);
      const rotated = await refreshTokens.rotate(refreshToken);
      if (!rotated) throw new ProblemError(401, 'not-signed-in', 'This browser is not signed in any more.');
      return enter(row, rotated.refreshToken);
    },

    async comeBack(claimNonce, sessionId) {
      const row = await deps.db
        .selectFrom('sessions as s')
        .innerJoin('buyers as b', 'b.id', 's.buyer_id')
        .selectAll('s')
        .where('s.id', '=', sessionId)
        .where('b.claim_hash', '=', sha256(claimNonce))
        .executeTakeFirst();
      if (!row) throw new ProblemError(401, 'not-signed-in', 'This browser has no such session.');
      if (isOver(row)) throw await sessionEnded(sessions, sessionId);
      return enter(row, await refreshTokens.create(row.buyer_id));
    },

    async recover(secret) {
      const link = await deps.recovery.spend(secret);
      if (!link) {
        throw new ProblemError(410, 'link-spent', 'This link was used before, or its 15 minutes are over.');
      }
      const row = await sessions.find(link.sessionId);
      if (!row || isOver(row)) throw await sessionEnded(sessions, link.sessionId);
      return enter(row, await refreshTokens.create(row.buyer_id));
    },

    async wasSignedIn({ claimNonce, refreshToken }, sessionId) {
      const row = await deps.db
        .selectFrom('sessions as s')
        .innerJoin('buyers as b', 'b.id', 's.buyer_id')
        .select(['b.id as buyerId', 'b.claim_hash'])
        .where('s.id', '=', sessionId)
        .executeTakeFirst();
      if (!row) return false;
      if (claimNonce !== undefined && sha256(claimNonce) === row.claim_hash) return true;
      return refreshToken !== undefined && (await refreshTokens.peek(refreshToken)) === row.buyerId;
    },

    signOut: (refreshToken) => refreshTokens.revoke(refreshToken),
  };
}

function nothingBought(outcome: Extract<Fulfilled, { status: 'closed' | 'returned' }>): ProblemError {
  if (outcome.status === 'returned')
    return new ProblemError(
      409,
      'payment-returned',
      'No session was made of this payment: it goes back to you.',
    );
  return outcome.why === 'expired'
    ? new ProblemError(
        409,
        'checkout-expired',
        'This Checkout ran out before it was paid. Nothing was charged.',
      )
    : new ProblemError(409, 'payment-failed', 'The bank refused this payment. Nothing was charged.');
}
