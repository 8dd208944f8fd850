import { once } from 'node:events';
import WebSocket from 'ws';
import type { CheckoutCreated, SignedIn, VncTicket } from '../../shared/api.ts';
import type { ServerMessage } from '../../shared/protocol.ts';
import { Browser } from './browser.ts';
import type { RunningServer } from './running-server.ts';

export interface Visitor {
  browser: Browser;
  signedIn: SignedIn;
  sessionId: string;
  checkoutSessionId: string;
  /** Headers of a signed-in call. */
  bearer: { authorization: string };
}

/** A paid and claimed session over the public API, without a page. */
export async function buySession(server: RunningServer, browser = new Browser(server.url)): Promise<Visitor> {
  await browser.get('/');
  const { body: checkout } = await browser.post<CheckoutCreated>('/api/checkout');
  await pay(server, checkout.checkoutSessionId);
  const { body: signedIn } = await browser.post<SignedIn>('/api/checkout/claim', {
    checkoutSessionId: checkout.checkoutSessionId,
  });
  return {
    browser,
    signedIn,
    sessionId: signedIn.session.id,
    checkoutSessionId: checkout.checkoutSessionId,
    bearer: { authorization: `Bearer ${signedIn.accessToken}` },
  };
}

/** Pays a Checkout as its page would. */
export const pay = (server: RunningServer, checkoutSessionId: string): Promise<void> =>
  tellStripe(server, `pay/${checkoutSessionId}`, {});

/** One of the sandbox's verbs: what a bank, a buyer or a broken network would do. */
export async function tellStripe(server: RunningServer, verb: string, body: object): Promise<void> {
  const answer = await fetch(`${server.sandboxUrl}/_sandbox/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`the sandbox refused ${verb}: ${await answer.text()}`);
}

export interface OpenSocket {
  socket: WebSocket;
  closed: Promise<{ code: number; reason: string; at: number }>;
}

function watched(socket: WebSocket): OpenSocket {
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code, reason]) => ({
    code: code as number,
    reason: String(reason),
    at: Date.now(),
  }));
  return { socket, closed };
}

function unlessClosed({ closed }: OpenSocket, waited: Promise<unknown>): Promise<unknown> {
  const lost = closed.then(({ code, reason }) => Promise.reject(new Error(`closed with ${code} ${reason}`)));
  return Promise.race([waited, lost]);
}

/** An authenticated control socket that answers pings; resolves once the session is live. */
export async function openControl(server: RunningServer, visitor: Visitor): Promise<OpenSocket> {
  const socket = new WebSocket(server.url.replace('http', 'ws').concat('/ws'), { origin: server.url });
  const open = watched(socket);
  const live = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ServerMessage;
      if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong', id: message.id })); // [RT-1]
      const inSnapshot = message.type === 'snapshot' && message.session.status === 'live';
      if (inSnapshot || (message.type === 'event' && message.event.type === 'session.live')) resolve();
    });
  });
  await once(socket, 'open');
  const { agentId } = visitor.signedIn.session;
  socket.send(JSON.stringify({ type: 'auth', token: visitor.signedIn.accessToken, agentId, after: null }));
  await unlessClosed(open, live);
  return open;
}

/** A VNC socket that has heard the display's first bytes. */
export async function openPicture(server: RunningServer, visitor: Visitor): Promise<OpenSocket> {
  const path = `/api/sessions/${visitor.sessionId}/vnc-ticket`;
  const { body } = await visitor.browser.post<VncTicket>(path, { mode: 'control' }, visitor.bearer);
  const socket = new WebSocket(
    server.url.replace('http', 'ws').concat(`/vnc/${visitor.sessionId}`),
    ['binary', `ticket.${body.ticket}`],
    { origin: server.url },
  );
  const open = watched(socket);
  await unlessClosed(open, once(socket, 'message'));
  return open;
}
