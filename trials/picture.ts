import { RfbClient, webSocketTransport } from '../bench/rfb-client.ts';
import type { RunningServer } from '../server/testing/running-server.ts';
import type { Visitor } from '../server/testing/visitor.ts';
import type { VncTicket } from '../shared/api.ts';

export interface Picture {
  /** Updates since the last call, and the longest time without one. */
  take(): { frames: number; longestSilenceMs: number };
  close(): void;
}

/** A VNC stream as noVNC would ask for it, through a ticket of its own; says when it drops. */
export async function watchPicture(
  server: RunningServer,
  visitor: Visitor,
  token: string,
  onDrop: (why: string) => void,
): Promise<Picture> {
  const { sessionId, browser } = visitor;
  const authorization = `Bearer ${token}`;
  const path = `/api/sessions/${sessionId}/vnc-ticket`;
  const ticket = await browser.post<VncTicket>(path, { mode: 'view' }, { authorization });
  if (ticket.status !== 201) throw new Error(`no ticket: ${ticket.status}`);
  const url = server.url.replace('http', 'ws').concat(`/vnc/${sessionId}`);
  const transport = webSocketTransport(url, ticket.body.ticket, server.url);
  const client = await RfbClient.connect(transport, { encodings: 'noVNC' });
  let isWanted = true;
  let frames = 0;
  let longestSilenceMs = 0;
  let lastAtMs = performance.now();
  client.on('update', ({ atMs }) => {
    frames++;
    longestSilenceMs = Math.max(longestSilenceMs, atMs - lastAtMs);
    lastAtMs = atMs;
    client.wantNextUpdate();
  });
  client.on('closed', ({ code, reason }) => {
    if (isWanted) onDrop(`${code} ${reason}`);
  });
  client.requestUpdate(false);
  return {
    take() {
      const seen = {
        frames,
        longestSilenceMs: Math.max(longestSilenceMs, performance.now() - lastAtMs),
      };
      frames = 0;
      longestSilenceMs = 0;
      return seen;
    },
    close() {
      isWanted = false;
      client.close();
    },
  };
}
