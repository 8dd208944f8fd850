import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDeadline } from './deadline.ts';

describe('deadline', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('[SES-1] fires once, within a second after the wall clock passes it', async () => {
    const reached = vi.fn();
    startDeadline(new Date(10_000), reached);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(reached).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(reached).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reached).toHaveBeenCalledOnce();
  });

  it('[SES-1] notices a clock that jumped, as after a suspended night', async () => {
    const reached = vi.fn();
    startDeadline(new Date(86_400_000), reached);
    vi.setSystemTime(90_000_000);
    await vi.advanceTimersByTimeAsync(500);
    expect(reached).toHaveBeenCalledOnce();
  });

  it('[SES-3] can be moved later and earlier', async () => {
    const reached = vi.fn();
    const deadline = startDeadline(new Date(1_000), reached);
    deadline.move(new Date(20_000));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reached).not.toHaveBeenCalled();
    deadline.move(new Date(5_000));
    await vi.advanceTimersByTimeAsync(0);
    expect(reached).toHaveBeenCalledOnce();
  });

  it('fires at once for a deadline in the past, and never after stop', async () => {
    const past = vi.fn();
    startDeadline(new Date(-1), past);
    const stopped = vi.fn();
    startDeadline(new Date(1_000), stopped).stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(past).toHaveBeenCalledOnce();
    expect(stopped).not.toHaveBeenCalled();
  });
});
