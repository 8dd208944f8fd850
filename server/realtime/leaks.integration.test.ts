import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RfbClient, webSocketTransport } from '../../bench/rfb-client.ts';
import { type RealtimeProcess, startRealtimeProcess } from '../testing/realtime-process.ts';
import { connectControl, ORIGIN, type Person } from '../testing/realtime-server.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { startXvnc, type TestXvnc } from '../testing/xvnc.ts';

const CYCLES = 1_000;
const AT_ONCE = 10;

let database: TestDatabase;
let node: RealtimeProcess;
let xvnc: TestXvnc;
let person: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  node = await startRealtimeProcess(database.url);
  xvnc = await startXvnc();
  person = await seedSession(database.db, { ttlMs: 300_000 });
  await node.setDesktop(person.sessionId, xvnc.rfbPath);
});
afterAll(async () => {
  await node.stop();
  await xvnc.stop();
  await database.stop();
});

async function comeAndGo(count: number): Promise<void> {
  const token = await node.accessToken(person);
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, index) => {
        const ticket = await node.vncTicket(person);
        const control = await connectControl(node.url);
        control.send({ type: 'auth', token, agentId: person.agentId, after: null });
        await control.next('snapshot');
        const url = `${node.url}/vnc/${person.sessionId}`;
        const viewer = await RfbClient.connect(webSocketTransport(url, ticket, ORIGIN));
        const gone = [once(viewer, 'closed'), control.closed];
        if (index % 2) control.socket.terminate();
        else control.socket.close();
        viewer.close();
        await Promise.all(gone);
      }),
    );
  }
}

describe('[RT-8] leaks', () => {
  it('1,000 pages come and go: sockets, timers and files are as before, and the heap is < 5 MB more', async () => {
    await comeAndGo(200); // fills the database pool and compiles what is going to run
    await expect.poll(async () => (await node.figures()).sockets, { timeout: 10_000 }).toBe(0);
    const before = await node.figures();
    await comeAndGo(CYCLES);
    await expect.poll(async () => (await node.figures()).sockets, { timeout: 10_000 }).toBe(0);
    const after = await node.figures();
    console.log('before and after 1,000 connects and closes', before, after);
    expect(after.heapBytes - before.heapBytes).toBeLessThan(5 * 1024 * 1024);
    // The database pool may open or close idle connections meanwhile: each is a socket and a timer.
    expect(after.timers).toBeLessThanOrEqual(before.timers + 10);
    expect(after.fds).toBeLessThanOrEqual(before.fds + 10);
  });
});
