import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../shared/close-codes.ts';
import { type ControlEvent, type ControlState, nextControlState } from './control-state.ts';

const identity = { sessionId: 'ses_1', agentId: 'agt_1', buyerId: 'buy_1' };
const authenticated = (tokenExpiresAtMs: number, who = identity): ControlEvent => ({
  type: 'authenticated',
  identity: who,
  tokenExpiresAtMs,
});
const waiting: ControlState = { status: 'awaiting-auth', mistakes: 0 };
const live: ControlState = { status: 'live', mistakes: 0, identity, tokenExpiresAtMs: 1_000 };
const closing = (close: (typeof CLOSE)[keyof typeof CLOSE]) => ({ status: 'closing', close });

describe('nextControlState', () => {
  it.each<[string, ControlState, ControlEvent, unknown]>([
    ['[RT-7] no auth in time', waiting, { type: 'auth-timed-out' }, closing(CLOSE.authTimeout)],
    ['[RT-7] a timeout that lost the race', live, { type: 'auth-timed-out' }, live],
    ['[AUTH-6] an expired token', live, { type: 'token-due', nowMs: 1_000 }, closing(CLOSE.authenticate)],
    ['[AUTH-6] a token renewed meanwhile', live, { type: 'token-due', nowMs: 999 }, live],
    ['[AUTH-6] a renewal', live, authenticated(9_000), { ...live, tokenExpiresAtMs: 9_000 }],
    ['[RT-6] a first mistake', live, { type: 'mistake' }, { ...live, mistakes: 1 }],
    ['[RT-6] a second one', { ...live, mistakes: 1 }, { type: 'mistake' }, closing(CLOSE.policy)],
    ['the peer gone', live, { type: 'socket-closed' }, { status: 'closed' }],
  ])('%s', (_, state, event, expected) => {
    expect(nextControlState(state, event)).toEqual(expected);
  });

  it('[AUTH-6] another identity on the same socket is revoked', () => {
    for (const key of ['sessionId', 'agentId', 'buyerId'] as const) {
      const next = nextControlState(live, authenticated(9_000, { ...identity, [key]: 'other' }));
      expect(next).toMatchObject({ status: 'closing', close: { code: 4403 } });
    }
  });

  it('[RT-3] nothing revives a socket that is closing, and closed is final', () => {
    const anyEvent = fc.oneof(
      fc.constant(authenticated(9_000)),
      fc.constantFrom<ControlEvent>(
        { type: 'auth-timed-out' },
        { type: 'mistake' },
        { type: 'socket-closed' },
        { type: 'must-close', close: CLOSE.restart },
      ),
      fc.nat().map((nowMs): ControlEvent => ({ type: 'token-due', nowMs })),
    );
    fc.assert(
      fc.property(fc.array(anyEvent), (events) => {
        let state: ControlState = { status: 'closing', close: CLOSE.sessionEnded };
        for (const event of events) {
          const next = nextControlState(state, event);
          if (state.status === 'closing' && event.type !== 'socket-closed') expect(next).toBe(state);
          else expect(next).toEqual({ status: 'closed' });
          state = next;
        }
      }),
    );
  });
});
