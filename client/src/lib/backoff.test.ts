import { describe, expect, it } from 'vitest';
import { seeded } from '../../../server/testing/seeded.ts';
import { attemptTimeoutMs, backoffMs } from './backoff.ts';

describe('backoffMs', () => {
  it('[RT-2] doubles up to 30 s, with full jitter', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffMs(attempt, 1, 'token'));
    expect(longest).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(backoffMs(5, 0, 'token')).toBe(0);
  });

  it('[SES-4] a page in view finds a server that returned within 8 s, a hidden one within 30 s', () => {
    expect(backoffMs(12, 1, 'unreachable', true)).toBe(8_000);
    expect(backoffMs(12, 1, 'unreachable', false)).toBe(30_000);
  });

  it('[RT-2] 200 clients that a restart cut at once: no second with > 20 % of the reconnects', () => {
    const perSecond = new Map<number, number>();
    const random = seeded(7);
    for (let client = 0; client < 200; client++) {
      const second = Math.floor(backoffMs(1, random(), 'restarting') / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(40);
  });

  it('[RT-5] a silent path is tried again within half a second, however often it failed', () => {
    expect(backoffMs(20, 1, 'unanswered')).toBe(500);
  });

  it('[VNC-4] a live connection that broke is tried again at once, unless it breaks all the time', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 1, 'lost'))).toEqual([200, 200, 200, 500]);
  });

  it('[RT-7] a refused token is replaced at once, but not in a tight loop', () => {
    expect(backoffMs(1, 1, 'token')).toBe(0);
    expect(backoffMs(3, 1, 'token')).toBe(2_000);
  });
});

describe('attemptTimeoutMs', () => {
  it('[RT-5] is brisk where connecting is quick, and patient now and then', () => {
    expect([1, 2, 3, 4].map((attempt) => attemptTimeoutMs(attempt, 80))).toEqual([
      2_000, 2_000, 2_000, 10_000,
    ]);
  });

  it('is patient before anything was measured, and on a slow path', () => {
    expect(attemptTimeoutMs(1, null)).toBe(10_000);
    expect(attemptTimeoutMs(1, 1_500)).toBe(6_000);
  });
});
