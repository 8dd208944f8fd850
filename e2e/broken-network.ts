import { type Browser, expect, type Page, test } from '@playwright/test';
import { type FaultProxy, startFaultProxy } from '../server/testing/fault-proxy.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { startTestPages } from '../server/testing/test-pages.ts';
import { fillCard, startCheckout } from './pay.ts';
import { PictureWatch } from './picture-watch.ts';
import { RemoteScreen } from './remote-screen.ts';

export interface BrokenNetwork {
  page: Page;
  proxy: FaultProxy;
  server: RunningServer;
  watch: PictureWatch;
  /** Something happens in the session, beside the network: picture and control must be there in time. */
  expectLive(sinceMs: number, limit: { pictureMs: number; controlMs: number }): Promise<void>;
  /** Nothing was said on the console but what a cut network makes a browser say, and no error logged. [UI-5] */
  expectQuiet(): void;
  stop(): Promise<void>;
}

/** What a browser itself prints about sockets that a cut network refuses it. */
const CUT_NETWORK = /net::ERR_|WebSocket connection to '[^']+' failed/;

/** A buyer's live page in a real browser, its picture moving, behind a network that a test breaks. */
export async function openBehindFaults(browser: Browser): Promise<BrokenNetwork> {
  const said: string[] = [];
  let bearer = '';
  let holder = 'human';
  const pages = await startTestPages();
  const target = { port: 0 };
  const proxy = await startFaultProxy(target);
  const origin = `http://127.0.0.1:${proxy.port}`;
  const server = await startServer({ PUBLIC_URL: origin, EGRESS_ALLOW_PRIVATE: pages.host });
  target.port = Number(new URL(server.url).port);
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    bearer = request.headers().authorization ?? bearer;
  });
  const watch = new PictureWatch(page);
  await page.goto(origin);
  await startCheckout(page);
  await fillCard(page);
  await page.waitForURL(/\/s\/ses_/, { timeout: 15_000 });
  const screen = new RemoteScreen(page);
  await screen.shown();
  await screen.goTo(`${pages.url}/ticker`);
  await expect.poll(() => pages.hits, { timeout: 15_000 }).toContain('GET /ticker');
  await watch.start();
  await watch.moves();
  expect(said).toEqual([]);

  async function changeControl(): Promise<void> {
    holder = holder === 'human' ? 'agent' : 'human';
    const sessionId = new URL(page.url()).pathname.split('/').at(-1);
    const answer = await fetch(`${server.url}/api/sessions/${sessionId}/control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: bearer, origin },
      body: JSON.stringify({ holder }),
    });
    expect(answer.status).toBe(200);
  }

  return {
    ...{ page, proxy, server, watch },
    async expectLive(sinceMs, limit) {
      await changeControl();
      const took = await watch.recovered(sinceMs);
      test.info().annotations.push({ type: 'recovered', description: JSON.stringify(took) });
      console.log(`    ${test.info().title}: picture ${took.pictureMs} ms, control ${took.controlMs} ms`);
      expect(took.pictureMs).toBeLessThanOrEqual(limit.pictureMs);
      expect(took.controlMs).toBeLessThanOrEqual(limit.controlMs);
    },
    expectQuiet() {
      expect(said.filter((line) => !CUT_NETWORK.test(line))).toEqual([]);
      expect(server.errors()).toEqual([]);
    },
    async stop() {
      await page.close();
      await proxy.stop();
      await server.stop();
      await pages.stop();
    },
  };
}
