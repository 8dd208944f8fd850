import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processesOf } from './processes.ts';

const RANGES = [
  { first: 210_000, last: 229_999 },
  // A container of 65,536 users has no higher ones.
  { first: 40_000, last: 59_999 },
];
/** One register for the machine: two servers as root must not give the same user to two desktops. */
const REGISTER = '/run/onedollaragent/users';

export interface DesktopUsers {
  /** A numeric user that nobody else has, or null when this server may not choose one. */
  take(owner: string): Promise<number | null>;
  give(uid: number): Promise<void>;
}

/** As root every desktop gets a user of its own; otherwise all run as the server's. [ISO-3] */
export function createDesktopUsers(register = REGISTER): DesktopUsers {
  if (process.getuid?.() !== 0) return { take: async () => null, give: async () => undefined };
  return {
    async take(owner) {
      await mkdir(register, { recursive: true, mode: 0o700 });
      const taken = new Set(await readdir(register));
      const range = usableRange(await readFile('/proc/self/uid_map', 'utf8'));
      for (let uid = range.first; uid <= range.last; uid += 1) {
        if (taken.has(String(uid))) continue;
        const won = await writeFile(join(register, String(uid)), owner, { flag: 'wx' }).then(
          () => true,
          (error: NodeJS.ErrnoException) => {
            if (error.code === 'EEXIST') return false;
            throw error;
          },
        );
        if (!won) continue;
        if ((await processesOf(uid)).length === 0) return uid;
        // Somebody's process wears this user: leave it registered, so that nobody tries it again.
      }
      throw new Error(`no user left between ${range.first} and ${range.last}: see ${register}`);
    },
    async give(uid) {
      if ((await processesOf(uid)).length > 0) throw new Error(`user ${uid} still has processes`);
      await rm(join(register, String(uid)), { force: true });
    },
  };
}

/** Inside a user namespace only mapped users exist; root there may still choose among those. */
export function usableRange(uidMap: string): { first: number; last: number } {
  const mapped = uidMap
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const range = RANGES.find(({ first, last }) =>
    mapped.some(([start = 0, , length = 0]) => start <= first && last < start + length),
  );
  if (range) return range;
  throw new Error(
    'root has no other users here, and Chromium does not run as root: start as an ordinary user',
  );
}
