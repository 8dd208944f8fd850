import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE } from '../shared/close-codes.ts';
import type { Clock } from './lib/clock.ts';
import { UpgradeRefused } from './lib/errors.ts';
import type { Log } from './lib/log.ts';
import { createPlaces } from './lib/places.ts';
import { createRateLimit } from './lib/rate-limit.ts';
import { clientKey } from './upgrade/client-key.ts';
import { refusalOf, writeRefusal } from './upgrade/refuse.ts';

/** A request to upgrade that has passed the door: known path, allowed origin, within the limits. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly params: Readonly<Record<string, string>>;
  readonly clientAddress: string;
  /** The same in every log line of this socket, from its door to its end. [OPS-1] */
  readonly requestId: string;
  /** Aborted when the client has gone or the time before the upgrade is up. */
  readonly signal: AbortSignal;
  /** Answers 101. @throws {UpgradeRefused} when the client has gone meanwhile. */
  accept(): Promise<WebSocket>;
}

export interface UpgradeRoute {
  /** Exact, with parameters as whole segments: `/vnc/:sessionId`. */
  path: string;
  maxPayloadBytes: number;
  /** How many reads a message may come in; by default as few as our own page needs. */
  maxBufferedChunks?: number;
  /** Programs need no Origin here: a browser always sends one, and that is checked as everywhere. */
  forPrograms?: boolean;
  /** The only subprotocol that is ever answered; a ticket offered beside it is not echoed. */
  subprotocol?: string;
  /** Accepts or throws; must settle soon after accepting. */
  handle(upgrade: Upgrade): Promise<void>;
}

export interface UpgradeLimits {
  attemptsPerMinutePerClient: number;
  socketsPerClient: number;
  /** From the request to the 101. */
  handshakeMs: number;
  /** Pings and pongs of one socket. */
  controlFramesPerMinute: number;
}

export const UPGRADE_LIMITS: UpgradeLimits = {
  attemptsPerMinutePerClient: 300,
  socketsPerClient: 100,
  handshakeMs: 10_000,
  controlFramesPerMinute: 240,
};

export interface UpgradeHandler {
  attach(server: Server): void;
  /** Refuses newcomers, closes every socket with 1012 and waits at most two seconds. [OPS-4] */
  stop(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 2_000;

/** The one 'upgrade' listener. Deny by default: what no route claims is a 404. [AUTH-4] [RT-6] */
export function createUpgradeHandler(deps: {
  allowedOrigins: ReadonlySet<string>;
  routes: readonly UpgradeRoute[];
  clientAddress: (request: IncomingMessage) => string;
  clock: Clock;
  log: Log;
  limits?: UpgradeLimits;
}): UpgradeHandler {
  const { log } = deps;
  const limits = deps.limits ?? UPGRADE_LIMITS;
  const attempts = createRateLimit(limits.attemptsPerMinutePerClient, 60_000, deps.clock);
  const places = createPlaces(limits.socketsPerClient);
  const routes = deps.routes.map((route) => ({ route, match: matcher(route.path), wss: acceptor(route) }));
  const sockets = new Set<WebSocket>();
  let server: Server | undefined;
  let stopping: Promise<void> | undefined;

  async function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Before the first await: a reset while we think would otherwise crash the process.
    socket.on('error', ignore);
    const gone = new AbortController();
    const requestId = crypto.randomUUID();
    const path = request.url?.split('?', 1)[0] ?? '';
    const clientAddress = deps.clientAddress(request);
    const client = clientKey(clientAddress);
    const place = places.take(client);
    const clientGone = () => gone.abort(new UpgradeRefused(400, 'client-gone'));
    const timer = setTimeout(
      () => gone.abort(new UpgradeRefused(503, 'upgrade-timeout')),
      limits.handshakeMs,
    );
    socket.once('close', clientGone);
    let accepted: WebSocket | undefined;

    try {
      const found = routes.find(({ match }) => match(path));
      if (!found) throw new UpgradeRefused(404, 'not-a-websocket-path');
      const { origin } = request.headers;
      const isProgram = found.route.forPrograms === true && origin === undefined;
      if (!isProgram && !(origin && deps.allowedOrigins.has(origin))) {
        throw new UpgradeRefused(403, 'origin-not-allowed');
      }
      if (stopping) throw new UpgradeRefused(503, 'restarting');
      if (!attempts.allows(client)) throw new UpgradeRefused(429, 'too-many-attempts');
      if (!place) throw new UpgradeRefused(429, 'too-many-connections');

      const accept = async () => {
        gone.signal.throwIfAborted();
        if (stopping) throw new UpgradeRefused(503, 'restarting');
        accepted = await new Promise<WebSocket>((resolve, reject) => {
          // ws answers a malformed handshake itself and then only closes the socket.
          gone.signal.addEventListener('abort', () => reject(gone.signal.reason), { once: true });
          found.wss.handleUpgrade(request, socket, head, resolve);
        });
        socket.off('error', ignore);
        track(accepted, place, requestId);
        return accepted;
      };
      const params = found.match(path) ?? {};
      await unlessAborted(
        gone.signal,
        found.route.handle({ request, params, clientAddress, requestId, signal: gone.signal, accept }),
      );
    } catch (error) {
      const refusal = refusalOf(error);
      const unexpected = refusal.code === 'unavailable' ? { err: error } : {};
      log.info({
        event: 'upgrade.refused',
        requestId,
        path,
        status: refusal.status,
        code: refusal.code,
        clientAddress,
        ...unexpected,
      });
      if (accepted) accepted.terminate();
      else writeRefusal(socket, refusal);
    } finally {
      clearTimeout(timer);
      socket.off('close', clientGone);
      if (!accepted) place?.();
    }
  }

  function track(webSocket: WebSocket, release: () => void, requestId: string): void {
    sockets.add(webSocket);
    const controlFrames = createRateLimit(limits.controlFramesPerMinute, 60_000, deps.clock);
    const heardControlFrame = () => {
      // A flood of pings that reads no pong would have us keep every one of them.
      if (!controlFrames.allows('')) webSocket.terminate();
    };
    webSocket.on('ping', heardControlFrame).on('pong', heardControlFrame);
    webSocket.on('error', (error) => log.info({ event: 'websocket.error', requestId, err: error }));
    webSocket.once('close', () => {
      sockets.delete(webSocket);
      release();
    });
  }

  async function drain(): Promise<void> {
    const closed = [...sockets].map((webSocket) => {
      const closing = new Promise((resolve) => webSocket.once('close', resolve));
      webSocket.close(CLOSE.restart.code, CLOSE.restart.reason);
      return closing;
    });
    // ws ends a peer that does not answer the close frame after its closeTimeout.
    await Promise.all(closed);
    server?.off('upgrade', onUpgrade);
  }

  return {
    attach(httpServer) {
      server = httpServer;
      server.on('upgrade', onUpgrade);
    },
    stop() {
      stopping ??= drain();
      return stopping;
    },
  };
}

const ignore = () => {};

/** [RT-6] No deflate, and every bound that guards against bombs of fragments. */
function acceptor({ maxPayloadBytes, maxBufferedChunks = 1024, subprotocol }: UpgradeRoute): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxPayloadBytes,
    maxFragments: 64,
    maxBufferedChunks,
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: (offered) => (subprotocol && offered.has(subprotocol) ? subprotocol : false),
  } as ConstructorParameters<typeof WebSocketServer>[0]);
}

function matcher(path: string): (actual: string) => Record<string, string> | null {
  const pattern = new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[\\w-]{1,64})')}$`);
  return (actual) => {
    const match = pattern.exec(actual);
    return match && { ...match.groups };
  };
}

async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
