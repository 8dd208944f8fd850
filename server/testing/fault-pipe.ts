import type { Socket } from 'node:net';
import { type Direction, elapsed, type Network, passage } from './fault-proxy.ts';

export interface FaultPipe {
  stop(): void;
}

const DATA_RETRY_MS = 200;
const MAX_QUEUED_BYTES = 256 * 1024;

/** Carries one direction of a connection through the network's faults, in order and without a loss. */
export function startFaultPipe(network: Network, direction: Direction, from: Socket, to: Socket): FaultPipe {
  const queue: { bytes: Buffer | null; dueAtMs: number }[] = [];
  let queuedBytes = 0;
  let isCarrying = false;
  let stopped = false;

  function take(bytes: Buffer | null): void {
    const { latencyMs, jitterMs } = network.faults();
    const dueAtMs = Date.now() + latencyMs + jitterMs * network.random();
    queue.push({ bytes, dueAtMs });
    queuedBytes += bytes?.length ?? 0;
    if (queuedBytes > MAX_QUEUED_BYTES) from.pause();
    if (!isCarrying) void carry();
  }

  async function carry(): Promise<void> {
    isCarrying = true;
    for (;;) {
      const next = queue.shift();
      if (!next) break;
      await elapsed(next.dueAtMs - Date.now());
      await passage(network, direction, next.dueAtMs, DATA_RETRY_MS);
      if (stopped) return;
      if (next.bytes) await write(next.bytes);
      else to.end();
      queuedBytes -= next.bytes?.length ?? 0;
      if (from.isPaused() && queuedBytes <= MAX_QUEUED_BYTES / 2) from.resume();
    }
    isCarrying = false;
  }

  async function write(bytes: Buffer): Promise<void> {
    const { bytesPerSecond, sliceBytes } = network.faults();
    // A slow link still has packets: a fiftieth of a second at a time.
    const sliceLength = Math.max(1, Math.min(sliceBytes, Math.ceil(bytesPerSecond / 50), bytes.length));
    for (let at = 0; at < bytes.length && !stopped; at += sliceLength) {
      const slice = bytes.subarray(at, at + sliceLength);
      // A packet has arrived when its last bit has.
      await elapsed((1_000 * slice.length) / bytesPerSecond);
      // One write at a time, or the kernel would get them in one piece.
      await new Promise<void>((resolve) => {
        if (to.destroyed || !to.writable) resolve();
        else to.write(slice, () => resolve());
      });
    }
  }

  from.on('data', take).once('end', () => take(null));
  return {
    stop() {
      stopped = true;
    },
  };
}
