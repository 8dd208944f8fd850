import { once } from 'node:events';
import { expect, test } from '@playwright/test';
import { type Rectangle, RfbClient, webSocketTransport } from '../bench/rfb-client.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { seeded } from '../server/testing/seeded.ts';
import { startTestPages, type TestPages } from '../server/testing/test-pages.ts';
import { buySession, type Visitor } from '../server/testing/visitor.ts';
import type { VncTicket } from '../shared/api.ts';
import type { TaskView } from '../shared/task.ts';

const COLOURS = ['d02020', '20a020', '2020d0', 'd0a020', 'a020d0', '20a0d0', '606060', 'f0f0f0'];
const ROUNDS = 60;

let pages: TestPages;
let server: RunningServer;

test.beforeAll(async () => {
  pages = await startTestPages();
  server = await startServer({ EGRESS_ALLOW_PRIVATE: pages.host, MAX_SESSIONS: '8', WARM_DESKTOPS: '0' });
});
test.afterAll(async () => {
  await server?.stop();
  await pages?.stop();
});

const ticketFor = async ({ browser, sessionId, bearer }: Visitor, mode: 'control' | 'view' = 'view') =>
  (await browser.post<VncTicket>(`/api/sessions/${sessionId}/vnc-ticket`, { mode }, bearer)).body.ticket;

function view(sessionId: string, ticket: string): Promise<RfbClient> {
  const url = server.url.replace('http', 'ws').concat(`/vnc/${sessionId}`);
  return RfbClient.connect(webSocketTransport(url, ticket, server.url));
}

async function frame(client: RfbClient): Promise<Rectangle[]> {
  const updated = once(client, 'update');
  client.requestUpdate(false);
  const [update] = (await updated) as [{ rectangles: Rectangle[] }];
  return update.rectangles;
}

/** Pixels of the page's own area that are not `colour`; the browser's bars above are left out. */
function wrongPixels(rectangles: Rectangle[], colour: string): number {
  const wanted = Number.parseInt(colour, 16);
  let wrong = 0;
  for (const { y, width, height, pixels } of rectangles) {
    for (let row = Math.max(0, 200 - y); row < height; row++) {
      for (let column = 0; column < width; column++) {
        const at = (row * width + column) * 4;
        // Blue comes first; the fourth byte says nothing.
        if (pixels.readUIntLE(at, 3) !== wanted) wrong++;
      }
    }
  }
  return wrong;
}

/** Xvnc draws the pointer into the picture of a client that draws none: out of what is compared. */
async function moveThePointerAway(visitor: Visitor): Promise<void> {
  const owner = await view(visitor.sessionId, await ticketFor(visitor, 'control'));
  owner.sendPointer(5, 5);
  await frame(owner);
  owner.close();
}

async function paint(visitor: Visitor, colour: string): Promise<void> {
  const path = `/api/sessions/${visitor.sessionId}/tasks`;
  const playbook = { steps: [{ navigate: `${pages.url}/colour?c=${colour}` }] };
  const { body: task } = await visitor.browser.post<TaskView>(path, { playbook }, visitor.bearer);
  const status = async () =>
    (await visitor.browser.get<TaskView>(`${path}/${task.id}`, visitor.bearer)).body.status;
  await expect.poll(status, { timeout: 30_000 }).toBe('succeeded');
}

test('[VNC-6] eight streams side by side, tickets crossed, reconnects at random: no wrong pixel', async () => {
  test.setTimeout(180_000);
  const visitors: Visitor[] = [];
  for (const _ of COLOURS) visitors.push(await buySession(server));
  const isLive = (wanted: Visitor) =>
    server.log.some(({ event, sessionId }) => event === 'session.live' && sessionId === wanted.sessionId);
  await expect.poll(() => visitors.filter(isLive).length, { timeout: 60_000 }).toBe(COLOURS.length);
  for (const [index, visitor] of visitors.entries()) await paint(visitor, COLOURS[index] as string);

  const random = seeded(6);
  const draw = () => Math.floor(random() * COLOURS.length);
  const viewers: (RfbClient | undefined)[] = [];
  for (const [index, visitor] of visitors.entries()) {
    await moveThePointerAway(visitor);
    viewers[index] = await view(visitor.sessionId, await ticketFor(visitor));
    // The page may be painted a moment after its task is done.
    const wrong = async () => wrongPixels(await frame(viewers[index] as RfbClient), COLOURS[index] as string);
    await expect.poll(wrong, { timeout: 10_000 }).toBe(0);
  }

  let wrong = 0;
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [own, other] = [draw(), draw()];
    const [visitor, stranger] = [visitors[own] as Visitor, visitors[other] as Visitor];
    if (round % 3 === 0 && own !== other) {
      const crossed = view(stranger.sessionId, await ticketFor(visitor));
      await expect(crossed).rejects.toThrow('403');
      refused++;
    }
    if (round % 2 === 0) {
      viewers[own]?.close();
      viewers[own] = await view(visitor.sessionId, await ticketFor(visitor));
    }
    // All at once: what could cross would cross here.
    const seen = await Promise.all(viewers.map((viewer) => frame(viewer as RfbClient)));
    for (const [index, rectangles] of seen.entries())
      wrong += wrongPixels(rectangles, COLOURS[index] as string);
  }
  console.log(`    ${ROUNDS} rounds of 8 frames, ${refused} crossed tickets: ${wrong} wrong pixels`);
  for (const viewer of viewers) viewer?.close();
  expect(refused).toBeGreaterThan(5);
  expect(wrong).toBe(0);
  expect(server.errors()).toEqual([]);
});
