import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair } from 'jose';
import type { ApiScope } from '../../shared/access.ts';
import { createApiTokens } from '../auth/api-tokens.ts';
import { createSessionGuard } from '../auth/session-guard.ts';
import { useTicketOnce } from '../auth/tickets.ts';
import { createTokens } from '../auth/tokens.ts';
import { createHttp } from '../http.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { type McpRoutes, mcpRoutes } from '../mcp/mcp-routes.ts';
import { createOutsideDoors } from '../outside/doors.ts';
import { cdpRoutes } from '../routes/cdp.ts';
import { taskRoutes } from '../routes/tasks.ts';
import { createUpgradeHandler, UPGRADE_LIMITS } from '../upgrade.ts';
import { type AgentRig, startAgentRig } from './agent-rig.ts';

/** An agent's rig with the doors for outside agents: `/cdp` and `/mcp` over real HTTP. */
export interface OutsideRig extends AgentRig {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** A token of a session of its own, or of `sessionId`. */
  newToken(scopes: ApiScope[], sessionId?: string): Promise<{ sessionId: string; id: string; token: string }>;
  revokeToken(sessionId: string, tokenId: string): Promise<void>;
  /** An address at which every caller is taken for the bearer of `token`, for clients that send no header. */
  openDoor(token: string): Promise<string>;
  logText(): string;
  logLines(): Record<string, unknown>[];
}

export async function startOutsideRig(
  options: { newMcpServer?: McpRoutes['newMcpServer'] } = {},
): Promise<OutsideRig> {
  const rig = await startAgentRig();
  const { db, leases, sessions, runner, chromium } = rig;
  const lines: string[] = [];
  const log = createLog('debug', 'json', { write: (line: string) => void lines.push(line) });
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const keys = { signing: { kid: 'k', key: privateKey }, verifying: new Map([['k', publicKey]]) };
  const tokens = createTokens(keys, systemClock);
  const apiTokens = createApiTokens(db);
  const requireSession = createSessionGuard({ tokens, apiTokens, leases, sessions });
  const desktopOf = async () => ({ desktopId: 'dsk_test', rfb: { path: '/nowhere' }, cdp: chromium.cdp });
  const outside = createOutsideDoors({
    ...{ db, leases, sessions, runner, desktopOf, apiTokens, log, release: 'test', clock: systemClock },
    validateJWTToken: tokens.validateJWTToken,
    spendTicket: (tokenId, expiresAt) => useTicketOnce(db, tokenId, expiresAt),
    ...{ heartbeatMs: 30_000, restMs: 500 },
  });

  const doors: Server[] = [];
  const allowedOrigins = new Set<string>();
  const http = await createHttp({ log, trustProxy: false, allowedOrigins, release: 'test', secure: false });
  taskRoutes(http, { runner, sessions, requireSession });
  cdpRoutes(http, { requireSession, tokens, desktopOf, publicUrl: undefined });
  mcpRoutes(http, {
    ...{ requireSession, apiTokens, log, clock: systemClock, publicUrl: undefined },
    newMcpServer: options.newMcpServer ?? outside.newMcpServer,
  });
  const upgrades = createUpgradeHandler({
    ...{ allowedOrigins, log, clock: systemClock, limits: UPGRADE_LIMITS },
    clientAddress: (request) => request.socket.remoteAddress ?? '',
    routes: [outside.cdpProxy],
  });
  upgrades.attach(http.server);
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  allowedOrigins.add(url);

  return {
    ...rig,
    url,
    async newToken(scopes, sessionId) {
      const id = sessionId ?? (await rig.newSession());
      const { token, view } = await apiTokens.create(id, { name: 'My agent', scopes, expiresAt: null });
      return { sessionId: id, id: view.id, token };
    },
    async revokeToken(sessionId, tokenId) {
      await apiTokens.revoke(sessionId, tokenId);
    },
    async openDoor(token) {
      const door = createServer((request, response) => {
        request.headers.authorization = `Bearer ${token}`;
        http.server.emit('request', request, response);
      });
      doors.push(door);
      await once(door.listen(0, '127.0.0.1'), 'listening');
      const address = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
      allowedOrigins.add(address);
      return address;
    },
    logText: () => lines.join(''),
    logLines: () => lines.map((line) => JSON.parse(line)),
    async stop() {
      for (const door of doors) {
        door.closeAllConnections();
        await once(door.close(), 'close');
      }
      await upgrades.stop();
      await outside.stop();
      await http.close();
      await rig.stop();
    },
  };
}
