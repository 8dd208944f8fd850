import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { migrateDown, migrateToLatest } from './migrate.ts';

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
