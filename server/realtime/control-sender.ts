import type { WebSocket } from 'ws';
import type { ServerMessage } from '../../shared/protocol.ts';

export interface ControlSender {
  send(message: ServerMessage): void;
  /** Resolves when the peer has taken enough of what was sent; a peer that takes nothing is cut off. */
  ready(): Promise<void>;
  stop(): void;
}

const HIGH_WATERMARK_BYTES = 256 * 1024;
const LOW_WATERMARK_BYTES = 64 * 1024;
const STALL_MS = 10_000;

/** Writes to one control socket and never buffers more than a reader deserves. */
export function createControlSender(
  webSocket: WebSocket,
  onStalled: () => void,
  stallMs = STALL_MS,
): ControlSender {
  let waiting: PromiseWithResolvers<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const letGo = () => {
    clearTimeout(timer);
    waiting?.resolve();
    waiting = null;
  };
  const sent = () => {
    if (waiting && webSocket.bufferedAmount <= LOW_WATERMARK_BYTES) letGo();
  };

  return {
    send: (message) => webSocket.send(JSON.stringify(message), sent),
    async ready() {
      if (webSocket.bufferedAmount <= HIGH_WATERMARK_BYTES) return;
      if (!waiting) {
        waiting = Promise.withResolvers();
        timer = setTimeout(onStalled, stallMs);
      }
      await waiting.promise;
    },
    stop: letGo,
  };
}
