import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../../shared/close-codes.ts';
import { type LinkEvent, type LinkState, nextLinkState } from './link-state.ts';

const live: LinkState = { status: 'live', attempt: 0 };
const closed = (code: number): LinkEvent => ({ type: 'closed', code, random: 0.5 });

describe('nextLinkState', () => {
  it.each(Object.values(CLOSE))('[RT-7] $code $reason: $retry', ({ code, reason, retry }) => {
    const next = nextLinkState(live, closed(code));
    if (retry === 'never') expect(next).toEqual({ status: 'ended', reason });
    else expect(next).toMatchObject({ status: 'waiting', attempt: 1 });
  });

  it('[RT-7] an unknown code is the network, and is tried again', () => {
    expect(nextLinkState(live, closed(1006))).toMatchObject({ status: 'waiting', failure: 'lost' });
  });

  const everyEvent: LinkEvent[] = [
    { type: 'connect' },
    { type: 'opened' },
    { type: 'settled' },
    closed(1006),
    { type: 'retry-due' },
    { type: 'hinted' },
    { type: 'refused', reason: 'other' },
    { type: 'paused' },
    { type: 'disposed' },
  ];
  it.each(everyEvent)('[RT-3] nothing revives an ended link: $type', (event) => {
    const ended: LinkState = { status: 'ended', reason: 'revoked' };
    expect(nextLinkState(ended, event)).toBe(ended);
  });

  it('counts failures until a connection has proved itself', () => {
    let state: LinkState = { status: 'connecting', attempt: 3 };
    state = nextLinkState(state, { type: 'opened' });
    expect(nextLinkState(state, closed(1006))).toMatchObject({ attempt: 4 });
    state = nextLinkState(state, { type: 'settled' });
    expect(nextLinkState(state, closed(1006))).toMatchObject({ attempt: 1 });
  });

  it('[RT-2] a hint ends the wait and forgets the failures', () => {
    const waiting: LinkState = { status: 'waiting', attempt: 6, retryInMs: 30_000, failure: 'unreachable' };
    expect(nextLinkState(waiting, { type: 'hinted' })).toEqual({ status: 'connecting', attempt: 0 });
  });

  it('ignores a close that comes while it already waits', () => {
    const waiting: LinkState = { status: 'waiting', attempt: 1, retryInMs: 10, failure: 'unreachable' };
    expect(nextLinkState(waiting, closed(CLOSE.revoked.code))).toBe(waiting);
  });
});
