import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../lib/log.ts';
import type { Lease } from '../sessions/leases.ts';
import { type HumanReport, watchHumanInput } from './human-input.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function watched(holder: 'human' | 'agent') {
  const lease = { sessionId: 'ses_1', control: { holder, epoch: 1 } } as Lease;
  const told: HumanReport[] = [];
  const watch = watchHumanInput(lease, {
    onHumanInput: async (_, report) => void told.push(report),
    clock: { now: () => Date.now() },
    log: createLog('silent', 'json'),
  });
  return { ...watch, told, lease };
}

describe('watchHumanInput', () => {
  it('[AGT-4] tells at once while the agent has control, and every key and click in the end', async () => {
    const { acted, told, lease } = watched('agent');
    acted('key');
    expect(told).toEqual([{ keys: 1, clicks: 0, takesControl: true }]);
    lease.control.holder = 'human';
    await vi.advanceTimersByTimeAsync(1);
    for (const input of ['key', 'click', 'held', 'held', 'key'] as const) acted(input);
    expect(told).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual([
      { keys: 1, clicks: 0, takesControl: true },
      { keys: 2, clicks: 1, takesControl: false },
    ]);
  });

  it('[AGT-4] a burst is a few reports, and nothing is left when it ends', async () => {
    const { acted, told } = watched('human');
    for (let key = 0; key < 100; key++) {
      acted('key');
      await vi.advanceTimersByTimeAsync(10);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.reduce((sum, { keys }) => sum + keys, 0)).toBe(100);
    expect(told.length).toBeLessThan(8);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('[AGT-4] what is told late takes no control that was given back; the next key does', async () => {
    const { acted, told, lease } = watched('human');
    acted('key');
    acted('key');
    lease.control.holder = 'agent';
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told.at(-1)).toMatchObject({ takesControl: false });
    acted('key');
    expect(told.at(-1)).toMatchObject({ takesControl: true });
  });

  it('[AGT-4] a viewer that leaves loses nothing of what was done in it', () => {
    const { acted, stop, told } = watched('human');
    for (const input of ['key', 'key', 'click'] as const) acted(input);
    stop();
    stop();
    expect(told).toEqual([
      { keys: 1, clicks: 0, takesControl: true },
      { keys: 1, clicks: 1, takesControl: false },
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
