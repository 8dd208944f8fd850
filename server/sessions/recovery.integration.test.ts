import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../lib/ids.ts';
import { createLog } from '../lib/log.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createRecovery } from './recovery.ts';
import { createSessionStore } from './session-store.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.stop());

/** A session whose desktop dies as often as a test wants. */
async function mortal() {
  const desktopId = newId('dsk');
  const { sessionId } = await seedSession(database.db, { desktopId, ttlMs: 600_000 });
  const told: string[] = [];
  const recover = createRecovery({
    db: database.db,
    sessions: createSessionStore(database.db),
    desktops: { revive: async () => void told.push('revived') },
    revoke: async (_, reason) => void told.push(reason),
    log: createLog('silent', 'json'),
  });
  return {
    told,
    die: () => recover(sessionId, desktopId),
    age: (seconds: number) =>
      database.pool.query(
        `UPDATE sessions SET recovered_at = recovered_at - interval '1 second' * $2 WHERE id = $1`,
        [sessionId, seconds],
      ),
  };
}

it('[SES-8] a desktop that dies again at once is brought back five times, and then given up', async () => {
  const { told, die } = await mortal();
  for (let death = 0; death < 6; death++) await die();
  expect(told).toEqual([...Array(5).fill('revived'), 'failed']);
});

it('[SES-8] one that lives for a while in between is brought back however often', async () => {
  const { told, die, age } = await mortal();
  for (let death = 0; death < 12; death++) {
    await die();
    await age(21);
  }
  expect(told).toEqual(Array(12).fill('revived'));
});
