import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../lib/log.ts';
import type { Lease } from '../sessions/leases.ts';
import { type InputCounts, watchHumanInput } from './human-input.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function watched(holder: 'human' | 'agent') {
  const lease = { sessionId: 'ses_1', control: { holder, epoch: 1 } } as Lease;
  const told: InputCounts[] = [];
  const acts = watchHumanInput(lease, {
    onHumanInput: async (_, counts) => void told.push(counts),
    clock: { now: () => Date.now() },
    log: createLog('silent', 'json'),
  });
  return { acts, told, lease };
}

describe('watchHumanInput', () => {
  it('[AGT-4] tells at once while the agent has control, and every key and click in the end', async () => {
    const { acts, told, lease } = watched('agent');
    acts('key');
    expect(told).toEqual([{ keys: 1, clicks: 0 }]);
    lease.control.holder = 'human';
    await vi.advanceTimersByTimeAsync(1);
    for (const input of ['key', 'click', 'held', 'held', 'key'] as const) acts(input);
    expect(told).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([
      { keys: 1, clicks: 0 },
      { keys: 2, clicks: 1 },
    ]);
  });

  it('[AGT-4] a burst is a few reports, and nothing is left when it ends', async () => {
    const { acts, told } = watched('human');
    for (let key = 0; key < 100; key++) {
      acts('key');
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.reduce((sum, { keys }) => sum + keys, 0)).toBe(100);
    expect(told.length).toBeLessThan(8);
    expect(vi.getTimerCount()).toBe(0);
  });
});
