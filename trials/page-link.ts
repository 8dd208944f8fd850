import WebSocket from 'ws';
import { SessionToken } from '../client/src/lib/session-token.ts';
import { nodeLink } from '../client/src/lib/testing/node-link.ts';
import type { WebSocketClientOptions } from '../client/src/lib/websocket.ts';
import type { RunningServer } from '../server/testing/running-server.ts';
import type { Visitor } from '../server/testing/visitor.ts';
import type { SignedIn } from '../shared/api.ts';

export interface PageLink {
  client: ReturnType<typeof nodeLink>['client'];
  /** A token that lives: for the page's other calls. */
  token(): Promise<string>;
  /** How often the server has accepted this page's proof: the first time, and every renewal. [AUTH-6] */
  readonly proofs: number;
  breakSocket(): void;
}

type Handlers = Pick<WebSocketClientOptions, 'onState' | 'onMessage'>;

/** The page's own control link and token, outside a page, at a real server. */
export function openPageLink(
  server: RunningServer,
  visitor: Visitor,
  handlers: Handlers,
  localAddress?: string,
): PageLink {
  const refresh = async (sessionId: string): Promise<SignedIn> => {
    const { status, body } = await visitor.browser.post<SignedIn>('/api/auth/refresh', { sessionId });
    if (status !== 200) throw new Error(`refresh answered ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const token = new SessionToken(visitor.signedIn, refresh, (run) => run());
  let proofs = 0;
  let socket: WebSocket | null = null;
  const { client } = nodeLink({
    url: server.url.replace('http', 'ws').concat('/ws'),
    authenticatedAgentId: visitor.signedIn.session.agentId,
    tokenRefreshCallback: (rejected) => token.get(rejected),
    openSocket: (url) => {
      socket = new WebSocket(url, {
        origin: server.url,
        perMessageDeflate: false,
        ...(localAddress && { localAddress }),
      });
      socket.on('error', () => undefined); // `close` follows
      socket.on('message', (data) => {
        if (String(data).startsWith('{"type":"auth_ok"')) proofs++;
      });
      return socket as unknown as ReturnType<NonNullable<WebSocketClientOptions['openSocket']>>;
    },
    ...handlers,
  });
  client.connect();
  return {
    client,
    token: () => token.get(),
    get proofs() {
      return proofs;
    },
    breakSocket: () => socket?.terminate(),
  };
}
