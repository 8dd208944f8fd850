import { chmodSync, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

const O_PATH = 0o10000000;
const CONNECTIONS_MAX = 64;

/**
 * Joins the socket outside with the one that the sandbox made. What lies at the inner path is the
 * sandbox's choice: a symbolic link to somebody else's socket must not be followed. [ISO-3]
 */
export function startCdpSplice(outerPath: string, innerPath: string): Promise<{ close(): void }> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    const inner = dialWithoutFollowing(innerPath);
    if (!inner) return client.destroy();
    inner.on('error', () => client.destroy());
    pipeline(client, inner, client, () => {
      client.destroy();
      inner.destroy();
    });
  });
  server.maxConnections = CONNECTIONS_MAX;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(outerPath, () => {
      chmodSync(outerPath, 0o600);
      resolve({
        close() {
          server.close();
          for (const socket of open) socket.destroy();
        },
      });
    });
  });
}

function dialWithoutFollowing(path: string): Socket | null {
  let fd: number;
  try {
    fd = openSync(path, O_PATH | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    // connect(2) runs at once, so the descriptor may be closed after it.
    return fstatSync(fd).isSocket() ? connect(`/proc/self/fd/${fd}`) : null;
  } finally {
    closeSync(fd);
  }
}
