import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealtimeProcess, startRealtimeProcess } from '../testing/realtime-process.ts';
import { ORIGIN } from '../testing/realtime-server.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const GROWTH_LIMIT_BYTES = 10 * 1024 * 1024;

let database: TestDatabase;
let node: RealtimeProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startRealtimeProcess(database.url, { control: { authMs: 1_500 } });
});
afterAll(async () => {
  await node.stop();
  await database.stop();
});

/** A control socket without a WebSocket library: bombs break what a library would not. */
async function open(extra: string[] = []): Promise<Socket> {
  const { port } = new URL(node.url);
  const socket = connect(Number(port), '127.0.0.1').on('error', () => {});
  const lines = [
    'GET /ws HTTP/1.1',
    'Host: page.test',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==',
    `Origin: ${ORIGIN}`,
    ...extra,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1\.1 101/);
  expect(head.toString()).not.toMatch(/permessage-deflate/i);
  return socket;
}

/** A masked frame with a mask of zeros, so that the payload stays as it is. */
function frame(firstByte: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(payload.length < 126 ? 6 : 14);
  header[0] = firstByte;
  header[1] = 0x80 | (payload.length < 126 ? payload.length : 127);
  if (payload.length >= 126) header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

const [FIN, RSV1, CONTINUATION, TEXT, BINARY, PING, PONG] = [0x80, 0x40, 0, 1, 2, 9, 10];

/** Writes until the other end has had enough; a bomb never reads what it is told. */
async function flood(socket: Socket, bytes: Buffer, times: number): Promise<void> {
  for (let count = 0; count < times && !socket.destroyed; count++) {
    if (!socket.write(bytes)) await drainedOrClosed(socket);
  }
}
const drainedOrClosed = (socket: Socket) =>
  new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
const closed = (socket: Socket) =>
  socket.destroyed ? undefined : new Promise<void>((resolve) => socket.once('close', () => resolve()));

const bombs: Record<string, () => Promise<Socket>> = {
  'endless empty fragments': async () => {
    const socket = await open();
    socket.write(frame(TEXT, Buffer.alloc(0)));
    const fragments = Buffer.concat(Array(1_000).fill(frame(CONTINUATION, Buffer.alloc(0))));
    await flood(socket, fragments, 100);
    return socket;
  },
  'a message of a terabyte, announced': async () => {
    const socket = await open();
    const header = frame(FIN | BINARY, Buffer.alloc(200));
    header.writeBigUInt64BE(2n ** 40n, 2);
    await flood(socket, header, 1);
    return socket;
  },
  'fragments that add up to 64 MB': async () => {
    const socket = await open();
    socket.write(frame(BINARY, randomBytes(32_000)));
    await flood(socket, frame(CONTINUATION, randomBytes(32_000)), 2_000);
    return socket;
  },
  'deflate, offered and used though nobody agreed': async () => {
    const socket = await open(['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits']);
    await flood(socket, frame(FIN | RSV1 | TEXT, randomBytes(60_000)), 100);
    return socket;
  },
  'a slow loris that never says who it is': async () => {
    const socket = await open();
    const message = frame(FIN | TEXT, Buffer.from(JSON.stringify({ type: 'ping', id: 1 })));
    let at = 0;
    const drip = setInterval(() => socket.write(message.subarray(at, ++at)), 50);
    void closed(socket)?.then(() => clearInterval(drip));
    return socket;
  },
  'a flood of pings whose pongs nobody reads': async () => {
    const socket = await open();
    socket.pause();
    await flood(socket, Buffer.concat(Array(500).fill(frame(FIN | PING, randomBytes(125)))), 300);
    socket.resume();
    return socket;
  },
  'a flood of pongs that nobody asked for': async () => {
    const socket = await open();
    await flood(socket, Buffer.concat(Array(500).fill(frame(FIN | PONG, randomBytes(125)))), 300);
    return socket;
  },
  'JSON as deep as it is long': async () => {
    const socket = await open();
    await flood(socket, frame(FIN | TEXT, Buffer.from('['.repeat(60_000))), 500);
    return socket;
  },
};

describe('[RT-6] bombs', () => {
  it('eight of each kind are closed, and the server has hardly grown', async () => {
    const explode = async (copies: number) => {
      for (const bomb of Object.values(bombs)) {
        const sockets = await Promise.all(Array.from({ length: copies }, bomb));
        await Promise.all(sockets.map(closed));
      }
    };
    await explode(8); // compiled code and memory that the runtime keeps for the next time are no growth
    const before = await node.figures();
    // A flood makes garbage faster than buffers are swept: held is what two collections in a row find.
    let peakBytes = 0;
    let lastBytes = 0;
    const sampling = setInterval(() => {
      void node.figures().then(
        ({ heapBytes }) => {
          peakBytes = Math.max(peakBytes, Math.min(lastBytes, heapBytes));
          lastBytes = heapBytes;
        },
        () => {},
      );
    }, 250);
    await explode(8);
    clearInterval(sampling);
    await expect.poll(async () => (await node.figures()).sockets, { timeout: 10_000 }).toBe(0);
    const after = await node.figures();
    const growth = {
      heap: after.heapBytes - before.heapBytes,
      peak: peakBytes - before.heapBytes,
      rss: after.rssBytes - before.rssBytes,
    };
    console.log('growth in bytes after 8 of each of 8 bombs', growth);
    expect(growth.peak).toBeLessThan(GROWTH_LIMIT_BYTES);
    expect(growth.heap).toBeLessThan(GROWTH_LIMIT_BYTES);
    expect(growth.rss).toBeLessThan(GROWTH_LIMIT_BYTES);
    expect(after.timers).toBeLessThanOrEqual(before.timers + 1);
  });
});
