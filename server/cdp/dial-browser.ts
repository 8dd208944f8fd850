import { once } from 'node:events';
import { WebSocket } from 'ws';
import { browserUrl } from '../agent/cdp-endpoint.ts';
import type { Endpoint } from '../drivers/driver.ts';
import { UpgradeRefused } from '../lib/errors.ts';

/** A screenshot of a long page, in base64. */
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 5_000;

/**
 * Connects to a desktop's browser; it is paused until the relay listens.
 * @throws {UpgradeRefused} 503 when it does not answer.
 */
export async function dialBrowser(endpoint: Endpoint, signal: AbortSignal): Promise<WebSocket> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  let socket: WebSocket | undefined;
  try {
    const url = await browserUrl(endpoint, soon);
    socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_PAYLOAD_BYTES });
    // From now on an error is told by the 'close' that follows it.
    socket.on('error', () => {});
    await once(socket, 'open', { signal: soon });
    socket.pause();
    return socket;
  } catch (error) {
    socket?.terminate();
    signal.throwIfAborted();
    throw new UpgradeRefused(503, 'desktop-not-ready', { cause: error });
  }
}
