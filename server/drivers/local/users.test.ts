import { describe, expect, it } from 'vitest';
import { usableRange } from './users.ts';

describe('users of desktops', () => {
  it('[ISO-3] come from a range that the kernel maps here', () => {
    expect(usableRange('         0          0 4294967295\n')).toEqual({ first: 210_000, last: 229_999 });
    expect(usableRange('         0     100000      65536\n')).toEqual({ first: 40_000, last: 59_999 });
    expect(() => usableRange('         0       1000          1\n')).toThrow(/ordinary user/);
  });
});
