import { CLOSE, retryFor } from '../../../shared/close-codes.ts';
import { backoffMs, type Failure } from './backoff.ts';

/** One reconnecting link: the control socket and the picture's stream move through the same states. */
export type LinkState =
  | { status: 'idle' }
  | { status: 'connecting'; attempt: number }
  | { status: 'live'; attempt: number }
  | { status: 'waiting'; attempt: number; retryInMs: number; failure: Failure }
  | { status: 'ended'; reason: string };

/** `attempt` counts failures in a row; it is forgotten once a connection has proved itself (`settled`). */
export type LinkEvent =
  | { type: 'connect' }
  | { type: 'opened' }
  | { type: 'settled' }
  | { type: 'closed'; code: number; random: number; failure?: Failure; inView?: boolean }
  | { type: 'retry-due' }
  | { type: 'hinted' }
  | { type: 'refused'; reason: string }
  | { type: 'paused' }
  | { type: 'disposed' };

export function nextLinkState(state: LinkState, event: LinkEvent): LinkState {
  if (state.status === 'ended') return state; // [RT-3] nothing revives an ended link
  switch (event.type) {
    case 'connect':
      return state.status === 'idle' ? { status: 'connecting', attempt: 0 } : state;
    case 'opened':
      return state.status === 'connecting' ? { status: 'live', attempt: state.attempt } : state;
    case 'settled':
      return state.status === 'live' ? { status: 'live', attempt: 0 } : state;
    case 'closed': {
      if (state.status !== 'connecting' && state.status !== 'live') return state;
      const close = retryFor(event.code);
      if (close === 'never') return { status: 'ended', reason: reasonFor(event.code) };
      const attempt = state.attempt + 1;
      const failure = event.failure ?? failureFor(event.code, state.status);
      return {
        status: 'waiting',
        attempt,
        retryInMs: backoffMs(attempt, event.random, failure, event.inView),
        failure,
      };
    }
    case 'retry-due':
      return state.status === 'waiting' ? { status: 'connecting', attempt: state.attempt } : state;
    case 'hinted': // [RT-2] `online` and visibility reset the back-off
      return state.status === 'waiting' ? { status: 'connecting', attempt: 0 } : state;
    case 'refused':
      return { status: 'ended', reason: event.reason };
    case 'paused':
      return { status: 'idle' };
    case 'disposed':
      return { status: 'ended', reason: 'logged-out' };
  }
}

function failureFor(code: number, status: 'connecting' | 'live'): Failure {
  if (code === CLOSE.restart.code || code === CLOSE.tryLater.code) return 'restarting';
  if (retryFor(code) === 'refresh') return 'token';
  return status === 'live' ? 'lost' : 'unreachable';
}

function reasonFor(code: number): string {
  return Object.values(CLOSE).find((close) => close.code === code)?.reason ?? 'policy';
}
