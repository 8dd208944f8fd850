import { expect, it } from 'vitest';
import { createLoginThrottle } from './login-throttle.ts';

it('[AUTH-10] every failure doubles the wait, up to five minutes; success forgets', () => {
  let nowMs = 0;
  const throttle = createLoginThrottle({ now: () => nowMs });
  const waits: number[] = [];
  for (let failure = 0; failure < 11; failure++) {
    expect(throttle.begin('a').waitMs).toBe(0);
    throttle.failed('a');
    const { waitMs } = throttle.begin('a');
    waits.push(waitMs / 1000);
    expect(throttle.begin('b').waitMs).toBe(0);
    throttle.succeeded('b');
    nowMs += waitMs;
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  throttle.begin('a');
  throttle.succeeded('a');
  throttle.begin('a');
  throttle.failed('a');
  expect(throttle.begin('a').waitMs).toBe(1_000);
});

it('[AUTH-10] tries at once are bounded, for one client and for all', () => {
  const throttle = createLoginThrottle({ now: () => 0 });
  expect(['a', 'a', 'b', 'c'].map((client) => throttle.begin(client).waitMs)).toEqual([0, 1_000, 0, 1_000]);
  throttle.failed('a');
  expect(throttle.begin('c').waitMs).toBe(0);
});

it('[AUTH-10] memory is bounded, and old failures make room', () => {
  let nowMs = 0;
  const throttle = createLoginThrottle({ now: () => nowMs });
  for (let client = 0; client < 10_000; client++) {
    throttle.begin(String(client));
    throttle.failed(String(client));
  }
  expect(throttle.begin('new').waitMs).toBeGreaterThan(0);
  nowMs += 600_000;
  expect(throttle.begin('new').waitMs).toBe(0);
});
