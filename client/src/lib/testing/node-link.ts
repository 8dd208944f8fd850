import { WebSocket } from 'ws';
import { ORIGIN } from '../../../../server/testing/realtime-server.ts';
import type { Clock } from '../clock.ts';
import { type LinkSocket, WebSocketClient, type WebSocketClientOptions } from '../websocket.ts';

const clock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => Number(setTimeout(run, ms)),
  clearTimeout: (id) => clearTimeout(id),
};

type Wanted = Pick<WebSocketClientOptions, 'url' | 'authenticatedAgentId' | 'tokenRefreshCallback'>;

/** The page's own link, outside a page: over `ws`, with the seqs that it was given. */
export function nodeLink(options: Wanted & Partial<WebSocketClientOptions>) {
  const seqs: number[] = [];
  let socket: WebSocket | null = null;
  const client = new WebSocketClient({
    inView: () => true,
    release: 'test',
    onState: () => {},
    onMessage: ({ seq }) => seqs.push(seq),
    onReleaseChanged: () => {},
    clock,
    openSocket: (url) => {
      socket = new WebSocket(url, { origin: ORIGIN });
      socket.on('error', () => {}); // `close` follows; a browser's socket would not throw
      return socket as unknown as LinkSocket;
    },
    ...options,
  });
  return { client, seqs, breakSocket: () => socket?.terminate() };
}
