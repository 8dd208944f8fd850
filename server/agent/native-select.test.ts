import { describe, expect, it } from 'vitest';
import { bestOption } from './native-select.ts';

describe('bestOption', () => {
  const options = [
    ['Austria', 'at'],
    ['Australia', 'au'],
    [' New  Zealand ', 'nz'],
    ['Zealand', 'ze'],
  ];

  it.each([
    ['Austria', 0],
    ['au', 1],
    ['new zealand', 2],
    ['ZEALAND', 3],
    ['Austral', 1],
    ['Austr', null],
    ['Norway', null],
  ])('[AGT-2] %s is option %s', (wanted, index) => {
    expect(bestOption(options, wanted)).toBe(index);
  });
});
