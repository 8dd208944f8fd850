import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type FaultPipe, startFaultPipe } from './fault-pipe.ts';
import { seeded } from './seeded.ts';

export type Direction = 'to-server' | 'to-client';

/** What is wrong with the network; it holds for every byte from now on. */
export interface Faults {
  /** One way. */
  latencyMs: number;
  /** Up to this much more, drawn for every chunk; the order stays. */
  jitterMs: number;
  /** Of one connection, one way. */
  bytesPerSecond: number;
  /** No write is longer than this. */
  sliceBytes: number;
  blackhole: 'none' | 'both' | Direction;
  /** Newcomers are reset, as where nobody listens. */
  refuses: boolean;
}

const WELL: Faults = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  sliceBytes: Number.POSITIVE_INFINITY,
  blackhole: 'none',
  refuses: false,
};

export interface FaultProxy {
  port: number;
  connections(): number;
  /** Sets these faults and takes back every other. */
  set(faults: Partial<Faults>): void;
  heal(): void;
  /** Resets every connection at once. */
  cut(): void;
  stop(): Promise<void>;
}

/** Linux's first retransmissions: of a SYN after 1 s, of data after 200 ms; each later one waits twice as long. */
const SYN_RETRY_MS = 1_000;

/** A TCP proxy that breaks what goes through it, as told and, for one seed, the same way each time. */
export async function startFaultProxy(
  target: { host?: string; port: number },
  options: { port?: number; seed?: number } = {},
): Promise<FaultProxy> {
  const random = seeded(options.seed ?? 1);
  const links = new Set<{ cut(): void }>();
  let faults = WELL;
  let changed = Promise.withResolvers<void>();
  const network = { faults: () => faults, changed: () => changed.promise, random };

  async function join(client: Socket): Promise<void> {
    const pipes: FaultPipe[] = [];
    let server: Socket | undefined;
    const link = {
      cut() {
        links.delete(link);
        for (const pipe of pipes) pipe.stop();
        for (const socket of [client, server]) socket?.resetAndDestroy();
      },
    };
    links.add(link);
    client.on('error', () => {}).setNoDelay(true);
    // Data waits in the kernel until the handshake would have got through.
    await passage(network, 'to-server', Date.now(), SYN_RETRY_MS);
    if (!links.has(link)) return;
    server = connect({
      host: target.host ?? '127.0.0.1',
      port: target.port,
      noDelay: true,
      allowHalfOpen: true,
    });
    server.on('error', () => link.cut());
    pipes.push(
      startFaultPipe(network, 'to-server', client, server),
      startFaultPipe(network, 'to-client', server, client),
    );
    for (const socket of [client, server]) {
      socket.once('close', () => {
        if (!links.delete(link)) return;
        // The other end hears of it when the network carries news again.
        void passage(network, 'to-server', Date.now(), 0).then(() => {
          for (const pipe of pipes) pipe.stop();
          for (const other of [client, server]) other?.destroy();
        });
      });
    }
  }

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (faults.refuses) client.on('error', () => {}).resetAndDestroy();
    else void join(client);
  });
  listener.listen(options.port ?? 0, '127.0.0.1');
  await once(listener, 'listening');
  const set = (next: Partial<Faults>) => {
    faults = { ...WELL, ...next };
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const cut = () => {
    for (const link of [...links]) link.cut();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    connections: () => links.size,
    set,
    heal: () => set({}),
    cut,
    async stop() {
      set({});
      cut();
      await once(listener.close(), 'close');
    },
  };
}

export interface Network {
  faults(): Faults;
  /** Resolves when the faults change. */
  changed(): Promise<void>;
  random(): number;
}

/** Resolves when a packet first sent at `sentAtMs` gets through: at the sender's next try after the healing. */
export async function passage(
  network: Network,
  direction: Direction,
  sentAtMs: number,
  retryMs: number,
): Promise<void> {
  const isLost = () => ['both', direction].includes(network.faults().blackhole);
  while (isLost()) {
    await network.changed();
    if (isLost()) continue;
    let nextTryMs = retryMs;
    while (nextTryMs > 0 && sentAtMs + nextTryMs < Date.now()) nextTryMs = 2 * nextTryMs + retryMs;
    await elapsed(sentAtMs + nextTryMs - Date.now());
  }
}

export function elapsed(ms: number): Promise<void> | undefined {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
}
