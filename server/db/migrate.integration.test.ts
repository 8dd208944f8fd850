import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { openForMigrations } from './database.ts';
import { MigrationBlocked, migrateDown, migrateToLatest } from './migrate.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.stop());

const tables = async () => {
  const { rows } = await database.pool.query(
    `SELECT table_name, column_name, data_type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name NOT LIKE 'kysely%' ORDER BY 1, 2`,
  );
  return rows;
};

it('[OPS-5] every migration goes back, and forward again to the same schema', async () => {
  const before = await tables();
  expect(before.length).toBeGreaterThan(0);
  while ((await migrateDown(database.db)).length > 0);
  expect(await tables()).toEqual([]);
  await migrateToLatest(database.db);
  expect(await tables()).toEqual(before);
});

it('[OPS-5] of two servers that start at once, one migrates', async () => {
  while ((await migrateDown(database.db)).length > 0);
  const runs = await Promise.all([migrateToLatest(database.db), migrateToLatest(database.db)]);
  expect(runs.map((run) => run.length).sort()).toEqual([0, runs.flat().length]);
  expect(runs.flat()[0]).toBe('0001-main-line');
});

it('[OPS-5] a table that somebody holds: gives up within two seconds, says who, changes nothing; then succeeds', async () => {
  const newest = await tables();
  while ((await migrateDown(database.db))[0] !== '0002-payment-facts');
  const oldest = await tables();
  const client = await database.pool.connect();
  await client.query('BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE'); // as a report or a backup may
  const begunMs = performance.now();
  const refused = await migrateToLatest(database.db).catch((error: unknown) => error);
  expect(performance.now() - begunMs).toBeLessThan(2_000);
  expect(refused).toBeInstanceOf(MigrationBlocked);
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  expect(String(refused)).toContain('0002-payment-facts did not get its lock');
  expect(String(refused)).toContain(`pid ${rows[0].pid}`);
  expect(await tables()).toEqual(oldest);
  await client.query('COMMIT');
  client.release();
  await migrateToLatest(database.db);
  expect(await tables()).toEqual(newest);
});

it('[OPS-5] a migration takes as long as it needs, and a request may not', async () => {
  const migrations = openForMigrations(database.url, createLog('silent', 'json'));
  const asked = [migrations, database].map(({ pool }) => pool.query('SELECT pg_sleep(2.2)'));
  const [migration, request] = await Promise.allSettled(asked);
  expect(migration?.status).toBe('fulfilled');
  expect(request).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringMatching(/timeout/) },
  });
  await migrations.stop();
});

it('[OPS-5] this release starts on the schema of a newer one, which it cannot take back', async () => {
  await database.pool.query(`INSERT INTO kysely_migration VALUES ('9999-newer', now()::text)`);
  expect(await migrateToLatest(database.db)).toEqual([]);
  await expect(migrateDown(database.db)).rejects.toThrow('9999-newer belongs to a newer release');
  await database.pool.query(`DELETE FROM kysely_migration WHERE name = '9999-newer'`);
});
