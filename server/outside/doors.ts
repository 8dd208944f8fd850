import type { Server } from '@modelcontextprotocol/server';
import type { TaskRunner } from '../agent/runner.ts';
import { type CdpProxyDeps, createCdpProxy } from '../cdp/cdp-proxy.ts';
import { createPlaces } from '../lib/places.ts';
import { createCallTool } from '../mcp/call-tool.ts';
import { createBrowserServer } from '../mcp/server.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { UpgradeRoute } from '../upgrade.ts';
import { createOutsideCalls } from './outside-calls.ts';

export interface OutsideDoors {
  /** What serves `/mcp`. */
  newMcpServer(): Server;
  /** `wss /cdp/:sessionId` */
  cdpProxy: UpgradeRoute;
  /** Ends what is under way, with words. */
  stop(): Promise<void>;
}

const CDP_CLIENTS_PER_SESSION = 4;

/** Wires both ways in for agents of an owner's own: one hold on the browser behind two protocols. [AGT-8] */
export function createOutsideDoors(
  deps: Omit<CdpProxyDeps, 'calls' | 'clientsOfSession'> & {
    runner: Pick<TaskRunner, 'kick' | 'registry' | 'browsers' | 'decide'>;
    sessions: SessionStore;
    release: string;
  },
): OutsideDoors {
  const { runner, release } = deps;
  const calls = createOutsideCalls({ ...deps, kick: runner.kick });
  const callTool = createCallTool({ ...deps, calls });
  return {
    newMcpServer: () => createBrowserServer({ release, callTool }),
    cdpProxy: createCdpProxy({
      ...deps,
      calls,
      clientsOfSession: createPlaces(CDP_CLIENTS_PER_SESSION),
    }),
    stop: calls.stop,
  };
}
