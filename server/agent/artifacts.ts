import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that tasks make, kept for the receipt. [SES-9] */
export interface Artifacts {
  saveScreenshot(sessionId: string, taskId: string, index: number, png: Buffer): Promise<void>;
  readScreenshot(sessionId: string, taskId: string, index: number): Promise<Buffer | null>;
  /** By name, oldest first. */
  list(sessionId: string): Promise<{ name: string; bytes: number }[]>;
  read(sessionId: string, name: string): Promise<Buffer | null>;
  deleteOf(sessionId: string): Promise<void>;
}

const SAFE_ID = /^[\w-]{1,64}$/;
/** No path, and nothing that begins with a dot. */
const SAFE_NAME = /^[^./\\][^/\\]{0,254}$/;

export function createArtifacts(dataDir: string): Artifacts {
  const folder = (sessionId: string) => {
    if (!SAFE_ID.test(sessionId)) throw new Error('not a session id');
    return join(dataDir, 'artifacts', sessionId);
  };
  const file = (sessionId: string, taskId: string, index: number) => {
    if (!SAFE_ID.test(taskId)) throw new Error('not a task id');
    return join(folder(sessionId), `${taskId}-${index}.png`);
  };
  return {
    async saveScreenshot(sessionId, taskId, index, png) {
      await mkdir(folder(sessionId), { recursive: true, mode: 0o700 });
      await writeFile(file(sessionId, taskId, index), png, { mode: 0o600 });
    },
    readScreenshot: (sessionId, taskId, index) => readIfThere(file(sessionId, taskId, index)),
    async list(sessionId) {
      const names = await readdir(folder(sessionId)).catch(() => []);
      const found = names.map(async (name) => ({ name, ...(await stat(join(folder(sessionId), name))) }));
      const sorted = (await Promise.all(found)).sort((one, other) => one.mtimeMs - other.mtimeMs);
      return sorted.map(({ name, size }) => ({ name, bytes: size }));
    },
    async read(sessionId, name) {
      if (!SAFE_NAME.test(name)) return null;
      return readIfThere(join(folder(sessionId), name));
    },
    deleteOf: (sessionId) => rm(folder(sessionId), { recursive: true, force: true }),
  };
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
