import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StepFailed } from './step-error.ts';

/** Files that tasks make, kept for the receipt. [SES-9] */
export interface Artifacts {
  saveScreenshot(sessionId: string, taskId: string, index: number, png: Buffer): Promise<void>;
  readScreenshot(sessionId: string, taskId: string, index: number): Promise<Buffer | null>;
  /** @throws {StepFailed} when the session's files are too many. */
  saveFile(sessionId: string, taskId: string, name: string, file: KeptFile): Promise<void>;
  readFile(sessionId: string, taskId: string, name: string): Promise<KeptFile | null>;
  /** Oldest first; `name` is for `read`, `fileName` for people. */
  list(sessionId: string): Promise<{ name: string; fileName: string; bytes: number }[]>;
  read(sessionId: string, name: string): Promise<KeptFile | null>;
  deleteOf(sessionId: string): Promise<void>;
}

export interface KeptFile {
  /** As its site called it. */
  fileName: string;
  bytes: Buffer;
}

const MAX_SESSION_BYTES = 500 * 1024 * 1024;

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
  const keptFile = (sessionId: string, taskId: string, name: string) => {
    if (!SAFE_ID.test(taskId) || !SAFE_ID.test(name)) throw new Error('not the name of a file');
    return join(folder(sessionId), `${taskId}-${name}.file`);
  };
  return {
    async saveScreenshot(sessionId, taskId, index, png) {
      await mkdir(folder(sessionId), { recursive: true, mode: 0o700 });
      await writeFile(file(sessionId, taskId, index), png, { mode: 0o600 });
    },
    readScreenshot: (sessionId, taskId, index) => readIfThere(file(sessionId, taskId, index)),
    async saveFile(sessionId, taskId, name, { fileName, bytes }) {
      const path = keptFile(sessionId, taskId, name);
      await mkdir(folder(sessionId), { recursive: true, mode: 0o700 });
      const sizes = (await readdir(folder(sessionId))).map(
        async (each) => (await stat(join(folder(sessionId), each))).size,
      );
      const kept = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      if (kept + bytes.length > MAX_SESSION_BYTES) {
        const limit = MAX_SESSION_BYTES / 1024 / 1024;
        throw new StepFailed('too-many-files', `This session's files together are larger than ${limit} MB.`);
      }
      await writeFile(`${path}.name`, fileName.slice(0, 255), { mode: 0o600 });
      await writeFile(path, bytes, { mode: 0o600 });
    },
    async readFile(sessionId, taskId, name) {
      const path = keptFile(sessionId, taskId, name);
      const [fileName, bytes] = await Promise.all([readIfThere(`${path}.name`), readIfThere(path)]);
      return fileName && bytes ? { fileName: fileName.toString(), bytes } : null;
    },
    async list(sessionId) {
      const names = await readdir(folder(sessionId)).catch(() => []);
      const found = names
        .filter((name) => !name.endsWith('.name'))
        .map(async (name) => {
          const path = join(folder(sessionId), name);
          const { size, mtimeMs } = await stat(path);
          return { name, fileName: await fileNameOf(path), bytes: size, mtimeMs };
        });
      const sorted = (await Promise.all(found)).sort((one, other) => one.mtimeMs - other.mtimeMs);
      return sorted.map(({ mtimeMs: _, ...file }) => file);
    },
    async read(sessionId, name) {
      if (!SAFE_NAME.test(name)) return null;
      const path = join(folder(sessionId), name);
      const bytes = await readIfThere(path);
      return bytes && { fileName: await fileNameOf(path), bytes };
    },
    deleteOf: (sessionId) => rm(folder(sessionId), { recursive: true, force: true }),
  };
}

/** What a site called its file, or what a screenshot is. */
async function fileNameOf(path: string): Promise<string> {
  return (await readIfThere(`${path}.name`))?.toString() ?? basename(path);
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
