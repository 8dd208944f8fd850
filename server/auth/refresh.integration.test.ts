import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createRefreshTokens, type RefreshTokens } from './refresh.ts';

let database: TestDatabase;
let refreshTokens: RefreshTokens;
let buyerId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  refreshTokens = createRefreshTokens(database.db, createLog('silent', 'json'));
  ({ buyerId } = await seedSession(database.db));
});

afterAll(() => database.stop());

/** Moves every rotation into the past: the grace is a matter of database time. */
const advance = (seconds: number) =>
  database.pool.query(`UPDATE refresh_tokens SET rotated_at = rotated_at - interval '${seconds} s'`);

describe('refresh families', () => {
  it('[AUTH-2] five tabs at once get one and the same successor', async () => {
    const first = await refreshTokens.create(buyerId);
    const answers = await Promise.all(Array.from({ length: 5 }, () => refreshTokens.rotate(first)));
    expect(new Set(answers.map((answer) => answer?.refreshToken)).size).toBe(1);
    expect(answers[0]).toMatchObject({ buyerId });
    expect(answers[0]?.refreshToken).not.toBe(first);
  });

  it('[AUTH-2] a replay after the grace kills the family', async () => {
    const first = await refreshTokens.create(buyerId);
    const second = await refreshTokens.rotate(first);
    await advance(9);
    expect((await refreshTokens.rotate(first))?.refreshToken).toBe(second?.refreshToken);
    await advance(2);
    expect(await refreshTokens.rotate(first)).toBeNull();
    expect(await refreshTokens.rotate(second?.refreshToken as string)).toBeNull();
    expect(await refreshTokens.peek(second?.refreshToken as string)).toBeNull();
  });

  it('[AUTH-2] the database holds no cookie in clear', async () => {
    const first = await refreshTokens.create(buyerId);
    const second = await refreshTokens.rotate(first);
    const { rows } = await database.pool.query('SELECT * FROM refresh_tokens');
    expect(JSON.stringify(rows)).not.toContain(first);
    expect(JSON.stringify(rows)).not.toContain(second?.refreshToken);
  });

  it('[AUTH-2] signing out kills the family, and nonsense is nobody', async () => {
    const first = await refreshTokens.create(buyerId);
    await refreshTokens.revoke(first);
    expect(await refreshTokens.rotate(first)).toBeNull();
    expect(await refreshTokens.rotate('nonsense')).toBeNull();
  });
});
