import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../../shared/close-codes.ts';
import { LinkRefused } from './link-refused.ts';
import { settle } from './testing/fake-clock.ts';
import { event, linkRig, session } from './testing/link-rig.ts';

describe('identity', () => {
  it('[RT-3] disconnect() keeps who it was, and connect() goes on from the same event', async () => {
    const { client, goLive, latest, sockets } = linkRig();
    client.connect();
    const socket = await goLive();
    socket.say({ type: 'snapshot', seq: 7, session, tasks: [] });
    client.disconnect();
    expect(client.state).toEqual({ status: 'idle' });
    expect(client).toMatchObject({ authenticatedAgentId: 'agt_1', sessionToken: 'token-1' });
    expect(client.tokenRefreshCallback).not.toBeNull();
    client.connect();
    await settle();
    expect(sockets).toHaveLength(2);
    latest().accept();
    expect(latest().auth).toMatchObject({ agentId: 'agt_1', token: 'token-2', after: 7 });
  });

  it('[RT-3] forceDisconnect() forgets everything, and nothing revives the link', async () => {
    const { client, clock, goLive, sockets } = linkRig();
    client.connect();
    await goLive();
    client.forceDisconnect();
    expect(client).toMatchObject({
      authenticatedAgentId: null,
      sessionToken: null,
      tokenRefreshCallback: null,
    });
    client.connect();
    client.hint();
    await clock.advance(120_000);
    expect(client.state).toEqual({ status: 'ended', reason: 'logged-out' });
    expect(sockets).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('[AUTH-6] answers auth_expiring with a new token on the same socket', async () => {
    const { client, goLive, rejected, sockets } = linkRig();
    client.connect();
    const socket = await goLive();
    socket.say({ type: 'auth_expiring', tokenExpiresAt: session.expiresAt });
    await settle();
    expect(rejected).toEqual([undefined, 'token-1']);
    expect(socket.sent.filter(({ type }) => type === 'auth')).toMatchObject([
      { token: 'token-1' },
      { token: 'token-2' },
    ]);
    await goLive();
    expect(client.state.status).toBe('live');
    expect(sockets).toHaveLength(1);
  });
});

describe('heartbeat', () => {
  it('[RT-1] pings every interval and answers the server’s pings', async () => {
    const { client, clock, goLive } = linkRig();
    client.connect();
    const socket = await goLive(30_000);
    socket.say({ type: 'ping', id: 9 });
    expect(socket.sent.at(-1)).toEqual({ type: 'pong', id: 9 });
    await clock.advance(30_000);
    expect(socket.sent.at(-1)).toEqual({ type: 'ping', id: 1 });
    socket.say({ type: 'pong', id: 1 });
    await clock.advance(30_000);
    expect(socket.sent.at(-1)).toEqual({ type: 'ping', id: 2 });
    expect(client.state.status).toBe('live');
  });

  it('[RT-1] drops a silent peer within two heartbeats', async () => {
    const { client, clock, goLive, states } = linkRig();
    client.connect();
    const socket = await goLive(30_000);
    await clock.advance(59_999);
    expect(client.state.status).toBe('live');
    await clock.advance(1);
    expect(states.at(-1)).toMatchObject({ status: 'waiting', failure: 'unanswered' });
    expect(socket.readyState).toBe(3);
  });

  it('[RT-1] a page that comes back probes at once and gives up after 5 s', async () => {
    const { client, clock, goLive } = linkRig();
    client.connect();
    const socket = await goLive(30_000);
    client.hint();
    expect(socket.sent.at(-1)).toMatchObject({ type: 'ping' });
    await clock.advance(4_999);
    expect(client.state.status).toBe('live');
    await clock.advance(1);
    expect(client.state.status).toBe('waiting');
  });

  it('[RT-1] an answered probe keeps the link', async () => {
    const { client, clock, goLive } = linkRig();
    client.connect();
    const socket = await goLive(30_000);
    client.hint();
    socket.say({ type: 'pong', id: 1 });
    await clock.advance(29_000);
    expect(client.state.status).toBe('live');
  });

  it('[RT-1] a laptop that slept asks before it gives the link up', async () => {
    const { client, clock, goLive } = linkRig();
    client.connect();
    const socket = await goLive(30_000);
    clock.sleep(600_000);
    await clock.advance(0);
    expect(client.state.status).toBe('live');
    expect(socket.sent.at(-1)).toMatchObject({ type: 'ping' });
    await clock.advance(5_000);
    expect(client.state.status).toBe('waiting');
  });
});

describe('coming back', () => {
  it('[RT-2] takes a token for every attempt', async () => {
    const { client, clock, goLive, latest, rejected } = linkRig();
    client.connect();
    (await goLive()).end(1006);
    await clock.advance(500);
    latest().accept();
    expect(latest().auth?.token).toBe('token-2');
    expect(rejected).toEqual([undefined, undefined]);
  });

  it('[RT-2] spreads out when it is refused again and again, and starts over when the page comes back', async () => {
    const { client, clock, latest, states } = linkRig();
    client.connect();
    for (let attempt = 0; attempt < 5; attempt++) {
      await settle();
      latest().end(1006);
      const state = client.state;
      if (state.status === 'waiting' && attempt < 4) await clock.advance(state.retryInMs);
    }
    const waits = states.filter((state) => state.status === 'waiting').map(({ retryInMs }) => retryInMs);
    expect(waits).toEqual([250, 4_000, 4_000, 4_000, 4_000]);
    client.hint();
    expect(client.state).toEqual({ status: 'connecting', attempt: 0 });
  });

  it('[RT-7] 4401 asks for another token than the one that was refused, and comes back at once', async () => {
    const { client, clock, goLive, rejected, sockets } = linkRig();
    client.connect();
    (await goLive()).end(CLOSE.authenticate.code);
    await clock.advance(0);
    expect(rejected).toEqual([undefined, 'token-1']);
    expect(sockets).toHaveLength(2);
  });

  it('[RT-7] ends when there is no token to be had', async () => {
    const { client } = linkRig({ token: () => Promise.reject(new LinkRefused('signed-out')) });
    client.connect();
    await settle();
    expect(client.state).toEqual({ status: 'ended', reason: 'signed-out' });
  });

  it('tries again when the token could not be fetched for another reason', async () => {
    const { client } = linkRig({ token: () => Promise.reject(new Error('503')) });
    client.connect();
    await settle();
    expect(client.state.status).toBe('waiting');
  });

  it('[RT-5] gives an attempt up that nobody answers', async () => {
    const { client, clock, sockets } = linkRig();
    client.connect();
    await clock.advance(10_000);
    expect(client.state).toMatchObject({ status: 'waiting', failure: 'unanswered' });
    await clock.advance(250);
    expect(sockets).toHaveLength(2);
  });

  it('ignores what an orphaned socket still has to say', async () => {
    const { client, clock, goLive, latest, seqs, sockets } = linkRig();
    client.connect();
    const orphan = await goLive();
    orphan.say({ type: 'snapshot', seq: 1, session, tasks: [] });
    orphan.end(1006);
    await clock.advance(500);
    expect(latest()).not.toBe(orphan);
    await goLive();
    orphan.say(event(2));
    orphan.end(CLOSE.revoked.code);
    expect(seqs).toEqual([1]);
    expect(client.state.status).toBe('live');
    expect(sockets).toHaveLength(2);
  });

  it('[UI-6] tells of another release', async () => {
    const { client, goLive, releases } = linkRig();
    client.connect();
    await goLive(30_000, 'r2');
    expect(releases).toEqual(['r2']);
  });

  it('[RT-8] 1,000 connects and disconnects leave no timer and no open socket behind', async () => {
    const { client, clock, goLive, sockets } = linkRig();
    for (let round = 0; round < 1_000; round++) {
      client.connect();
      await goLive();
      client.disconnect();
    }
    expect(clock.pending).toBe(0);
    expect(sockets.filter(({ readyState }) => readyState !== 3)).toEqual([]);
  });
});
