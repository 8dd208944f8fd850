import { CLOSE, type Close } from '../../shared/close-codes.ts';

/** Who a control socket speaks for; it never changes on one socket. */
export interface Identity {
  sessionId: string;
  agentId: string;
  buyerId: string;
}

/** Each state has only its own fields. `closing` waits for the peer, `closed` is final. */
export type ControlState =
  | { status: 'awaiting-auth'; mistakes: number }
  | { status: 'live'; mistakes: number; identity: Identity; tokenExpiresAtMs: number }
  | { status: 'closing'; close: Close }
  | { status: 'closed' };

export type ControlEvent =
  | { type: 'authenticated'; identity: Identity; tokenExpiresAtMs: number }
  | { type: 'auth-timed-out' }
  | { type: 'token-due'; nowMs: number }
  | { type: 'mistake' }
  | { type: 'must-close'; close: Close }
  | { type: 'socket-closed' };

const MISTAKES_ALLOWED = 1;

export function nextControlState(state: ControlState, event: ControlEvent): ControlState {
  if (event.type === 'socket-closed') return { status: 'closed' };
  if (state.status === 'closing' || state.status === 'closed') return state; // [RT-3] nothing revives it
  switch (event.type) {
    case 'must-close':
      return { status: 'closing', close: event.close };
    case 'mistake': {
      const mistakes = state.mistakes + 1;
      if (mistakes > MISTAKES_ALLOWED) return { status: 'closing', close: CLOSE.policy };
      return { ...state, mistakes };
    }
    case 'auth-timed-out':
      // Lost the race against a token that was being checked.
      return state.status === 'awaiting-auth' ? { status: 'closing', close: CLOSE.authTimeout } : state;
    case 'token-due':
      // [AUTH-6] a renewal in the meantime has moved the expiry.
      if (state.status !== 'live' || state.tokenExpiresAtMs > event.nowMs) return state;
      return { status: 'closing', close: CLOSE.authenticate };
    case 'authenticated': {
      const { identity, tokenExpiresAtMs } = event;
      if (state.status === 'live' && !isSame(state.identity, identity)) {
        return { status: 'closing', close: { ...CLOSE.revoked, reason: 'other-identity' } };
      }
      return { status: 'live', mistakes: state.mistakes, identity, tokenExpiresAtMs };
    }
  }
}

const isSame = (one: Identity, other: Identity) =>
  one.sessionId === other.sessionId && one.agentId === other.agentId && one.buyerId === other.buyerId;
