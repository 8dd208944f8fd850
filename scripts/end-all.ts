import { join } from 'node:path';
import { readConfig } from '../server/config.ts';
import { openDatabase } from '../server/db/database.ts';
import { startEmbeddedPostgres } from '../server/db/embedded.ts';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { createLog } from '../server/lib/log.ts';
import { createSessionStore } from '../server/sessions/session-store.ts';

/** Ends every session and desktop of this machine, with the server running or not. */
const { settings, secrets } = readConfig(process.env);
const log = createLog('warn', 'pretty');
const postgres = secrets.DATABASE_URL
  ? null
  : await startEmbeddedPostgres(join(settings.DATA_DIR, 'postgres'));
const database = openDatabase(secrets.DATABASE_URL ?? postgres?.url() ?? '', log);
const sessions = createSessionStore(database.db);
const driver = createLocalDriver({ dataDir: settings.DATA_DIR, log });

const open = await database.db
  .selectFrom('sessions')
  .select(['id', 'desktop_id'])
  .where('released_at', 'is', null)
  .execute();
for (const { id } of open) await sessions.markEnded(id, 'revoked-by-operator');
const desktops = await driver.list();
await Promise.all(desktops.map(({ desktopId }) => driver.stop(desktopId)));
for (const { id, desktop_id: desktopId } of open) {
  const remains = desktopId ? await driver.stop(desktopId) : { processes: 0, files: 0 };
  await sessions.markReleased(id, remains);
}

await database.stop();
if (postgres && !postgres.wasRunning) await postgres.stop();
process.stderr.write(`Ended ${open.length} session(s) and ${desktops.length} desktop(s).\n`);
