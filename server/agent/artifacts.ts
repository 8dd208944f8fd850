import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that tasks make, kept until the session's end. */
export interface Artifacts {
  saveScreenshot(sessionId: string, taskId: string, index: number, png: Buffer): Promise<void>;
  readScreenshot(sessionId: string, taskId: string, index: number): Promise<Buffer | null>;
  deleteOf(sessionId: string): Promise<void>;
}

const SAFE_ID = /^[\w-]{1,64}$/;

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
    async readScreenshot(sessionId, taskId, index) {
      try {
        return await readFile(file(sessionId, taskId, index));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    deleteOf: (sessionId) => rm(folder(sessionId), { recursive: true, force: true }),
  };
}
