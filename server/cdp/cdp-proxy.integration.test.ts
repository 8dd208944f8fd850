import { type Browser, chromium, type Page } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskView } from '../agent/task-store.ts';
import { type CdpAnswer, CdpClient } from '../testing/cdp-client.ts';
import { type OutsideRig, startOutsideRig } from '../testing/outside-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: OutsideRig;
let site: TaskPages;

beforeAll(async () => {
  rig = await startOutsideRig();
  site = await serveTaskPages({
    '/form': `<label>Name <input id=name></label>
      <button onclick="document.title = 'Hello ' + document.querySelector('#name').value">Greet</button>
      <a href=/other target=_blank>Other</a>`,
    '/other': '<h1>The other page</h1>',
    '/count': '<script>hits = 0; onmousedown = () => hits++</script>',
  });
});
afterAll(async () => {
  await site.stop();
  await rig.stop();
});

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const socketUrl = (sessionId: string) => `${rig.url.replace('http', 'ws')}/cdp/${sessionId}`;

async function playwright(sessionId: string, token: string): Promise<{ browser: Browser; page: Page }> {
  const browser = await chromium.connectOverCDP(`${rig.url}/cdp/${sessionId}`, { headers: bearer(token) });
  const page = browser.contexts()[0]?.pages()[0];
  if (!page) throw new Error('no page');
  return { browser, page };
}

async function ticketUrl(sessionId: string, token: string): Promise<string> {
  const response = await fetch(`${rig.url}/cdp/${sessionId}/json/version`, { headers: bearer(token) });
  return ((await response.json()) as { webSocketDebuggerUrl: string }).webSocketDebuggerUrl;
}

const newestTask = async (sessionId: string) => {
  const [row] = await rig.runner.store.list(sessionId);
  return row && taskView(row);
};

const valueIn = ({ result }: CdpAnswer) => (result?.result as { value: unknown } | undefined)?.value;

describe('wss /cdp/:sessionId', () => {
  it('[AGT-8] Playwright fills, clicks, takes a picture, follows a link to a new tab', async () => {
    const { sessionId, token } = await rig.newToken(['cdp']);
    const { browser, page } = await playwright(sessionId, token);
    await page.goto(`${site.origin}/form`);
    await page.getByLabel('Name').fill('Playwright');
    await page.getByRole('button', { name: 'Greet' }).click();
    await expect.poll(() => page.title()).toBe('Hello Playwright');
    expect((await page.screenshot()).length).toBeGreaterThan(1_000);
    const [other] = await Promise.all([page.context().waitForEvent('page'), page.getByText('Other').click()]);
    await other.getByRole('heading', { name: 'The other page' }).waitFor();
    await other.close();
    await expect(browser.newContext()).rejects.toThrow('there is one window');
    await expect(page.goto('chrome://version')).rejects.toThrow("'chrome:' addresses are not allowed");
    expect(await newestTask(sessionId)).toMatchObject({
      name: 'My agent',
      status: 'running',
      steps: [{ verb: 'cdp', status: 'running' }],
    });
    await browser.close();
    await expect.poll(() => newestTask(sessionId)).toMatchObject({ steps: [{ status: 'succeeded' }] });
  });

  it('[AGT-8] Puppeteer does the same, by the ticket in the address that it is told', async () => {
    const { sessionId, token } = await rig.newToken(['cdp']);
    const browserWSEndpoint = await ticketUrl(sessionId, token);
    const browser = await puppeteer.connect({ browserWSEndpoint });
    const [page] = await browser.pages();
    if (!page) throw new Error('no page');
    await page.goto(`${site.origin}/form`);
    await page.type('#name', 'Puppeteer');
    await page.click('button');
    await page.waitForFunction("document.title === 'Hello Puppeteer'");
    expect((await page.screenshot()).length).toBeGreaterThan(1_000);
    const [target] = await Promise.all([
      browser.waitForTarget((one) => one.url().endsWith('/other')),
      page.click('a'),
    ]);
    const other = await target.page();
    expect(await other?.$eval('h1', (heading) => heading.textContent)).toBe('The other page');
    await other?.close();
    await browser.close();
    expect(await rig.chromium.socketUrl()).toContain('ws:'); // the browser lives on
    expect(rig.logText()).not.toContain(new URL(browserWSEndpoint).searchParams.get('ticket'));
    await expect(puppeteer.connect({ browserWSEndpoint })).rejects.toThrow('403'); // [AUTH-5] once
  });

  it('[AGT-4] a human takes over in the middle: commands are refused, their dialog and tab are their own', async () => {
    const { sessionId, token } = await rig.newToken(['cdp']);
    const { browser, page } = await playwright(sessionId, token);
    await page.goto(`${site.origin}/form`);
    await rig.sessions.setControl(sessionId, 'human');
    await expect(page.getByRole('button').click()).rejects.toThrow('A human has control');
    await expect(page.goto('about:blank')).rejects.toThrow('A human has control');
    await expect(playwright(sessionId, token).then((one) => one.browser.close())).resolves.toBeUndefined();

    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const human = await CdpClient.connect(await rig.chromium.socketUrl());
    const tab = await human.attach();
    await human.send('Page.enable', {}, tab);
    const asking = human.send('Runtime.evaluate', { expression: "fetch('/x'); confirm('Sure?')" }, tab);
    await expect
      .poll(() => human.events.map(({ method }) => method))
      .toContain('Page.javascriptDialogOpening');
    const { result } = await human.send('Target.createTarget', { url: `${site.origin}/other` });
    await expect.poll(() => page.context().pages().length).toBe(2); // known, and not frozen:
    await expect
      .poll(async () => JSON.stringify((await human.send('Target.getTargets')).result))
      .toContain('/other"');
    expect(human.events.map(({ method }) => method)).not.toContain('Page.javascriptDialogClosed');
    await human.send('Page.handleJavaScriptDialog', { accept: true }, tab);
    expect((await asking).result).toMatchObject({ result: { value: true } });
    await human.send('Target.closeTarget', { targetId: result?.targetId });
    expect(requests).toEqual([]);

    await rig.sessions.setControl(sessionId, 'agent');
    // As soon as it has heard of it: until then it remembers that its script was refused.
    const click = () =>
      page
        .getByRole('button')
        .click({ timeout: 2_000 })
        .then(() => 'clicked', String);
    await expect.poll(click, { timeout: 5_000 }).toBe('clicked');
    await expect.poll(() => page.title()).toBe('Hello');
    expect((await newestTask(sessionId))?.steps[0]).toMatchObject({ error: { code: 'human-has-control' } });
    human.close();
    await browser.close();
  });

  it('[AGT-4] not one click after a takeover, from a client that clicks as fast as it can', async () => {
    const { sessionId, token } = await rig.newToken(['cdp']);
    const client = await CdpClient.connect(socketUrl(sessionId), token);
    const tab = await client.attach();
    await client.send('Page.navigate', { url: `${site.origin}/count` }, tab);
    const human = await CdpClient.connect(await rig.chromium.socketUrl());
    const humanTab = await human.attach();
    const hits = async () => {
      return Number(valueIn(await human.send('Runtime.evaluate', { expression: 'self.hits' }, humanTab)));
    };
    for (let round = 0; round < 5; round++) {
      await rig.sessions.setControl(sessionId, 'agent');
      const click = { type: 'mousePressed', x: 50, y: 50, button: 'left', clickCount: 1 };
      let clicking = true;
      let refused = 0;
      const clicks = (async () => {
        while (clicking || refused === 0) {
          const { error } = await client.send('Input.dispatchMouseEvent', click, tab);
          if (error) refused += 1;
        }
      })();
      const before = await hits();
      await expect.poll(hits).toBeGreaterThan(before + 5);
      // Of this takeover no notice comes: only the row tells, before each command.
      await rig.db
        .updateTable('sessions')
        .set((eb) => ({ control_holder: 'human', control_epoch: eb('control_epoch', '+', 1) }))
        .where('id', '=', sessionId)
        .execute();
      // What was on its way when it was committed has reached the page by the second answer.
      await client.send('Target.getTargets');
      const atTakeover = await hits();
      clicking = false;
      await clicks;
      expect(await hits()).toBe(atTakeover);
    }
    human.close();
    client.close();
  });

  it('[AGT-8] never beside a task: it is refused, and a task that waits goes first', async () => {
    const { sessionId, token } = await rig.newToken(['cdp']);
    const client = await CdpClient.connect(socketUrl(sessionId), token);
    const tab = await client.attach();
    expect((await client.send('Page.reload', {}, tab)).error).toBeUndefined();
    const taskId = await rig.begin(sessionId, [{ navigate: 'about:blank' }, { waitFor: { text: 'never' } }]);
    // The client rests, its task ends, and the one that waited runs.
    await rig.until(sessionId, taskId, (task) => task.status === 'running');
    const { error } = await client.send('Page.reload', {}, tab);
    expect(error?.message).toMatch(/The task “Playbook” has this browser/);
    await rig.runner.store.requestCancel(sessionId, taskId);
    rig.runner.kick(sessionId);
    await rig.until(sessionId, taskId);
    expect((await client.send('Page.reload', {}, tab)).error).toBeUndefined();
    client.close();
  });

  it('[SES-2] the end of the session closes it within 250 ms, [AUTH-10] the end of its token within seconds', async () => {
    const { sessionId, token } = await rig.newToken(['cdp']);
    const other = await rig.newToken(['cdp']);
    const ending = await CdpClient.connect(socketUrl(sessionId), token);
    const losing = await CdpClient.connect(socketUrl(other.sessionId), other.token);
    await ending.send('Target.getTargets');
    await rig.sessions.markEnded(sessionId, 'refunded');
    const endedAtMs = performance.now();
    expect(await ending.closed).toEqual({ code: 4410, reason: 'refunded' });
    expect(performance.now() - endedAtMs).toBeLessThan(250);
    await rig.revokeToken(other.sessionId, other.id);
    expect(await losing.closed).toEqual({ code: 4403, reason: 'revoked' });
    expect(performance.now() - endedAtMs).toBeLessThan(5_000);
  });

  it('[VNC-3] a client that reads nothing is held back, and loses nothing', async () => {
    const { sessionId, token } = await rig.newToken(['cdp']);
    const client = await CdpClient.connect(socketUrl(sessionId), token);
    const tab = await client.attach();
    const human = await CdpClient.connect(await rig.chromium.socketUrl());
    const humanTab = await human.attach();
    const expression = "self.asked = (self.asked ?? 0) + 1, 'x'.repeat(1_000_000)";
    const big = () => client.send('Runtime.evaluate', { expression }, tab);
    await big();
    client.socket.pause();
    const answers = Array.from({ length: 60 }, big);
    await expect
      .poll(async () => valueIn(await human.send('Runtime.evaluate', { expression: 'asked' }, humanTab)), {
        timeout: 20_000,
      })
      .toBe(61);
    client.socket.resume();
    for (const answer of await Promise.all(answers)) expect(valueIn(answer)).toHaveLength(1_000_000);
    human.close();
    client.close();
    const isLast = (line: Record<string, unknown>) =>
      line.event === 'cdp.disconnected' && line.sessionId === sessionId;
    const last = () => rig.logLines().find(isLast);
    await expect.poll(last).toBeDefined();
    expect(Number(last()?.toClientBytes)).toBeGreaterThan(60_000_000);
    expect(Number(last()?.mostBufferedBytes)).toBeLessThan(8 * 1024 * 1024);
  });
});

describe('the door', () => {
  const status = (url: string, token?: string, origin?: string) =>
    CdpClient.connect(url, token, origin).then(
      () => 101,
      (error: Error) => Number(/\d{3}/.exec(error.message)?.[0]),
    );

  it('[AUTH-10] opens for a live token of this session with the scope cdp, and for no other', async () => {
    const { sessionId, id, token } = await rig.newToken(['cdp']);
    const stranger = await rig.newToken(['cdp']);
    const { token: viewer } = await rig.newToken(['view', 'mcp', 'control'], sessionId);
    const url = socketUrl(sessionId);
    expect(await status(url)).toBe(401);
    expect(await status(url, 'oda_wrong')).toBe(401);
    expect(await status(url, stranger.token)).toBe(403);
    expect(await status(url, viewer)).toBe(403);
    expect(await status(`${url}?ticket=x.y.z`)).toBe(401);
    // [AUTH-4] A browser sends an Origin; a page elsewhere gets nowhere with a token that it stole.
    expect(await status(url, token, 'https://evil.test')).toBe(403);
    expect(await status(`${url}/json/version`, token)).toBe(404);
    const ticket = await ticketUrl(sessionId, token);
    await rig.revokeToken(sessionId, id);
    expect(await status(ticket)).toBe(401);
    expect(await status(url, token)).toBe(401);
  });

  it('[AGT-8] /json/version, /json and /json/list answer as a browser does, to a token', async () => {
    const { sessionId, token } = await rig.newToken(['cdp']);
    const ask = async (path: string, headers = {}) => {
      const response = await fetch(`${rig.url}/cdp/${sessionId}${path}`, { headers });
      return { status: response.status, body: await response.json() };
    };
    expect((await ask('/json/version')).status).toBe(401);
    for (const path of ['/json/version', '/json/version/']) {
      expect((await ask(path, bearer(token))).body).toMatchObject({
        Browser: expect.stringContaining('Chrome/'),
        webSocketDebuggerUrl: expect.stringContaining(`${socketUrl(sessionId)}?ticket=`),
      });
    }
    for (const path of ['/json', '/json/list']) {
      expect((await ask(path, bearer(token))).body).toContainEqual(
        expect.objectContaining({ type: 'page', url: expect.any(String) }),
      );
    }
  });

  it('[OPS-1] comings and goings are logged with ids, code, duration and counts', async () => {
    const { sessionId, id, token } = await rig.newToken(['cdp']);
    const client = await CdpClient.connect(socketUrl(sessionId), token);
    await client.send('Browser.close');
    client.close();
    await client.closed;
    const last = () => rig.logLines().findLast(({ event }) => event === 'cdp.disconnected');
    await expect.poll(last).toMatchObject({ sessionId, apiTokenId: id, code: 1005, commands: 1, refused: 1 });
    expect(rig.logText()).not.toMatch(/oda_|eyJ[\w-]+\./);
  });
});
