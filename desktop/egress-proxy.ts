import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { CONFINED, type EgressConfinement } from './confinement.ts';
import type { Address, EgressDecision, EgressPolicy } from './egress-policy.ts';

const CONNECTIONS_MAX = 256;
const HEADER_BYTES_MAX = 32 * 1024;
const CONNECT_TIMEOUT_MS = 15_000;
/** Longer than any sane keep-alive of a WebSocket; a forgotten tunnel must not hold a slot for a day. */
const IDLE_TIMEOUT_MS = 30 * 60_000;
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

interface Door {
  policy: EgressPolicy;
  confinement: EgressConfinement;
  /** Tunnels and requests under way, and where they lead. */
  ways: Map<{ destroy(): void }, Destination>;
}

type Destination = { url: string } | { host: string; port: number };

/** The desktop's only way out. Every request, and so every hop of a redirect, is judged anew. [ISO-4] */
export function startEgressProxy(
  path: string,
  policy: EgressPolicy,
  confinement: EgressConfinement,
): Promise<{ close(): void }> {
  const open = new Set<Socket>();
  const door: Door = { policy, confinement, ways: new Map() };
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: 30_000, requestTimeout: 0 });
  server.maxConnections = CONNECTIONS_MAX;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  server.on('connect', (incoming, socket, head) => {
    tunnel(door, incoming.url ?? '', socket as Socket, head).catch(() => socket.destroy());
  });
  server.on('request', (incoming, outgoing) => {
    forward(door, incoming, outgoing).catch(() => outgoing.destroy());
  });
  // What was open before is cut too: what other tabs keep open would be a way around.
  const stopLooking = confinement.onChange(() => {
    for (const [way, to] of door.ways) if (confinement.refusal(to) !== null) way.destroy();
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () =>
      resolve({
        close() {
          stopLooking();
          server.close();
          for (const socket of open) socket.destroy();
        },
      }),
    );
  });
}

/** The policy's answer, unless the task that runs may not go there. */
async function decide(door: Door, to: Destination, host: string, port: number): Promise<EgressDecision> {
  const decision = await door.policy(host, port);
  // Asked last, and at once before the way is noted: what is confined meanwhile finds it in the list.
  const refusal = door.confinement.refusal(to);
  return refusal === null ? decision : { allowed: false, status: 403, reason: refusal };
}

async function tunnel(door: Door, authority: string, client: Socket, head: Buffer): Promise<void> {
  const target = /^(.*):(\d{1,5})$/.exec(authority);
  const to = { host: target?.[1] ?? '', port: Number(target?.[2]) };
  const decision: EgressDecision = target
    ? await decide(door, to, to.host, to.port)
    : { allowed: false, status: 403, reason: 'the request names no host and port' };
  if (client.destroyed) return;
  if (!decision.allowed) {
    const body = refusalPage(decision.reason);
    client.end(
      `HTTP/1.1 ${decision.status} ${decision.status === 403 ? 'Forbidden' : 'Bad Gateway'}\r\n` +
        `content-type: text/html; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `connection: close\r\n\r\n${body}`,
    );
    return;
  }
  door.ways.set(client, to);
  client.once('close', () => door.ways.delete(client));
  const upstream = connect({
    host: 'checked',
    port: to.port,
    lookup: onlyTo(decision.addresses),
    autoSelectFamily: true,
  });
  const connectTimer = setTimeout(() => upstream.destroy(), CONNECT_TIMEOUT_MS);
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => clearTimeout(connectTimer));
  upstream.on('error', () => {
    if (upstream.connecting || !upstream.bytesRead)
      client.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n');
  });
  upstream.on('connect', () => {
    clearTimeout(connectTimer);
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) upstream.write(head);
    for (const socket of [client, upstream]) socket.setTimeout(IDLE_TIMEOUT_MS, () => socket.destroy());
    pipeline(client, upstream, client, () => {
      client.destroy();
      upstream.destroy();
    });
  });
}

async function forward(door: Door, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url ?? '') : null;
  if (url?.protocol !== 'http:') {
    return answer(outgoing, 400, 'this is a proxy: it takes absolute http addresses and CONNECT');
  }
  const port = Number(url.port || 80);
  const to = { url: url.href };
  const decision = await decide(door, to, url.hostname, port);
  if (!decision.allowed) return answer(outgoing, decision.status, decision.reason);

  door.ways.set(outgoing, to);
  outgoing.once('close', () => door.ways.delete(outgoing));
  const lookup = onlyTo(decision.addresses);
  const upstream = request({
    createConnection: () => connect({ host: 'checked', port, lookup, autoSelectFamily: true }),
    method: incoming.method ?? 'GET',
    path: url.pathname + url.search,
    headers: { ...endToEnd(incoming), host: url.host },
    timeout: IDLE_TIMEOUT_MS,
  });
  const connectTimer = setTimeout(() => upstream.destroy(new Error('timed out')), CONNECT_TIMEOUT_MS);
  upstream.on('socket', (socket) => socket.once('connect', () => clearTimeout(connectTimer)));
  upstream.on('timeout', () => upstream.destroy());
  upstream.on('close', () => clearTimeout(connectTimer));
  upstream.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else answer(outgoing, 502, `${url.host} did not answer`);
  });
  upstream.on('response', (response) => {
    outgoing.writeHead(response.statusCode ?? 502, endToEnd(response));
    pipeline(response, outgoing, () => upstream.destroy());
  });
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

/** Answers every look-up with the addresses that were checked, and never asks a name server again. */
function onlyTo(addresses: readonly Address[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };
}

function endToEnd(message: IncomingMessage): Record<string, string | string[]> {
  const named = String(message.headers.connection ?? '')
    .toLowerCase()
    .split(/\s*,\s*/);
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(message.headersDistinct)) {
    if (value && !HOP_BY_HOP.includes(name) && !named.includes(name)) headers[name] = value;
  }
  return headers;
}

function answer(outgoing: ServerResponse, status: number, reason: string): void {
  outgoing.writeHead(status, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
  outgoing.end(refusalPage(reason));
}

function refusalPage(reason: string): string {
  const text = reason.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const about = reason === CONFINED ? 'Just now' : 'This browser reaches the public internet only:';
  return (
    '<!doctype html><meta charset="utf-8"><title>Not reachable from here</title>' +
    '<body style="font:16px/1.5 system-ui;max-width:36rem;margin:15vh auto;padding:0 1rem">' +
    `<h1>Not reachable from here</h1><p>${about} ${text}.</p>`
  );
}
