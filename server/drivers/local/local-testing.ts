import { chmod, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const quietLog = { info() {}, warn() {}, error() {} };

/** A data folder that desktops with a user of their own can enter, as an installation would have. */
export async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'oda-'));
  await chmod(dataDir, 0o755);
  return dataDir;
}

/** A process and all its descendants, parents first. */
export async function treeOf(root: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    if (!line) continue;
    const parent = Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree: number[] = [];
  const add = (pid: number) => {
    tree.push(pid);
    for (const child of (children.get(pid) ?? []).sort((a, b) => a - b)) add(child);
  };
  if ((await readFile(`/proc/${root}/stat`).catch(() => null)) !== null) add(root);
  return tree;
}
