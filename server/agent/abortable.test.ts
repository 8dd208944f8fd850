import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pause, until, within } from './abortable.ts';

const never = new Promise<never>(() => {});
const reason = new Error('a human has taken control');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('what is waited for', () => {
  it('[AGT-6] ends with the signal, before, meanwhile or not at all', async () => {
    const { signal } = new AbortController();
    expect(await until(signal, Promise.resolve(1))).toBe(1);
    await expect(until(signal, Promise.reject(reason))).rejects.toBe(reason);
    await expect(until(AbortSignal.abort(reason), Promise.resolve(1))).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = until(controller.signal, never);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('[AGT-6] a pause ends with the reason of the signal, not with a word of Node', async () => {
    const controller = new AbortController();
    const waiting = pause(60_000, controller.signal);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });

  it('[AGT-1] is given up after its time', async () => {
    expect(await within(100, Promise.resolve('there'), 'late')).toBe('there');
    expect(vi.getTimerCount()).toBe(0);
    const late = within<string>(100, never, 'late');
    await vi.advanceTimersByTimeAsync(100);
    expect(await late).toBe('late');
  });
});
