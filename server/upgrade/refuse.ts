import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '../../shared/problem.ts';
import { TokenRefused } from '../auth/tokens.ts';
import { UpgradeRefused } from '../lib/errors.ts';

/** What a person who reads the refusal can do about it. */
const DETAILS: Record<string, string> = {
  'not-a-websocket-path': 'No WebSocket is served at this path.',
  'origin-not-allowed': 'Open the page from its own address; other origins may not connect.',
  'too-many-attempts': 'Wait a minute before connecting again.',
  'too-many-connections': 'Close another connection first.',
  'ticket-missing': 'Ask for a VNC ticket and pass it as the subprotocol "ticket.<jwt>" beside "binary".',
  'ticket-for-another-session': 'Ask for a ticket of this session.',
  'ticket-used': 'A ticket opens one connection; ask for a new one.',
  'api-token-missing': 'Send an API token with the scope cdp as "Authorization: Bearer oda_…".',
  'api-token-invalid': 'This API token is unknown, revoked or expired.',
  'token-for-another-session': 'This API token opens another session.',
  'scope-missing': 'This API token lacks the scope cdp.',
  'token-expired': 'Ask for a new one and connect again.',
  'token-invalid': 'Sign in again.',
  'session-not-live': 'The session has ended.',
  'desktop-not-ready': 'The desktop is starting; try again in a moment.',
  'upgrade-timeout': 'The server took too long; try again in a moment.',
  restarting: 'The server is restarting; try again in a moment.',
  unavailable: 'The server cannot answer now; try again in a moment.',
};

/** The answer to whatever went wrong before the upgrade; the unexpected tells the client nothing. */
export function refusalOf(error: unknown): UpgradeRefused {
  if (error instanceof UpgradeRefused) return error;
  if (error instanceof TokenRefused) return new UpgradeRefused(401, error.code, { cause: error });
  return new UpgradeRefused(503, 'unavailable', { cause: error });
}

/** Answers an upgrade with plain HTTP and ends the socket. [VNC-1] */
export function writeRefusal(socket: Duplex, { status, code }: UpgradeRefused): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const title = STATUS_CODES[status] ?? 'Refused';
  const problem: Problem = { type: 'about:blank', title, status, code, detail: DETAILS[code] ?? title };
  const body = JSON.stringify(problem);
  // The peer may keep its half open for ever; our answer written, there is nothing more to hear.
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${title}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      '',
      body,
    ].join('\r\n'),
  );
}
