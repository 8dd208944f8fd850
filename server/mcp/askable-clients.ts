import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import {
  type AuthInfo,
  isInitializeRequest,
  type McpServer,
  type Server,
} from '@modelcontextprotocol/server';
import type { Lease } from '../sessions/leases.ts';

/** Serves one request of a client whose answers are awaited here. */
export type ServeAskable = (
  request: IncomingMessage & { auth?: AuthInfo },
  response: ServerResponse,
  body: unknown,
) => Promise<void>;

export interface AskableClients {
  /** Null for whoever cannot be asked, or is not known here: then any node serves the request, whole in itself. */
  find(request: {
    lease: Lease;
    tokenId: string;
    /** What `Mcp-Session-Id` says. */
    clientId: string | undefined;
    body: unknown;
  }): Promise<ServeAskable | null>;
  stop(): Promise<void>;
}

interface AskableClient {
  readonly tokenId: string;
  readonly transport: NodeStreamableHTTPServerTransport;
  /** Requests under way. */
  open: number;
  idle?: NodeJS.Timeout;
}

const IDLE_MS = 30 * 60_000;
const CLIENTS_PER_TOKEN = 16;

/**
 * Clients that say at `initialize` that they can be asked keep one server of theirs on this node, for the answer
 * to a question comes as a request of its own. Nothing else depends on it: a lost one is served like all others. [AGT-8]
 */
export function createAskableClients(newServer: () => Server | McpServer): AskableClients {
  /** From the longest unused on. */
  const clients = new Map<string, AskableClient>();

  async function open(lease: Lease, tokenId: string): Promise<AskableClient> {
    const ofToken = [...clients.values()].filter((known) => known.tokenId === tokenId);
    if (ofToken.length >= CLIENTS_PER_TOKEN) {
      await (ofToken.find((known) => known.open === 0) ?? ofToken[0])?.transport.close();
    }
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (clientId) => void clients.set(clientId, client),
    });
    const client: AskableClient = { tokenId, transport, open: 0 };
    const close = () => void transport.close();
    const server = newServer();
    await server.connect(transport);
    const closed = transport.onclose;
    transport.onclose = () => {
      closed?.();
      clearTimeout(client.idle);
      lease.signal.removeEventListener('abort', close);
      if (transport.sessionId) clients.delete(transport.sessionId);
    };
    lease.signal.addEventListener('abort', close, { once: true });
    return client;
  }

  function serving(client: AskableClient): ServeAskable {
    const { transport } = client;
    return async (request, response, body) => {
      client.open += 1;
      clearTimeout(client.idle);
      response.once('close', () => {
        client.open -= 1;
        if (client.open > 0) return;
        // One whose `initialize` was refused is never heard of again.
        const isKnown = clients.has(transport.sessionId ?? '');
        client.idle = setTimeout(() => void transport.close(), isKnown ? IDLE_MS : 0).unref();
      });
      await transport.handleRequest(request, response, body);
    };
  }

  return {
    async find({ lease, tokenId, clientId, body }) {
      const known = clients.get(clientId ?? '');
      if (clientId && known?.tokenId === tokenId) {
        clients.delete(clientId);
        clients.set(clientId, known);
        return serving(known);
      }
      return canBeAsked(body) ? serving(await open(lease, tokenId)) : null;
    },
    async stop() {
      await Promise.all([...clients.values()].map(({ transport }) => transport.close()));
    },
  };
}

function canBeAsked(body: unknown): boolean {
  if (!isInitializeRequest(body)) return false;
  const { elicitation, sampling } = body.params.capabilities;
  return (elicitation ?? sampling) !== undefined;
}
