import type { WebSocket } from 'ws';
import { CLOSE, type Close } from '../../shared/close-codes.ts';
import type { ApiTokens } from '../auth/api-tokens.ts';
import type { Db } from '../db/database.ts';
import type { Desktop } from '../drivers/driver.ts';
import type { Clock } from '../lib/clock.ts';
import { UpgradeRefused } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { Places } from '../lib/places.ts';
import type { OutsideAgent } from '../outside/begin-call.ts';
import type { OutsideCalls } from '../outside/outside-calls.ts';
import { OutsideRefused } from '../outside/refused.ts';
import { watchToken } from '../outside/watch-token.ts';
import { startHeartbeat } from '../realtime/heartbeat.ts';
import type { Lease, Leases } from '../sessions/leases.ts';
import type { Upgrade, UpgradeRoute } from '../upgrade.ts';
import { type CallerDeps, callerOf } from './caller.ts';
import { createContexts } from './contexts.ts';
import { dialBrowser } from './dial-browser.ts';
import { createGate } from './gate.ts';
import { writeCommand } from './message.ts';
import { startRelay } from './relay.ts';
import { createWaking } from './waking.ts';

export interface CdpProxyDeps extends CallerDeps {
  db: Db;
  apiTokens: Pick<ApiTokens, 'find' | 'findById' | 'isAlive'>;
  leases: Pick<Leases, 'acquire' | 'onChange'>;
  /** Null until the session's desktop can be dialled. */
  desktopOf(sessionId: string): Promise<Desktop | null>;
  calls: OutsideCalls;
  clientsOfSession: Places;
  /** Without a command for so long, other tasks may go on. */
  restMs?: number;
  heartbeatMs: number;
  clock: Clock;
  log: Log;
}

/** A client library sends whole scripts, and files as bytes. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;
/** Of the smallest packets, as many as that payload takes. */
const MAX_BUFFERED_CHUNKS = 8 * 1024;

/** wss /cdp/:sessionId — API token → lease → browser → relay. [AGT-8] */
export function createCdpProxy(deps: CdpProxyDeps): UpgradeRoute {
  return {
    path: '/cdp/:sessionId',
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    forPrograms: true,

    async handle(upgrade) {
      const { sessionId = '' } = upgrade.params;
      const agent = await callerOf(deps, upgrade.request, sessionId);

      const lease = await deps.leases.acquire(sessionId);
      if (!lease || lease.signal.aborted) throw new UpgradeRefused(403, 'session-not-live');

      const desktop = await deps.desktopOf(sessionId);
      if (!desktop) throw new UpgradeRefused(503, 'desktop-not-ready');

      const place = deps.clientsOfSession.take(sessionId);
      if (!place) throw new UpgradeRefused(429, 'too-many-connections');
      let browser: WebSocket | undefined;
      try {
        browser = await dialBrowser(desktop.cdp, upgrade.signal);
        if (lease.signal.aborted) throw new UpgradeRefused(403, 'session-not-live');
        const client = await upgrade.accept();
        client.once('close', place);
        connect(deps, { client, browser, lease, agent, upgrade });
      } catch (error) {
        browser?.terminate();
        place();
        throw error;
      }
    },
  };
}

/** Relays until client, browser, lease or token ends; each ends the others' part in it. */
function connect(
  deps: CdpProxyDeps,
  connection: { client: WebSocket; browser: WebSocket; lease: Lease; agent: OutsideAgent; upgrade: Upgrade },
): void {
  const { client, browser, lease, agent, upgrade } = connection;
  const { sessionId, agentId } = lease;
  const { tokenId } = agent;
  const { clock } = deps;
  const log = deps.log.child({ sessionId, agentId, apiTokenId: tokenId });
  const startedAt = clock.now();
  const ended = new AbortController();

  const close = (ending: Close) => {
    relay.stop();
    client.close(ending.code, ending.reason);
    browser.terminate();
  };
  const leaseEnded = () => close(lease.signal.reason as Close);
  const gate = createGate({
    ...deps,
    ...{ lease, agent, signal: ended.signal },
    onHandedBack: () => relay.startOver(),
  });
  const waking = createWaking((command) => browser.send(writeCommand(command)));
  const relay = startRelay({
    ...{ client, browser, gate, waking, clock, contexts: createContexts() },
    onEnd: close,
    onFailure: (error) => log.warn({ event: 'cdp.gate-failed', err: error }),
  });
  const heartbeat = startHeartbeat({
    ...{ heartbeatMs: deps.heartbeatMs, clock },
    ping: () => client.ping(),
    onDead: () => client.terminate(),
  });
  const token = watchToken({
    ...{ tokenId, log },
    isAlive: deps.apiTokens.isAlive,
    onRevoked: () => close(CLOSE.revoked),
  });

  client.on('message', heartbeat.heard).on('pong', heartbeat.heard);
  client.once('close', (code, reason) => {
    relay.stop();
    waking.stop();
    heartbeat.stop();
    token.stop();
    ended.abort(new OutsideRefused('client-gone'));
    browser.terminate();
    lease.signal.removeEventListener('abort', leaseEnded);
    void gate.stop();
    const durationMs = clock.now() - startedAt;
    log.info({ event: 'cdp.disconnected', code, reason: reason.toString(), durationMs, ...relay.counts });
  });
  lease.signal.addEventListener('abort', leaseEnded, { once: true });
  log.info({ event: 'cdp.connected', clientAddress: upgrade.clientAddress });

  // Either may have ended between the last guard and these listeners.
  if (lease.signal.aborted) leaseEnded();
  else if (browser.readyState !== browser.OPEN) close({ ...CLOSE.tryLater, reason: 'browser-gone' });
}
