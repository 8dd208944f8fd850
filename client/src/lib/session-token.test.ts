import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SignedIn } from '../../../shared/api.ts';
import { LinkRefused } from './link-refused.ts';
import { ProblemError } from './problem-error.ts';
import { SessionToken } from './session-token.ts';
import { session } from './testing/link-rig.ts';

const lasting = (accessToken: string, ms: number): SignedIn => ({
  session,
  accessToken,
  accessTokenExpiresAt: new Date(Date.now() + ms).toISOString(),
});
const plain = <T>(run: () => Promise<T>) => run();

afterEach(() => vi.useRealTimers());

describe('SessionToken', () => {
  it('hands out the token while it lives, without a call', async () => {
    const refresh = vi.fn();
    const token = new SessionToken(lasting('first', 300_000), refresh, plain);
    expect(await token.get()).toBe('first');
    expect(refresh).not.toHaveBeenCalled();
  });

  it('[AUTH-2] renews before it dies, once for all who ask at the same time', async () => {
    vi.useFakeTimers();
    const refresh = vi.fn(async () => lasting('second', 300_000));
    const token = new SessionToken(lasting('first', 300_000), refresh, plain);
    vi.advanceTimersByTime(271_000);
    expect(await Promise.all([token.get(), token.get(), token.get('first')])).toEqual([
      'second',
      'second',
      'second',
    ]);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('[AUTH-6] hands out a short-lived token for the first half of its life', async () => {
    vi.useFakeTimers();
    const refresh = vi.fn(async () => lasting('second', 10_000));
    const token = new SessionToken(lasting('first', 10_000), refresh, plain);
    vi.advanceTimersByTime(4_900);
    expect(await token.get()).toBe('first');
    vi.advanceTimersByTime(200);
    expect(await token.get()).toBe('second');
  });

  it('does not renew again for a token that was rejected before the last renewal', async () => {
    const refresh = vi.fn(async () => lasting('second', 300_000));
    const token = new SessionToken(lasting('first', 300_000), refresh, plain);
    await token.get('first');
    expect(await token.get('first')).toBe('second');
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it.each([
    [401, 'signed-out', undefined, 'signed-out'],
    [401, 'session-ended', 'refunded', 'refunded'],
    [403, 'session-ended', undefined, 'session-ended'],
  ])('[RT-7] %i %s ends the link: %s', async (status, code, endedReason, reason) => {
    const problem = { status, code, detail: '', ...(endedReason ? { endedReason } : {}) };
    const token = new SessionToken(
      lasting('first', 0),
      async () => Promise.reject(new ProblemError(problem)),
      plain,
    );
    await expect(token.get()).rejects.toEqual(new LinkRefused(reason));
  });

  it('[OPS-3] a server in trouble is asked again later', async () => {
    const outage = new ProblemError({ status: 503, code: 'unavailable', detail: '' });
    const refresh = vi.fn().mockRejectedValueOnce(outage).mockResolvedValueOnce(lasting('second', 300_000));
    const token = new SessionToken(lasting('first', 0), refresh, plain);
    await expect(token.get()).rejects.toBe(outage);
    expect(await token.get()).toBe('second');
  });
});
