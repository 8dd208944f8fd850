import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { EndedReason } from '../../shared/session.ts';
import { createLog } from '../lib/log.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createSessionStore } from './session-store.ts';
import { sweepOnce } from './sweep.ts';

const log = createLog('silent', 'json');
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.stop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE sessions CASCADE');
});

/** Ends and releases like the cascade, and counts. */
function countingRevoke() {
  const sessions = createSessionStore(database.db);
  const calls = new Map<string, EndedReason[]>();
  const revoke = async (sessionId: string, reason: EndedReason) => {
    calls.set(sessionId, [...(calls.get(sessionId) ?? []), reason]);
    await sessions.markEnded(sessionId, reason);
    await sessions.markReleased(sessionId, { processes: 0, files: 0 });
  };
  return { calls, revoke };
}

it('[SES-6] four sweeps on 2,000 due rows: none twice, none missed', async () => {
  const { buyerId } = await seedSession(database.db);
  await database.pool.query(
    `WITH o AS (
       INSERT INTO orders (id, buyer_id, amount_cents, currency, livemode, expires_at)
       SELECT 'ord_' || n, $1, 100, 'usd', false, now() FROM generate_series(1, 2000) n RETURNING id)
     INSERT INTO sessions (id, order_id, buyer_id, agent_id, status, expires_at)
     SELECT 'ses_' || id, id, $1, 'agt_' || id, 'live', now() - interval '1 second' FROM o`,
    [buyerId],
  );
  const { calls, revoke } = countingRevoke();
  await Promise.all([1, 2, 3, 4].map(() => sweepOnce({ db: database.db, revoke, log })));
  expect(calls.size).toBe(2_000);
  expect([...calls.values()].filter((times) => times.length !== 1)).toEqual([]);
});

it('[SES-2] finishes what ended but was never released, once the sweep that held it is overdue', async () => {
  const { sessionId } = await seedSession(database.db);
  await createSessionStore(database.db).markEnded(sessionId, 'refunded');
  await database.pool.query(`UPDATE sessions SET sweep_until = now() + interval '1 minute'`);
  const { calls, revoke } = countingRevoke();
  await sweepOnce({ db: database.db, revoke, log });
  expect(calls.size).toBe(0);
  await database.pool.query(`UPDATE sessions SET sweep_until = now() - interval '1 second'`);
  await sweepOnce({ db: database.db, revoke, log });
  expect([...calls]).toEqual([[sessionId, ['refunded']]]);
});

it('[PAY-12] a paid session whose desktop never came ends as failed, a young one waits', async () => {
  const old = await seedSession(database.db, { status: 'awaiting-desktop' });
  await seedSession(database.db, { status: 'awaiting-desktop' });
  await database.pool.query(`UPDATE sessions SET created_at = now() - interval '5 minutes' WHERE id = $1`, [
    old.sessionId,
  ]);
  const { calls, revoke } = countingRevoke();
  await sweepOnce({ db: database.db, revoke, log });
  expect([...calls]).toEqual([[old.sessionId, ['failed']]]);
});
