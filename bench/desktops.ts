import { readFile } from 'node:fs/promises';
import { createLocalDriver } from '../server/drivers/local/local-driver.ts';
import { treeOf } from '../server/drivers/local/local-testing.ts';
import { createLog } from '../server/lib/log.ts';
import type { RunningServer } from '../server/testing/running-server.ts';

export interface MeasuredDesktop {
  rfbPath: string;
  cdpPath: string;
  supervisorPid: number;
}

/** The one desktop that this server runs. */
export async function onlyDesktopOf(server: RunningServer): Promise<MeasuredDesktop> {
  const driver = createLocalDriver({ dataDir: server.dataDir, log: createLog('silent', 'json') });
  const ready = (await driver.list()).filter(({ status }) => status === 'ready');
  const [report] = ready;
  if (!report?.pids || ready.length > 1) throw new Error(`${ready.length} desktops where one was expected`);
  const desktop = await driver.find(report.desktopId);
  if (!desktop || !('path' in desktop.rfb) || !('path' in desktop.cdp)) throw new Error('no sockets to dial');
  return {
    rfbPath: desktop.rfb.path,
    cdpPath: desktop.cdp.path,
    supervisorPid: report.pids.supervisor,
  };
}

/** How the desktop's browser was started. */
export async function chromiumCommandOf(desktop: MeasuredDesktop): Promise<string[]> {
  for (const pid of await treeOf(desktop.supervisorPid)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // Chromium joins its own words by spaces.
    const words = command.replace(/\0+$/, '').split(/\0| (?=--)/);
    if (words[0]?.endsWith('/chromium') && !words.some((word) => word.startsWith('--type='))) return words;
  }
  throw new Error('the desktop has no browser');
}

/** Memory of a desktop with all its processes; a page shared by n processes counts 1/n in each. */
export async function pssMb(
  desktop: Pick<MeasuredDesktop, 'supervisorPid'>,
): Promise<{ megabytes: number; processes: number }> {
  const pids = await treeOf(desktop.supervisorPid);
  const rollups = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')),
  );
  const kilobytes = rollups.map((text) => Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0));
  return { megabytes: kilobytes.reduce((sum, kb) => sum + kb, 0) / 1024, processes: pids.length };
}
