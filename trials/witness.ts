import { RfbClient, webSocketTransport } from '../bench/rfb-client.ts';
import type { RunningServer } from '../server/testing/running-server.ts';
import type { Visitor } from '../server/testing/visitor.ts';
import type { SignedIn, VncTicket } from '../shared/api.ts';
import { play } from './play.ts';

/** One buyer's view from outside: signed in by cookie, looking at one pixel of their own browser. */
export interface Witness {
  visitor: Visitor;
  /** The colour that their page, and nobody else's, has: `rrggbb`. */
  colour: string;
}

const LOOK_LIMIT_MS = 3_000;

/** The colour of one point of the picture right now, by a fresh ticket over the product's own door. */
export async function look(server: RunningServer, { visitor }: Witness): Promise<string> {
  const { browser, sessionId } = visitor;
  const refreshed = await browser.post<SignedIn>('/api/auth/refresh', { sessionId });
  if (refreshed.status !== 200) throw new Error(`refresh answered ${JSON.stringify(refreshed.body)}`);
  visitor.signedIn = refreshed.body;
  visitor.bearer = { authorization: `Bearer ${refreshed.body.accessToken}` };
  const path = `/api/sessions/${sessionId}/vnc-ticket`;
  const ticket = await browser.post<VncTicket>(path, { mode: 'view' }, visitor.bearer);
  if (ticket.status !== 201) throw new Error(`no ticket: ${ticket.status}`);
  const address = server.url.replace('http', 'ws').concat(`/vnc/${sessionId}`);
  const client = await RfbClient.connect(webSocketTransport(address, ticket.body.ticket, server.url));
  try {
    return await colourOf(client);
  } finally {
    client.close();
  }
}

function colourOf(client: RfbClient): Promise<string> {
  // Not the middle: the pointer rests there.
  const [x, y] = [client.width / 4, (client.height * 3) / 4];
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no picture in time')), LOOK_LIMIT_MS);
    client.on('update', ({ rectangles }) => {
      const hit = rectangles.find((r) => x >= r.x && x < r.x + r.width && y >= r.y && y < r.y + r.height);
      if (!hit) return;
      clearTimeout(timer);
      const at = ((y - hit.y) * hit.width + (x - hit.x)) * 4;
      const [blue, green, red] = hit.pixels.subarray(at, at + 3);
      resolve(Buffer.of(red ?? 0, green ?? 0, blue ?? 0).toString('hex'));
    });
    client.requestUpdate(false);
  });
}

/** Has the agent open the witness's own page; resolves when it has. */
export async function paint({ visitor, colour }: Witness, pagesUrl: string): Promise<void> {
  await play(visitor, visitor.bearer, [{ navigate: `${pagesUrl}/colour?c=${colour}` }]);
}
