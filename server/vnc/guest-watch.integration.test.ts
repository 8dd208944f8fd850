import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createShares } from '../auth/shares.ts';
import { ORIGIN, type Person, type RealtimeServer, startRealtimeServer } from '../testing/realtime-server.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { startXvnc, type TestXvnc } from '../testing/xvnc.ts';

let database: TestDatabase;
let server: RealtimeServer;
let xvnc: TestXvnc;
let owner: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startRealtimeServer(database);
  xvnc = await startXvnc();
  owner = await seedSession(database.db);
  server.setDesktop(owner.sessionId, xvnc.rfbPath);
});
afterAll(async () => {
  await server.stop();
  await xvnc.stop();
  await database.stop();
});

async function watch(person: Person): Promise<WebSocket> {
  const ticket = await server.vncTicket(person, 'view');
  const url = `${server.url}/vnc/${owner.sessionId}`;
  const socket = new WebSocket(url, ['binary', `ticket.${ticket}`], { origin: ORIGIN });
  await once(socket, 'message');
  return socket;
}

it('[RT-9] a guest is cut off within 5 s of taking the link back; the owner and other guests stay', async () => {
  const shares = createShares(database.db);
  const [first, second] = [
    await shares.create(owner.sessionId, { name: 'a', expiresAt: null }),
    await shares.create(owner.sessionId, { name: 'b', expiresAt: null }),
  ];
  const guest = await watch({ ...owner, buyerId: first.view.id });
  const other = await watch({ ...owner, buyerId: second.view.id });
  const own = await watch(owner);
  const begun = Date.now();
  await shares.revoke(owner.sessionId, first.view.id);
  const [code] = await once(guest, 'close');
  expect(code).toBe(4403);
  expect(Date.now() - begun).toBeLessThan(5_000);
  expect([other.readyState, own.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  other.terminate();
  own.terminate();
});
