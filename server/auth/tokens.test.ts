import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KeyRing } from './keys.ts';
import { createTokens, TokenRefused, type Tokens } from './tokens.ts';

const nowMs = Date.parse('2026-01-01T00:00:00Z');
const clock = { now: () => nowMs };
const subject = {
  buyerId: 'buy_1',
  sessionId: 'ses_1',
  agentId: 'agt_1',
  sessionExpiresAt: new Date(nowMs + 86_400_000),
};
const claims = {
  sub: 'buy_1',
  sid: 'ses_1',
  agt: 'agt_1',
  jti: 'jti_1',
  iss: 'onedollaragent',
  aud: 'access',
};
const header = { alg: 'EdDSA', typ: 'at+jwt', kid: 'k1' };
const seconds = nowMs / 1000;

let pair: CryptoKeyPair;
let tokens: Tokens;

beforeAll(async () => {
  pair = (await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })) as CryptoKeyPair;
  const keys: KeyRing = {
    signing: { kid: 'k1', key: pair.privateKey },
    verifying: new Map([['k1', pair.publicKey]]),
  };
  tokens = createTokens(keys, clock);
});

/** Signs with our own key whatever the case asks for. */
async function sign(
  change: {
    header?: Record<string, unknown>;
    claims?: Record<string, unknown>;
    key?: CryptoKey | Uint8Array;
  },
  times: { iat?: number | null; exp?: number | null } = {},
): Promise<string> {
  const protectedHeader = { ...header, ...change.header };
  const jwt = new SignJWT(JSON.parse(JSON.stringify({ ...claims, ...change.claims }))).setProtectedHeader(
    JSON.parse(JSON.stringify(protectedHeader)),
  );
  if (times.iat !== null) jwt.setIssuedAt(times.iat ?? seconds);
  if (times.exp !== null) jwt.setExpirationTime(times.exp ?? seconds + 300);
  return jwt.sign(change.key ?? pair.privateKey, { crit: { odd: true } });
}

const unsigned = (token: string) => {
  const [, payload] = token.split('.');
  const none = Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url');
  return `${none}.${payload}.`;
};

const negatives: [string, () => Promise<string>][] = [
  ['alg none', async () => unsigned(await sign({}))],
  [
    'HS256 with the public key',
    async () =>
      sign({ header: { alg: 'HS256' }, key: new TextEncoder().encode(await exportSPKI(pair.publicKey)) }),
  ],
  ['wrong aud', () => sign({ claims: { aud: 'vnc' } })],
  ['several aud', () => sign({ claims: { aud: ['access', 'vnc'] } })],
  ['wrong typ', () => sign({ header: { typ: 'JWT' } })],
  ['wrong iss', () => sign({ claims: { iss: 'somebody' } })],
  ['missing sub', () => sign({ claims: { sub: undefined } })],
  ['missing agt', () => sign({ claims: { agt: undefined } })],
  ['missing iat', async () => sign({}, { iat: null })],
  ['missing sid', () => sign({ claims: { sid: undefined } })],
  ['missing jti', () => sign({ claims: { jti: undefined } })],
  ['missing exp', () => sign({}, { exp: null })],
  ['missing kid', () => sign({ header: { kid: undefined } })],
  [
    'tampered',
    async () => {
      const [head, , signature] = (await sign({})).split('.');
      const other = Buffer.from(
        JSON.stringify({ ...claims, sid: 'ses_2', exp: seconds + 300, iat: seconds }),
      );
      return `${head}.${other.toString('base64url')}.${signature}`;
    },
  ],
  ['embedded jwk', async () => sign({ header: { jwk: await exportJWK(pair.publicKey) } })],
  ['unknown crit', () => sign({ header: { crit: ['odd'], odd: 1 } })],
  ['retired kid', () => sign({ header: { kid: 'k0' } })],
  ['expired', () => sign({}, { iat: seconds - 301, exp: seconds - 1 })],
  ['no token at all', async () => 'x'],
];

describe('validateJWTToken', () => {
  it.each(negatives)('[AUTH-1] refuses: %s', async (_, make) => {
    await expect(tokens.validateJWTToken(await make(), 'access')).rejects.toBeInstanceOf(TokenRefused);
  });

  it('[AUTH-1] accepts what it issued, for five minutes', async () => {
    const { token, expiresAt } = await tokens.issue('access', subject);
    expect(expiresAt.getTime()).toBe(nowMs + 300_000);
    expect(await tokens.validateJWTToken(token, 'access')).toMatchObject({ sessionId: 'ses_1', mode: null });
  });

  it('[AUTH-1] never outlives the session', async () => {
    const { expiresAt } = await tokens.issue('access', {
      ...subject,
      sessionExpiresAt: new Date(nowMs + 5_000),
    });
    expect(expiresAt.getTime()).toBe(nowMs + 5_000);
  });

  it('[AUTH-5] a ticket opens only its own door and carries its mode', async () => {
    const { token, expiresAt } = await tokens.issue('vnc', subject, 'view');
    expect(expiresAt.getTime()).toBe(nowMs + 30_000);
    expect(await tokens.validateJWTToken(token, 'vnc')).toMatchObject({ mode: 'view' });
    await expect(tokens.validateJWTToken(token, 'access')).rejects.toThrow('token-invalid');
  });
});
