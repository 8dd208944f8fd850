import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { CLOSE, type Close } from '../shared/close-codes.ts';
import type { TokenClaims, Tokens } from './auth/tokens.ts';
import type { Desktop } from './drivers/driver.ts';
import type { Clock } from './lib/clock.ts';
import { UpgradeRefused } from './lib/errors.ts';
import type { Log } from './lib/log.ts';
import type { Places } from './lib/places.ts';
import { startHeartbeat } from './realtime/heartbeat.ts';
import type { Lease, Leases } from './sessions/leases.ts';
import type { Upgrade, UpgradeRoute } from './upgrade.ts';
import { watchAuthorization } from './vnc/authorization.ts';
import { createClientFraming } from './vnc/client-framing.ts';
import { type Display, dial } from './vnc/dial.ts';
import { watchGuest } from './vnc/guest-watch.ts';
import { type HumanReport, watchHumanInput } from './vnc/human-input.ts';
import { startPump } from './vnc/pump.ts';

export interface VncProxyDeps {
  validateJWTToken: Tokens['validateJWTToken'];
  leases: Pick<Leases, 'acquire'>;
  /** False when the ticket was used before, here or on another node. */
  spendTicket(tokenId: string, expiresAt: Date): Promise<boolean>;
  /** Null until the session's desktop can be dialled. */
  desktopOf(sessionId: string): Promise<Desktop | null>;
  /** A key or a button went down in a viewer that may act. [AGT-4] */
  onHumanInput(sessionId: string, report: HumanReport): Promise<void>;
  /** False once a guest's link was taken back. */
  isShareAlive(shareId: string): Promise<boolean>;
  viewersOfSession: Places;
  /** How long a picture lives on its ticket alone. [AUTH-6] */
  accessTokenMs: number;
  heartbeatMs: number;
  clock: Clock;
  log: Log;
}

const PROTOCOL = 'binary';
const MAX_PAYLOAD_BYTES = 512 * 1024;

/** wss /vnc/:sessionId — ticket → lease → display → tunnel. [VNC-1] */
export function createVncProxy(deps: VncProxyDeps): UpgradeRoute {
  return {
    path: '/vnc/:sessionId',
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    subprotocol: PROTOCOL,

    async handle(upgrade) {
      const ticket = readTicket(upgrade.request);
      if (!ticket) throw new UpgradeRefused(401, 'ticket-missing');

      const claims = await deps.validateJWTToken(ticket, 'vnc'); // throws TokenRefused: 401
      const { sessionId } = claims;
      if (sessionId !== upgrade.params.sessionId) throw new UpgradeRefused(403, 'ticket-for-another-session');

      const isFirstUse = await deps.spendTicket(claims.tokenId, claims.expiresAt);
      if (!isFirstUse) throw new UpgradeRefused(403, 'ticket-used'); // [AUTH-5]

      const lease = await deps.leases.acquire(sessionId);
      if (!lease || lease.signal.aborted) throw new UpgradeRefused(403, 'session-not-live');

      const desktop = await deps.desktopOf(sessionId);
      if (!desktop) throw new UpgradeRefused(503, 'desktop-not-ready');

      const place = deps.viewersOfSession.take(sessionId);
      if (!place) throw new UpgradeRefused(429, 'too-many-connections');
      let display: Display | undefined;
      try {
        display = await dial(desktop.rfb, upgrade.signal);
        if (lease.signal.aborted) throw new UpgradeRefused(403, 'session-not-live');
        const viewer = await upgrade.accept();
        viewer.once('close', place);
        tunnel(deps, { viewer, display, lease, claims, upgrade });
      } catch (error) {
        display?.socket.destroy();
        place();
        throw error;
      }
    },
  };
}

/** Carries the picture until viewer, display or lease ends; each ends the other two's part in it. */
function tunnel(
  deps: VncProxyDeps,
  connection: { viewer: WebSocket; display: Display; lease: Lease; claims: TokenClaims; upgrade: Upgrade },
): void {
  const { viewer, display, lease, claims, upgrade } = connection;
  const mode = claims.mode ?? 'view';
  const startedAt = deps.clock.now();
  const { requestId } = upgrade;
  const { sessionId } = lease;
  const log = deps.log.child({ requestId, sessionId, userId: claims.buyerId, agentId: claims.agentId });

  const close = (ending: Close) => {
    pump.stop();
    display.socket.destroy();
    viewer.close(ending.code, ending.reason);
  };
  const leaseEnded = () => close(lease.signal.reason as Close);
  const humanInput = watchHumanInput(lease, deps);
  const pump = startPump(
    viewer,
    display,
    createClientFraming(mode, humanInput.acted),
    humanInput.takeover,
    close,
  );
  const heartbeat = startHeartbeat({
    heartbeatMs: deps.heartbeatMs,
    clock: deps.clock,
    ping: () => viewer.ping(),
    onDead: () => viewer.terminate(),
  });

  const authorization = watchAuthorization({
    untilMs: () => Math.max(startedAt + deps.accessTokenMs, lease.authorizedUntilMs),
    clock: deps.clock,
    onLapsed: () => close(CLOSE.authenticate),
  });
  const guest = watchGuest({
    ...{ claims, log },
    isShareAlive: deps.isShareAlive,
    onRevoked: () => close(CLOSE.revoked),
  });

  viewer.on('message', heartbeat.heard).on('pong', heartbeat.heard);
  viewer.once('close', (code, reason) => {
    pump.stop();
    humanInput.stop();
    heartbeat.stop();
    authorization.stop();
    guest.stop();
    display.socket.destroy();
    lease.signal.removeEventListener('abort', leaseEnded);
    log.info({
      event: 'vnc.disconnected',
      code,
      reason: reason.toString(),
      durationMs: deps.clock.now() - startedAt,
      ...pump.counts,
    });
  });
  lease.signal.addEventListener('abort', leaseEnded, { once: true });
  log.info({ event: 'vnc.connected', mode, clientAddress: upgrade.clientAddress });

  // It may have ended between the last guard and this listener.
  if (lease.signal.aborted) leaseEnded();
  else if (display.socket.destroyed) close({ ...CLOSE.tryLater, reason: 'desktop-unavailable' });
}

/** The ticket travels as a subprotocol: no address, referrer or access log ever holds it. [AUTH-5] */
function readTicket(request: IncomingMessage): string | undefined {
  const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  if (!offered.includes(PROTOCOL)) return undefined;
  return offered.find((name) => name.startsWith('ticket.'))?.slice('ticket.'.length);
}
