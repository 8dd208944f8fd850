import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { createLog } from '../server/lib/log.ts';
import { processTree } from '../server/testing/processes.ts';
import type { RunningServer } from '../server/testing/running-server.ts';

/** Every process of every desktop of a server, whether that runs or not. */
export async function desktopPids({ dataDir }: Pick<RunningServer, 'dataDir'>): Promise<number[]> {
  const driver = createLocalDriver({ dataDir, log: createLog('silent', 'json') });
  const reports = await driver.list();
  const trees = reports.flatMap(({ pids }) => (pids ? [processTree(pids.supervisor)] : []));
  return (await Promise.all(trees)).flat().sort();
}
