import type { WebSocket } from 'ws';

/** Half a megabyte keeps a fast link busy; more would only make a slow one show the past. */
const HIGH_WATERMARK_BYTES = 512 * 1024;
const LOW_WATERMARK_BYTES = 128 * 1024;

/** What can be held back: a socket or a WebSocket. */
export interface Source {
  isPaused(): boolean;
  pause(): unknown;
  resume(): unknown;
}

/**
 * Sends what came from `source`, and holds the source back while the reader is slower. `ws` never emits `drain`,
 * so the source is let go again from the callbacks of `send`. [VNC-3]
 */
export function sendHeldBack(
  reader: WebSocket,
  source: Source,
  data: Buffer | string,
  options: { binary: boolean },
  sent?: () => void,
): void {
  reader.send(data, options, () => {
    sent?.();
    if (source.isPaused() && reader.bufferedAmount <= LOW_WATERMARK_BYTES) source.resume();
  });
  if (reader.bufferedAmount > HIGH_WATERMARK_BYTES) source.pause();
}
