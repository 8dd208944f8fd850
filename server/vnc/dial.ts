import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from '../drivers/driver.ts';
import { UpgradeRefused } from '../lib/errors.ts';
import { createReadBuffers } from './read-buffers.ts';

const DIAL_TIMEOUT_MS = 3_000;
const RETRY_MS = 20;

/** A desktop's byte stream. Nothing is read before `onBytes` is set and the socket resumed. */
export interface Display {
  socket: Socket;
  /** `bytes` may be used until they are given back. */
  onBytes: (bytes: Buffer, giveBack: () => void) => void;
}

/**
 * Connects to a desktop's byte stream. What it says first waits for the pump.
 * @throws {UpgradeRefused} 503 when nobody answers, or the reason of `signal` when that aborts.
 */
export async function dial(endpoint: Endpoint, signal: AbortSignal): Promise<Display> {
  if (!('path' in endpoint)) throw new UpgradeRefused(503, 'desktop-not-ready');
  const deadline = performance.now() + DIAL_TIMEOUT_MS;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await connectOnce(endpoint.path, signal);
    } catch (error) {
      signal.throwIfAborted();
      // Xvnc's backlog holds five: a sixth viewer at once gets EAGAIN instead of a place in the queue.
      const isQueueFull = (error as NodeJS.ErrnoException).code === 'EAGAIN';
      if (!isQueueFull || performance.now() > deadline) {
        throw new UpgradeRefused(503, 'desktop-not-ready', { cause: error });
      }
      await delay(RETRY_MS);
    }
  }
}

/** A unix socket answers at once, one way or the other; only `signal` has to be waited for. */
async function connectOnce(path: string, signal: AbortSignal): Promise<Display> {
  const buffers = createReadBuffers();
  const display = {
    onBytes: (_bytes: Buffer, giveBack: () => void) => giveBack(),
  } as Display;
  const socket = connect({
    path,
    onread: {
      buffer: () => buffers.take(),
      callback(length, bytes) {
        const buffer = bytes as Buffer;
        display.onBytes(buffer.subarray(0, length), () => buffers.giveBack(buffer));
        return true;
      },
    },
  });
  display.socket = socket.pause();
  try {
    await once(socket, 'connect', { signal });
    // From now on an error is told by the 'close' that follows it.
    socket.on('error', () => {});
    return display;
  } catch (error) {
    socket.on('error', () => {}).destroy();
    throw error;
  }
}
