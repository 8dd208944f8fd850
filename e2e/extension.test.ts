import { expect, test } from '@playwright/test';
import { startServer } from '../server/testing/running-server.ts';
import { buySession, openControl, openPicture, pay, type Visitor } from '../server/testing/visitor.ts';
import type { CheckoutCreated, SignedIn } from '../shared/api.ts';
import type { ServerMessage } from '../shared/protocol.ts';

const DAY_MS = 15_000;

/** Renews its token when the server asks, as the page does; keeps what it is told of the end. */
async function attend(server: Parameters<typeof openControl>[0], visitor: Visitor) {
  const control = await openControl(server, visitor);
  const told: ServerMessage[] = [];
  control.socket.on('message', async (data) => {
    const message = JSON.parse(String(data)) as ServerMessage;
    told.push(message);
    if (message.type !== 'auth_expiring') return;
    const { body } = await visitor.browser.post<SignedIn>('/api/auth/refresh', {
      sessionId: visitor.sessionId,
    });
    const { agentId } = visitor.signedIn.session;
    control.socket.send(JSON.stringify({ type: 'auth', token: body.accessToken, agentId, after: 0 }));
  });
  return { control, told };
}

test('[SES-3] a paid extension keeps the same desktop going for another day, to the second', async () => {
  const server = await startServer({ WARM_DESKTOPS: '0', LOG_LEVEL: 'info', SESSION_TTL_MS: String(DAY_MS) });
  try {
    const visitor = await buySession(server);
    const { control, told } = await attend(server, visitor);
    const picture = await openPicture(server, visitor);
    const path = `/api/sessions/${visitor.sessionId}/extend`;
    const { status, body } = await visitor.browser.post<CheckoutCreated>(path, {}, visitor.bearer);
    expect(status).toBe(201);
    await pay(server, new URL(body.checkoutUrl).pathname.split('/').at(-1) ?? '');
    const newEnd = new Date(visitor.signedIn.session.expiresAt).getTime() + DAY_MS;
    const [shown, heard] = await Promise.all([picture.closed, control.closed]);
    for (const { code, reason, at } of [shown, heard]) {
      expect({ code, reason }).toEqual({ code: 4410, reason: 'expired' });
      expect(Math.abs(at - newEnd)).toBeLessThan(1_000);
    }
    const extended = { type: 'session.extended', data: { expiresAt: new Date(newEnd).toISOString() } };
    expect(told).toContainEqual(expect.objectContaining({ type: 'event', event: extended }));
    expect(server.errors()).toEqual([]); // [UI-5]
  } finally {
    await server.stop();
  }
});
