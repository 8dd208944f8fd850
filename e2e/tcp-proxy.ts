import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  url: string;
  /** Where connections go from now on. */
  forwardTo(url: string): void;
  /** Destroys every connection whose request begins with `path`, on both sides. */
  cut(path: string): number;
  /** Until `heal`, connections for `path` are destroyed as soon as they ask. */
  block(path: string): void;
  heal(): void;
  /** When each connection for the blocked path asked, in ms. */
  refusedAt: number[];
  stop(): Promise<void>;
}

/** A network between the page and the server that breaks when told to. */
export async function startTcpProxy(): Promise<TcpProxy> {
  const open = new Map<Socket, string>();
  const refusedAt: number[] = [];
  let target: URL | null = null;
  let blocked: string | null = null;

  const server = createServer((client) => {
    client.on('error', () => undefined);
    client.once('data', (head) => {
      const path = head.toString('latin1').split(' ')[1] ?? '';
      if (!target || (blocked !== null && path.startsWith(blocked))) {
        refusedAt.push(Date.now());
        client.destroy();
        return;
      }
      open.set(client, path);
      const upstream = connect(Number(target.port), '127.0.0.1');
      upstream.on('error', () => client.destroy());
      upstream.on('close', () => client.destroy());
      client.on('close', () => {
        open.delete(client);
        upstream.destroy();
      });
      upstream.write(head);
      client.pipe(upstream).pipe(client);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const cut = (path: string) => {
    const matching = [...open].filter(([, asked]) => asked.startsWith(path));
    for (const [socket] of matching) socket.destroy();
    return matching.length;
  };
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    forwardTo(url) {
      target = new URL(url);
    },
    cut,
    block(path) {
      refusedAt.length = 0;
      blocked = path;
    },
    heal() {
      blocked = null;
    },
    refusedAt,
    async stop() {
      cut('');
      await once(server.close(), 'close');
    },
  };
}
