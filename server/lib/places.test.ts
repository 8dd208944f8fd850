import { describe, expect, it } from 'vitest';
import { clientKey } from '../upgrade/client-key.ts';
import { createPlaces } from './places.ts';
import { createRateLimit } from './rate-limit.ts';

describe('createPlaces', () => {
  it('[RT-6] gives no more places than there are, each back once', () => {
    const places = createPlaces(2);
    const first = places.take('a');
    expect(places.take('a')).not.toBeNull();
    expect(places.take('a')).toBeNull();
    expect(places.take('b')).not.toBeNull();
    first?.();
    first?.();
    expect(places.taken('a')).toBe(1);
  });
});

describe('createRateLimit', () => {
  it('[RT-6] counts per key and starts anew with every window', () => {
    let nowMs = 0;
    const rate = createRateLimit(2, 1_000, { now: () => nowMs });
    expect([rate.allows('a'), rate.allows('a'), rate.allows('a'), rate.allows('b')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    nowMs = 1_000;
    expect(rate.allows('a')).toBe(true);
  });
});

describe('clientKey', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['unknown', 'unknown'],
  ])('[ISO-8] %s counts as %s', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });
});
