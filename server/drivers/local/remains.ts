import { readdir, readFile } from 'node:fs/promises';
import type { Remains } from '../../../shared/receipt.ts';

/** Counts what is left of a desktop by looking: files in its folder, processes that name it. [SES-9] */
export async function remainsOf(dir: string): Promise<Remains> {
  const files = await readdir(dir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // Supervisor and bwrap carry the folder in their arguments; all others live and die with bwrap's first process.
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return { processes: commands.filter((command) => command.includes(dir)).length, files: files.length };
}
