import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHeartbeat } from './heartbeat.ts';
import { createTokenWatch } from './token-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const clock = { now: () => Date.now() };

describe('startHeartbeat', () => {
  it('[RT-1] a silent peer is dead within two heartbeats, and is pinged once before', () => {
    const ping = vi.fn();
    const onDead = vi.fn();
    startHeartbeat({ heartbeatMs: 30_000, clock, ping, onDead });
    vi.advanceTimersByTime(56_000);
    expect([ping.mock.calls.length, onDead.mock.calls.length]).toEqual([1, 0]);
    vi.advanceTimersByTime(4_000);
    expect(onDead).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('[RT-1] a peer that answers lives on and is pinged every 30 s', () => {
    const onDead = vi.fn();
    const ping = vi.fn(() => heartbeat.heard());
    const heartbeat = startHeartbeat({ heartbeatMs: 30_000, clock, ping, onDead });
    vi.advanceTimersByTime(300_000);
    expect([ping.mock.calls.length, onDead.mock.calls.length]).toEqual([10, 0]);
    heartbeat.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('createTokenWatch', () => {
  it.each([
    ['five minutes', 300_000, 240_000],
    ['a minute and a half', 90_000, 45_000],
  ])('[AUTH-6] a token of %s is renewed in time, or due within five seconds', (_, lifeMs, warnAtMs) => {
    const told: [string, number][] = [];
    const startedAt = Date.now();
    const watch = createTokenWatch({
      clock,
      onExpiring: () => told.push(['expiring', Date.now() - startedAt]),
      onDue: () => told.push(['due', Date.now() - startedAt]),
    });
    watch.watch(startedAt + lifeMs);
    vi.advanceTimersByTime(lifeMs + 5_000);
    expect(told).toEqual([
      ['expiring', warnAtMs],
      ['due', lifeMs + 2_000],
    ]);
  });

  it('[AUTH-6] a new token starts the watch over', () => {
    const onDue = vi.fn();
    const watch = createTokenWatch({ clock, onExpiring: () => watch.watch(Date.now() + 120_000), onDue });
    watch.watch(Date.now() + 120_000);
    vi.advanceTimersByTime(30 * 60_000);
    expect(onDue).not.toHaveBeenCalled();
    watch.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
