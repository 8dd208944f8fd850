import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ORIGIN, type Person, type RealtimeServer, startRealtimeServer } from '../testing/realtime-server.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const STREAM_BYTES = 96 * 1024 * 1024;
const LIMIT_BYTES = 8 * 1024 * 1024;
const HANDSHAKE = Buffer.from('RFB 003.008\n\x01\x01', 'latin1');

let database: TestDatabase;
let server: RealtimeServer;
let person: Person;
let dir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startRealtimeServer(database);
  person = await seedSession(database.db);
  dir = await mkdtemp(join(tmpdir(), 'oda-pump-'));
});
afterAll(async () => {
  await server.stop();
  await database.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A display that only knows how to be a byte stream. */
async function startDisplay(
  name: string,
  onViewer: (socket: Socket) => void,
  on = server,
): Promise<() => void> {
  const path = join(dir, name);
  const display = createServer(onViewer).listen(path);
  await once(display, 'listening');
  on.setDesktop(person.sessionId, path);
  return () => display.close();
}

async function openViewer(on = server): Promise<WebSocket> {
  const protocols = ['binary', `ticket.${await on.vncTicket(person)}`];
  const socket = new WebSocket(`${on.url}/vnc/${person.sessionId}`, protocols, { origin: ORIGIN });
  await once(socket, 'open');
  expect(socket.protocol).toBe('binary');
  return socket;
}

/** Byte `n` of the stream is known from `n`: a loss, a repeat or a swap cannot hide. */
const PATTERN = Buffer.from(Array.from({ length: 65_521 }, (_, index) => (index * 31) % 251));
const patternAt = (offset: number, length: number): Buffer => {
  const start = offset % PATTERN.length;
  const doubled = Buffer.concat([PATTERN, PATTERN]);
  return doubled.subarray(start, start + length);
};

/** Resolves when a figure has stayed the same for half a second. */
async function settled(figure: () => number): Promise<void> {
  let [last, repeats] = [figure(), 0];
  const isSettled = () => {
    repeats = figure() === last ? repeats + 1 : 0;
    last = figure();
    return repeats >= 5;
  };
  await expect.poll(isSettled, { interval: 100, timeout: 15_000 }).toBe(true);
}

describe('the pump', () => {
  it('[VNC-3] a stalled viewer holds at most 8 MB and loses no byte when it reads on', async () => {
    let produced = 0;
    const stopDisplay = await startDisplay('fast.sock', (socket) => {
      socket.on('error', () => {});
      const produce = () => {
        let hasRoom = true;
        while (hasRoom && produced < STREAM_BYTES) {
          const chunk = patternAt(produced, Math.min(60_000, STREAM_BYTES - produced));
          produced += chunk.length;
          hasRoom = socket.write(chunk);
        }
      };
      socket.on('drain', produce);
      produce();
    });
    const viewer = await openViewer();
    viewer.pause();
    await settled(() => produced);
    // Whatever the display has got rid of while nobody read sits in the proxy or in a kernel's buffer.
    expect(produced).toBeLessThan(LIMIT_BYTES);

    let received = 0;
    const done = Promise.withResolvers<void>();
    viewer.on('message', (data: Buffer) => {
      for (let at = 0; at < data.length; at += 60_000) {
        const part = data.subarray(at, at + 60_000);
        if (!part.equals(patternAt(received, part.length)))
          done.reject(new Error(`wrong byte near ${received}`));
        received += part.length;
      }
      if (received === STREAM_BYTES) done.resolve();
    });
    viewer.resume();
    await done.promise;
    viewer.close();
    stopDisplay();
  });

  it('[VNC-3] a stalled display holds its viewer back, and gets every byte in the end', async () => {
    const accepted = Promise.withResolvers<Socket>();
    const stopDisplay = await startDisplay('slow.sock', (socket) => {
      socket.pause();
      accepted.resolve(socket);
    });
    const viewer = await openViewer();
    const display = await accepted.promise;
    const clipboard = Buffer.alloc(60_000);
    clipboard.set([6, 0, 0, 0, 0, 0, 0xea, 0x58]); // one clipboard of 59,992 bytes
    const rounds = 400;
    viewer.send(HANDSHAKE);
    for (let round = 0; round < rounds; round++) viewer.send(clipboard);
    await settled(() => viewer.bufferedAmount);
    const total = HANDSHAKE.length + rounds * clipboard.length;
    expect(total - viewer.bufferedAmount).toBeLessThan(LIMIT_BYTES);

    let received = 0;
    const done = Promise.withResolvers<void>();
    display.on('data', (chunk) => {
      received += chunk.length;
      if (received === total) done.resolve();
    });
    display.resume();
    await done.promise;
    viewer.close();
    stopDisplay();
  });

  it('[AGT-4] a click that takes control reaches the display once control is taken, in order with what follows', async () => {
    const taken = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const onHumanInput = () => {
      asked.resolve();
      return taken.promise;
    };
    const agents = await startRealtimeServer(database, { onHumanInput });
    const heard: Buffer[] = [];
    const stopDisplay = await startDisplay(
      'held.sock',
      (socket) => socket.on('data', (chunk) => heard.push(chunk)),
      agents,
    );
    await agents.sessions.setControl(person.sessionId, 'agent');
    const viewer = await openViewer(agents);
    const move = Buffer.from([5, 0, 0, 9, 0, 9]);
    const click = Buffer.from([5, 1, 0, 9, 0, 9]);
    for (const part of [HANDSHAKE, move]) viewer.send(part);
    const before = Buffer.concat([HANDSHAKE, move]);
    await expect.poll(() => Buffer.concat(heard)).toEqual(before);
    for (const part of [click, move]) viewer.send(part);
    await asked.promise;
    await settled(() => heard.length);
    expect(Buffer.concat(heard)).toEqual(before);
    taken.resolve();
    await expect.poll(() => Buffer.concat(heard)).toEqual(Buffer.concat([before, click, move]));
    viewer.close();
    stopDisplay();
    await agents.stop();
  });
});
