import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DESKTOP_FILES } from '../../../shared/desktop.ts';

/** sizeof(sockaddr_un.sun_path) less the closing zero; `~` is appended while a socket is being made. */
const SOCKET_PATH_BYTES_MAX = 107;
const DESKTOP_ID = /^dsk_[A-Za-z0-9_-]{1,40}$/;

export interface Places {
  desktops: string;
  runtime: string;
  /** A desktop's own folder. */
  of(desktopId: string): string;
}

/**
 * Where desktops live. A data folder that other users cannot enter (a checkout under /root) is of no use to
 * a desktop with a user of its own, so root then keeps them under /var/lib.
 */
export async function findPlaces(dataDir: string): Promise<Places> {
  let base = resolve(dataDir);
  await mkdir(base, { recursive: true });
  if (process.getuid?.() === 0 && !(await othersMayEnter(base))) {
    const name = createHash('sha256').update(base).digest('hex').slice(0, 8);
    base = join('/var/lib/onedollaragent', name);
    await mkdir(base, { recursive: true, mode: 0o711 });
  }
  const desktops = join(base, 'desktops');
  await mkdir(desktops, { recursive: true, mode: 0o711 });
  return {
    desktops,
    runtime: join(base, 'runtime'),
    of(desktopId) {
      if (!DESKTOP_ID.test(desktopId)) throw new Error(`not the id of a desktop: ${desktopId.slice(0, 60)}`);
      const folder = join(desktops, desktopId);
      const longest = Buffer.byteLength(join(folder, `${DESKTOP_FILES.control}~`));
      if (longest > SOCKET_PATH_BYTES_MAX) {
        throw new Error(
          `DATA_DIR is too long for a unix socket by ${longest - SOCKET_PATH_BYTES_MAX} bytes: choose one shorter than ${base}`,
        );
      }
      return folder;
    },
  };
}

async function othersMayEnter(folder: string): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
