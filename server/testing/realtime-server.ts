import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair } from 'jose';
import { WebSocket } from 'ws';
import type { ServerMessage } from '../../shared/protocol.ts';
import { createShares } from '../auth/shares.ts';
import { useTicketOnce } from '../auth/tickets.ts';
import { createTokens, type Tokens } from '../auth/tokens.ts';
import { createListener } from '../db/listener.ts';
import type { Desktop } from '../drivers/driver.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog, type Log } from '../lib/log.ts';
import { createPlaces } from '../lib/places.ts';
import { type ControlLimits, createControlSocket } from '../realtime/control-socket.ts';
import { createEventFeed } from '../realtime/event-feed.ts';
import { createLeases, type Leases } from '../sessions/leases.ts';
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts';
import { createUpgradeHandler, type UpgradeHandler, type UpgradeLimits } from '../upgrade.ts';
import { createVncProxy } from '../vnc-proxy.ts';
import type { TestDatabase } from './test-database.ts';

export const ORIGIN = 'https://page.test';

export interface Person {
  sessionId: string;
  agentId: string;
  buyerId: string;
}

export interface RealtimeServer {
  url: string;
  port: number;
  tokens: Tokens;
  leases: Leases;
  sessions: SessionStore;
  upgrades: UpgradeHandler;
  /** Every line logged so far, as text. */
  logText(): string;
  humanInputs: string[];
  setDesktop(sessionId: string, rfbPath: string | null): void;
  openSockets(): Promise<number>;
  accessToken(person: Person): Promise<string>;
  vncTicket(person: Person, mode?: 'control' | 'view'): Promise<string>;
  stop(): Promise<void>;
}

export interface RealtimeOptions {
  heartbeatMs?: number;
  accessLifetimeMs?: number;
  socketsPerSession?: number;
  control?: Partial<ControlLimits>;
  upgrade?: Partial<UpgradeLimits>;
  /** What a human's first key or click waits for. */
  onHumanInput?: () => Promise<void>;
  /** False where memory is measured: `logText()` is empty then. */
  keepsLog?: boolean;
}

/** The product's own realtime parts on a free port, over a real database; only the desktops are told. */
export async function startRealtimeServer(
  database: Pick<TestDatabase, 'db' | 'url'>,
  options: RealtimeOptions = {},
): Promise<RealtimeServer> {
  const lines: string[] = [];
  const log: Log = createLog('debug', 'json', {
    write: (line: string) => void (options.keepsLog !== false && lines.push(line)),
  });
  const { db } = database;
  const pair = (await generateKeyPair('EdDSA', { crv: 'Ed25519' })) as CryptoKeyPair;
  const keys = {
    signing: { kid: 'k1', key: pair.privateKey },
    verifying: new Map([['k1', pair.publicKey]]),
  };
  const tokens = createTokens(keys, systemClock, options.accessLifetimeMs);
  const listener = createListener(database.url, log);
  const leases = createLeases({ db, listener, clock: systemClock, log });
  const sessions = createSessionStore(db);
  const feed = createEventFeed({ db, listener, log });
  const desktops = new Map<string, Desktop>();
  const humanInputs: string[] = [];
  const heartbeatMs = options.heartbeatMs ?? 30_000;
  const shared = { validateJWTToken: tokens.validateJWTToken, leases, heartbeatMs, clock: systemClock, log };
  const places = () => createPlaces(options.socketsPerSession ?? 32);
  const control = createControlSocket({
    ...shared,
    db,
    sessions,
    feed,
    tasksOf: async () => [],
    socketsOfSession: places(),
    release: 'test',
    limits: { authMs: 5_000, messagesPerMinute: 240, stallMs: 10_000, ...options.control },
  });
  const vnc = createVncProxy({
    ...shared,
    spendTicket: (tokenId, expiresAt) => useTicketOnce(db, tokenId, expiresAt),
    desktopOf: async (sessionId) => desktops.get(sessionId) ?? null,
    isShareAlive: createShares(db).isAlive,
    async onHumanInput(sessionId) {
      humanInputs.push(sessionId);
      await options.onHumanInput?.();
    },
    viewersOfSession: places(),
    accessTokenMs: options.accessLifetimeMs ?? 300_000,
  });
  const upgrades = createUpgradeHandler({
    allowedOrigins: new Set([ORIGIN]),
    routes: [control, vnc],
    clientAddress: (request) => request.socket.remoteAddress ?? '',
    clock: systemClock,
    log,
    limits: {
      attemptsPerMinutePerClient: 10_000,
      socketsPerClient: 1_000,
      handshakeMs: 5_000,
      controlFramesPerMinute: 240,
      ...options.upgrade,
    },
  });
  const server = createServer((_, response) => response.writeHead(404).end());
  upgrades.attach(server);
  await listener.start();
  leases.start();
  feed.start();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const subject = (person: Person) => ({ ...person, sessionExpiresAt: new Date(Date.now() + 3_600_000) });
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    tokens,
    leases,
    sessions,
    upgrades,
    humanInputs,
    logText: () => lines.join(''),
    setDesktop(sessionId, rfbPath) {
      if (rfbPath === null) desktops.delete(sessionId);
      else
        desktops.set(sessionId, { desktopId: `dsk_${sessionId}`, rfb: { path: rfbPath }, cdp: { path: '' } });
    },
    openSockets: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    accessToken: async (person) => (await tokens.issue('access', subject(person))).token,
    vncTicket: async (person, mode = 'control') => (await tokens.issue('vnc', subject(person), mode)).token,
    async stop() {
      await upgrades.stop();
      server.close();
      await feed.stop();
      await leases.stop();
      await listener.stop();
    },
  };
}

export interface ControlClient {
  messages: ServerMessage[];
  socket: WebSocket;
  send(message: unknown): void;
  /** The first message, past or future, that fits; each is given once. */
  next<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>>;
  closed: Promise<{ code: number; reason: string; atMs: number }>;
}

/** A page's end of the control socket, as bare as can be. */
export async function connectControl(url: string): Promise<ControlClient> {
  const socket = new WebSocket(`${url}/ws`, { origin: ORIGIN });
  const messages: ServerMessage[] = [];
  const taken = new Set<ServerMessage>();
  const waiting = new Set<() => void>();
  const closed = new Promise<{ code: number; reason: string; atMs: number }>((resolve) =>
    socket.once('close', (code, reason) =>
      resolve({ code, reason: reason.toString(), atMs: performance.now() }),
    ),
  );
  socket.on('message', (data) => {
    messages.push(JSON.parse(data.toString()));
    for (const wake of [...waiting]) wake();
  });
  await once(socket, 'open');

  return {
    socket,
    messages,
    closed,
    send: (message) => socket.send(JSON.stringify(message)),
    next: (type) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = messages.find((message) => message.type === type && !taken.has(message));
          if (!found) return;
          taken.add(found);
          waiting.delete(look);
          resolve(found as never);
        };
        waiting.add(look);
        void closed.then(({ code }) => reject(new Error(`closed with ${code} before ${type}`)));
        look();
      }),
  };
}
