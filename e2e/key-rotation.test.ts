import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import WebSocket from 'ws';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import { buySession, type Visitor } from '../server/testing/visitor.ts';
import type { SignedIn } from '../shared/api.ts';

let server: RunningServer;

test.beforeAll(async () => {
  server = await startServer({ WARM_DESKTOPS: '0' });
});
test.afterAll(() => server?.stop());

const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;

/** Asks by token, by refresh and by socket until stopped; says what failed. */
function startLoad(visitor: Visitor) {
  const { browser, sessionId } = visitor;
  let token = visitor.signedIn.accessToken;
  let stopped = false;
  const answers: Record<string, number> = {};
  const count = (answer: string) => {
    answers[answer] = (answers[answer] ?? 0) + 1;
  };

  const loop = async (everyMs: number, ask: () => Promise<string>) => {
    while (!stopped) {
      count(await ask().catch(String));
      await delay(everyMs);
    }
  };
  const loops = [
    loop(120, async () => {
      const headers = { authorization: `Bearer ${token}` };
      return `token ${(await browser.get(`/api/sessions/${sessionId}`, headers)).status}`;
    }),
    loop(300, async () => {
      const { status, body } = await browser.post<SignedIn>('/api/auth/refresh');
      token = body.accessToken;
      return `refresh ${status}`;
    }),
    loop(400, async () => {
      const socket = new WebSocket(server.url.replace('http', 'ws').concat('/ws'), { origin: server.url });
      await once(socket, 'open');
      const { agentId } = visitor.signedIn.session;
      socket.send(JSON.stringify({ type: 'auth', token, agentId, after: null }));
      const [first] = await once(socket, 'message');
      socket.close();
      return `socket ${(JSON.parse(String(first)) as { type: string }).type}`;
    }),
  ];
  return {
    token: () => token,
    async stop() {
      stopped = true;
      await Promise.all(loops);
      return answers;
    },
  };
}

test('[AUTH-8] three rotations under load: not one request, refresh or socket fails', async () => {
  const visitor = await buySession(server);
  const load = startLoad(visitor);
  for (let rotation = 0; rotation < 3; rotation++) {
    const before = kidOf(load.token());
    const env = { ...process.env, DATA_DIR: server.dataDir };
    await promisify(execFile)(process.execPath, ['scripts/rotate-keys.ts'], { env });
    if (rotation === 2) process.kill(server.pid, 'SIGHUP');
    await expect.poll(() => kidOf(load.token()), { timeout: 15_000 }).not.toBe(before);
  }
  const answers = await load.stop();
  expect(Object.keys(answers).sort()).toEqual(['refresh 200', 'socket auth_ok', 'token 200']);
  expect(answers['token 200']).toBeGreaterThan(60);
  expect(server.errors()).toEqual([]);
});
