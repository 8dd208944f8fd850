import type { ServerMessage } from '../../../../shared/protocol.ts';
import type { SessionView } from '../../../../shared/session.ts';
import type { LinkState } from '../link-state.ts';
import type { PathBeacon } from '../path-beacon.ts';
import { WebSocketClient } from '../websocket.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { FakeSocket } from './fake-socket.ts';

export const session: SessionView = {
  id: 'ses_1',
  agentId: 'agt_1',
  status: 'live',
  endedReason: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-02T00:00:00.000Z',
  desktop: { status: 'ready' },
  control: { holder: 'agent', epoch: 1 },
};

export function event(seq: number): ServerMessage {
  const data = { holder: 'human', epoch: seq } as const;
  return { type: 'event', seq, at: session.createdAt, event: { type: 'control.changed', data } };
}

interface RigOptions {
  token?: (rejected?: string) => Promise<string>;
  random?: () => number;
  beacon?: PathBeacon;
}

/** A client with a clock, sockets and a token source that a test moves by hand. */
export function linkRig(options: RigOptions = {}) {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const states: LinkState[] = [];
  const seqs: number[] = [];
  const releases: string[] = [];
  const rejected: (string | undefined)[] = [];
  let issued = 0;
  const client = new WebSocketClient({
    url: 'ws://test/ws',
    release: 'r1',
    authenticatedAgentId: 'agt_1',
    tokenRefreshCallback: (token) => {
      rejected.push(token);
      return options.token?.(token) ?? Promise.resolve(`token-${++issued}`);
    },
    onState: (state) => states.push(state),
    onMessage: ({ seq }) => seqs.push(seq),
    onReleaseChanged: (release) => releases.push(release),
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    inView: () => false,
    ...(options.beacon && { beacon: options.beacon }),
    clock,
    random: options.random ?? (() => 0.5),
  });
  const rig = {
    client,
    clock,
    sockets,
    states,
    seqs,
    releases,
    rejected,
    latest(): FakeSocket {
      const socket = sockets.at(-1);
      if (!socket) throw new Error('no socket was opened');
      return socket;
    },
    /** Lets the server accept the newest socket and its `auth`. */
    async goLive(heartbeatMs = 30_000, release = 'r1'): Promise<FakeSocket> {
      await settle();
      const socket = rig.latest();
      socket.accept();
      const tokenExpiresAt = session.expiresAt;
      socket.say({
        type: 'auth_ok',
        sessionId: 'ses_1',
        agentId: 'agt_1',
        tokenExpiresAt,
        heartbeatMs,
        release,
      });
      return socket;
    },
  };
  return rig;
}
