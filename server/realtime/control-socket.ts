import { setTimeout as delay } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import { CLOSE, type Close } from '../../shared/close-codes.ts';
import { type ClientMessage, clientMessage } from '../../shared/protocol.ts';
import { TokenRefused, type Tokens } from '../auth/tokens.ts';
import type { Db } from '../db/database.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Places, Release } from '../lib/places.ts';
import { createRateLimit } from '../lib/rate-limit.ts';
import type { Lease, Leases } from '../sessions/leases.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { Upgrade, UpgradeRoute } from '../upgrade.ts';
import { createControlSender } from './control-sender.ts';
import { type ControlEvent, type ControlState, nextControlState } from './control-state.ts';
import type { EventFeed } from './event-feed.ts';
import { startHeartbeat } from './heartbeat.ts';
import { type SessionStream, startSessionStream } from './session-stream.ts';
import type { TasksOf } from './snapshot.ts';
import { createTokenWatch } from './token-watch.ts';

export interface ControlSocketDeps {
  db: Db;
  validateJWTToken: Tokens['validateJWTToken'];
  leases: Pick<Leases, 'acquire' | 'renew' | 'onChange'>;
  sessions: Pick<SessionStore, 'find'>;
  feed: EventFeed;
  tasksOf: TasksOf;
  socketsOfSession: Places;
  heartbeatMs: number;
  /** The build's name: a page of another build reloads itself. [UI-6] */
  release: string;
  clock: Clock;
  log: Log;
  limits?: ControlLimits;
}

export interface ControlLimits {
  authMs: number;
  messagesPerMinute: number;
  stallMs: number;
}

export const CONTROL_LIMITS: ControlLimits = { authMs: 5_000, messagesPerMinute: 240, stallMs: 10_000 };

type AuthMessage = Extract<ClientMessage, { type: 'auth' }>;

const MAX_PAYLOAD_BYTES = 64 * 1024;
/** Long enough to read the last events, short enough for the cascade's 250 ms. [SES-2] */
const FLUSH_MS = 150;

/** wss /ws — the session's events to a page, which proves itself in-band. [RT-1] [RT-4] [AUTH-6] */
export function createControlSocket(deps: ControlSocketDeps): UpgradeRoute {
  return {
    path: '/ws',
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    async handle(upgrade) {
      serve(deps, await upgrade.accept(), upgrade);
    },
  };
}

function serve(
  deps: ControlSocketDeps,
  webSocket: WebSocket,
  { clientAddress, requestId }: Pick<Upgrade, 'clientAddress' | 'requestId'>,
): void {
  const { clock } = deps;
  const limits = deps.limits ?? CONTROL_LIMITS;
  const startedAt = clock.now();
  const rate = createRateLimit(limits.messagesPerMinute, 60_000, clock);
  const sender = createControlSender(webSocket, () => webSocket.terminate(), limits.stallMs);
  let log = deps.log.child({ requestId });
  let state: ControlState = { status: 'awaiting-auth', mistakes: 0 };
  let isAuthenticating = false;
  let stream: SessionStream | undefined;
  let place: Release | undefined;
  let pings = 0;

  const authTimer = setTimeout(() => dispatch({ type: 'auth-timed-out' }), limits.authMs);
  const heartbeat = startHeartbeat({
    heartbeatMs: deps.heartbeatMs,
    clock,
    ping: () => sender.send({ type: 'ping', id: ++pings }),
    onDead: () => webSocket.terminate(),
  });

  function dispatch(event: ControlEvent): void {
    const before = state.status;
    state = nextControlState(state, event);
    if (state.status === before) return;
    if (state.status === 'closing') void close(state.close);
    if (state.status === 'closed') cleanUp();
  }
  const mustClose = (ending: Close) => dispatch({ type: 'must-close', close: ending });

  async function close(ending: Close): Promise<void> {
    // Whoever is thrown out at the session's end still reads why in the log.
    if (stream) await Promise.race([stream.flush(), delay(FLUSH_MS)]);
    webSocket.close(ending.code, ending.reason);
  }

  function receive(data: RawData, isBinary: boolean): void {
    heartbeat.heard();
    if (state.status === 'closing' || state.status === 'closed') return;
    if (!rate.allows('')) {
      mustClose(CLOSE.tooFast);
      return;
    }
    const message = isBinary ? null : parse(data);
    if (!message) mistake('invalid-message', 'Send JSON as shared/protocol.ts describes it.');
    else if (message.type === 'auth' && isAuthenticating) mistake('auth-in-progress', 'Wait for the answer.');
    else if (message.type === 'auth') void authenticate(message);
    else if (state.status === 'awaiting-auth') mistake('auth-first', 'The first message must be auth.');
    else if (message.type === 'ping') sender.send({ type: 'pong', id: message.id });
  }

  function mistake(code: string, message: string): void {
    sender.send({ type: 'error', code, message });
    dispatch({ type: 'mistake' });
  }

  async function authenticate({ token, agentId, after }: AuthMessage): Promise<void> {
    isAuthenticating = true;
    try {
      const claims = await deps.validateJWTToken(token, 'access');
      const lease = await deps.leases.acquire(claims.sessionId);
      if (!lease) return mustClose(await endingOf(claims.sessionId));
      if (claims.agentId !== agentId || lease.agentId !== agentId) {
        return mustClose({ ...CLOSE.revoked, reason: 'wrong-agent' });
      }
      if (!place) {
        if (state.status !== 'awaiting-auth') return;
        place = deps.socketsOfSession.take(lease.sessionId) ?? undefined;
        if (!place) return mustClose({ ...CLOSE.tooFast, reason: 'too-many-connections' });
      }
      const isFirst = state.status === 'awaiting-auth';
      const identity = { sessionId: lease.sessionId, agentId, buyerId: claims.buyerId };
      const tokenExpiresAtMs = claims.expiresAt.getTime();
      dispatch({ type: 'authenticated', identity, tokenExpiresAtMs });
      if (state.status !== 'live') return;
      deps.leases.renew(lease.sessionId, tokenExpiresAtMs);
      const tokenExpiresAt = claims.expiresAt.toISOString();
      const { release, heartbeatMs } = deps;
      const { sessionId } = lease;
      sender.send({ type: 'auth_ok', sessionId, agentId, tokenExpiresAt, heartbeatMs, release });
      if (isFirst) join(lease, claims.buyerId, after);
      heldBackMs = null;
      tokenWatch.watch(tokenExpiresAtMs);
    } catch (error) {
      if (error instanceof TokenRefused) return mustClose({ ...CLOSE.authenticate, reason: error.code });
      log.warn({ event: 'control.auth-failed', err: error });
      mustClose(CLOSE.tryLater);
    } finally {
      isAuthenticating = false;
    }
  }

  async function endingOf(sessionId: string): Promise<Close> {
    const row = await deps.sessions.find(sessionId);
    return row ? { ...CLOSE.sessionEnded, reason: row.ended_reason ?? 'expired' } : CLOSE.revoked;
  }

  const askForToken = (expiresAtMs: number) =>
    sender.send({ type: 'auth_expiring', tokenExpiresAt: new Date(expiresAtMs).toISOString() });

  let leaseExpiresAtMs = () => 0;
  /** The end of a token that was not asked to be renewed, until the session is extended. [SES-3] */
  let heldBackMs: number | null = null;
  let unwatchLease = () => {};
  const tokenWatch = createTokenWatch({
    clock,
    onExpiring(expiresAtMs) {
      // A token that ends with its session cannot be renewed: asking would ask again and again.
      const endsWithSession = expiresAtMs + 1_000 >= leaseExpiresAtMs();
      if (endsWithSession) heldBackMs = expiresAtMs;
      else askForToken(expiresAtMs);
    },
    onDue: () => dispatch({ type: 'token-due', nowMs: clock.now() }),
  });

  /** From here on the session's lease and log drive the socket. */
  function join(lease: Lease, buyerId: string, after: number | null): void {
    clearTimeout(authTimer);
    log = log.child({ sessionId: lease.sessionId, userId: buyerId, agentId: lease.agentId });
    log.info({ event: 'control.connected', clientAddress, after });
    leaseExpiresAtMs = () => lease.expiresAt.getTime();
    unwatchLease = deps.leases.onChange(({ sessionId }) => {
      if (sessionId !== lease.sessionId || heldBackMs === null) return;
      if (heldBackMs + 1_000 >= leaseExpiresAtMs()) return;
      askForToken(heldBackMs);
      heldBackMs = null;
    });
    stream = startSessionStream({ ...deps, log }, { lease, after, sender, onEnded: mustClose });
    if (lease.signal.aborted) mustClose(lease.signal.reason as Close);
  }

  function cleanUp(): void {
    clearTimeout(authTimer);
    heartbeat.stop();
    tokenWatch.stop();
    unwatchLease();
    sender.stop();
    stream?.stop();
    place?.();
  }

  webSocket.on('message', receive);
  webSocket.once('close', (code, reason) => {
    dispatch({ type: 'socket-closed' });
    const durationMs = clock.now() - startedAt;
    log.info({ event: 'control.disconnected', code, reason: reason.toString(), durationMs, clientAddress });
  });
}

function parse(data: RawData): ClientMessage | null {
  try {
    return clientMessage.parse(JSON.parse(data.toString()));
  } catch {
    return null;
  }
}
