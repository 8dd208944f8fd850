import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

let echo: Server;
let proxy: FaultProxy;
const heard: Buffer[] = [];
const open: Socket[] = [];

beforeEach(async () => {
  heard.length = 0;
  echo = createServer((socket) => {
    open.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      heard.push(bytes);
      socket.write(bytes);
    });
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy({ port: (echo.address() as AddressInfo).port });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await proxy.stop();
  echo.close();
});

async function dial(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1').on('error', () => {});
  open.push(socket);
  await once(socket, 'connect');
  return socket;
}

// `once` would reject on the error that comes before.
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

/** Sends and waits for the echo; answers how long that took. */
async function roundTripMs(socket: Socket, bytes: Buffer): Promise<number> {
  const begunMs = performance.now();
  let count = 0;
  const back = new Promise<void>((resolve) => {
    socket.on('data', function take(chunk: Buffer) {
      count += chunk.length;
      if (count < bytes.length) return;
      socket.off('data', take);
      resolve();
    });
  });
  socket.write(bytes);
  await back;
  return performance.now() - begunMs;
}

describe('[RT-5] the fault proxy', () => {
  it('delays each way, limits the rate, and cuts into bytes', async () => {
    const socket = await dial();
    expect(await roundTripMs(socket, Buffer.from('warm'))).toBeLessThan(100);
    proxy.set({ latencyMs: 60, jitterMs: 40 });
    const late = await roundTripMs(socket, Buffer.from('late'));
    expect(late).toBeGreaterThanOrEqual(118);
    expect(late).toBeLessThan(400);
    proxy.set({ bytesPerSecond: 100_000 });
    expect(await roundTripMs(socket, Buffer.alloc(30_000))).toBeGreaterThan(290);
    proxy.set({ sliceBytes: 1 });
    heard.length = 0;
    await roundTripMs(socket, Buffer.from('sliced'));
    expect(Buffer.concat(heard).toString()).toBe('sliced');
  });

  it('a blackhole swallows until TCP tries again: twice as late as the last time', async () => {
    const socket = await dial();
    await roundTripMs(socket, Buffer.from('warm'));
    proxy.set({ blackhole: 'both' });
    const back = roundTripMs(socket, Buffer.from('held'));
    const newcomer = dial().then((second) => roundTripMs(second, Buffer.from('new')));
    setTimeout(() => proxy.heal(), 300);
    const tookMs = await back; // tries at 200 and 600 ms
    expect(tookMs).toBeGreaterThanOrEqual(595);
    expect(tookMs).toBeLessThan(900);
    expect(await newcomer).toBeGreaterThanOrEqual(990); // its SYN is sent again after a second
  });

  it('one way only: the server hears, the client does not', async () => {
    const socket = await dial();
    await roundTripMs(socket, Buffer.from('warm'));
    proxy.set({ blackhole: 'to-client' });
    heard.length = 0;
    let answered = false;
    const back = roundTripMs(socket, Buffer.from('one way')).then(() => {
      answered = true;
    });
    await expect.poll(() => Buffer.concat(heard).toString()).toBe('one way');
    expect(answered).toBe(false);
    proxy.heal();
    await back;
  });

  it('cuts everything at once, refuses newcomers, and holds nothing when all have left', async () => {
    const sockets = await Promise.all([dial(), dial(), dial()]);
    for (const socket of sockets) await roundTripMs(socket, Buffer.from('x'));
    expect(proxy.connections()).toBe(3);
    const reset = sockets.map((socket) => closed(socket));
    proxy.cut();
    await Promise.all(reset);
    expect(proxy.connections()).toBe(0);
    proxy.set({ refuses: true });
    await closed(connect(proxy.port, '127.0.0.1').on('error', () => {}));
    proxy.heal();
    const last = await dial();
    await roundTripMs(last, Buffer.from('again'));
    last.end();
    await expect.poll(() => proxy.connections()).toBe(0);
  });
});
