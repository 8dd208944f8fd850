import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../lib/clock.ts';
import { newId } from '../lib/ids.ts';
import type { KeyRing } from './keys.ts';

/** One audience per use: a token for one door opens no other. [AUTH-1] */
export type TokenUse = 'access' | 'vnc' | 'cdp';

const LIFETIME_MS: Record<TokenUse, number> = { access: 300_000, vnc: 30_000, cdp: 30_000 };
const TYPE: Record<TokenUse, string> = { access: 'at+jwt', vnc: 'vnc-ticket+jwt', cdp: 'cdp-ticket+jwt' };
const ISSUER = 'onedollaragent';

export interface TokenClaims {
  buyerId: string;
  sessionId: string;
  agentId: string;
  tokenId: string;
  expiresAt: Date;
  /** Only in a `vnc` ticket: what its bearer may do. */
  mode: 'control' | 'view' | null;
}

export interface IssuedToken {
  token: string;
  expiresAt: Date;
}

/** Why a token was refused; the same words for every reason leave this process. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly code: 'token-expired' | 'token-invalid';
  constructor(code: TokenRefused['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

export interface Tokens {
  issue(
    use: TokenUse,
    subject: { buyerId: string; sessionId: string; agentId: string; sessionExpiresAt: Date },
    mode?: 'control' | 'view',
  ): Promise<IssuedToken>;
  /** @throws {TokenRefused} */
  validateJWTToken(token: string, use: TokenUse): Promise<TokenClaims>;
}

export function createTokens(keys: KeyRing, clock: Clock, accessLifetimeMs = LIFETIME_MS.access): Tokens {
  const lifetimeMs = { ...LIFETIME_MS, access: accessLifetimeMs };

  return {
    async issue(use, subject, mode) {
      const nowMs = clock.now();
      const { kid, key } = keys.signing;
      // Never past the session's end: the token dies with what it opens.
      const endMs = Math.min(nowMs + lifetimeMs[use], subject.sessionExpiresAt.getTime());
      const claims: JWTPayload = { sid: subject.sessionId, agt: subject.agentId };
      if (mode) claims.mode = mode;
      const expiresAtSeconds = Math.floor(endMs / 1000);
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA', typ: TYPE[use], kid })
        .setIssuer(ISSUER)
        .setAudience(use)
        .setSubject(subject.buyerId)
        .setJti(newId('jti'))
        .setIssuedAt(Math.floor(nowMs / 1000))
        .setExpirationTime(expiresAtSeconds)
        .sign(key);
      return { token, expiresAt: new Date(expiresAtSeconds * 1000) };
    },

    async validateJWTToken(token, use) {
      try {
        // jose accepts a token without kid when one key fits, and reads an embedded jwk: we do neither.
        const { kid, jwk } = decodeProtectedHeader(token);
        const key = kid ? keys.verifying.get(kid) : undefined;
        if (!key || jwk) throw new TokenRefused('token-invalid');
        const { payload } = await jwtVerify(token, key, {
          issuer: ISSUER,
          audience: use,
          algorithms: ['EdDSA'],
          typ: TYPE[use],
          requiredClaims: ['sub', 'sid', 'agt', 'jti', 'exp', 'iat'],
          maxTokenAge: Math.ceil(lifetimeMs[use] / 1000) + 1,
          currentDate: new Date(clock.now()),
        });
        return readClaims(payload, use);
      } catch (error) {
        if (error instanceof TokenRefused) throw error;
        const code = error instanceof errors.JWTExpired ? 'token-expired' : 'token-invalid';
        throw new TokenRefused(code, { cause: error });
      }
    },
  };
}

function readClaims(payload: JWTPayload, use: TokenUse): TokenClaims {
  const { sub, sid, agt, jti, exp, mode = null } = payload;
  const strings = [sub, sid, agt, jti].every((claim) => typeof claim === 'string' && claim.length > 0);
  const modeFits = use === 'vnc' ? mode === 'control' || mode === 'view' : mode === null;
  if (!strings || !modeFits || Array.isArray(payload.aud)) throw new TokenRefused('token-invalid');
  return {
    buyerId: sub as string,
    sessionId: sid as string,
    agentId: agt as string,
    tokenId: jti as string,
    expiresAt: new Date((exp as number) * 1000),
    mode: mode as TokenClaims['mode'],
  };
}
