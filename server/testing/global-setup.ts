import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../db/database.ts';
import { startEmbeddedPostgres } from '../db/embedded.ts';
import { migrateToLatest } from '../db/migrate.ts';
import { createLog } from '../lib/log.ts';
import { TEMPLATE_DATABASE } from './test-database.ts';

/** One real PostgreSQL for the whole run, with a migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'oda-pg-'));
  // As root, PostgreSQL runs as another user, who must get through.
  await chmod(dir, 0o711);
  const postgres = await startEmbeddedPostgres(join(dir, 'pg'));
  const admin = openDatabase(postgres.url(), createLog('silent', 'json'));
  await admin.pool.query(`CREATE DATABASE ${TEMPLATE_DATABASE}`);
  await admin.stop();
  const template = openDatabase(postgres.url(TEMPLATE_DATABASE), createLog('silent', 'json'));
  await migrateToLatest(template.db);
  await template.stop();
  project.provide('postgresUrl', postgres.url());
  return async () => {
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
