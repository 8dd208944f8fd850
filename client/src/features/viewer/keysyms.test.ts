import { expect, it } from 'vitest';
import { keysymsFor } from './keysyms.ts';

it('[VNC-5] symbols, umlauts, other scripts and line ends have their keysyms', () => {
  expect(keysymsFor('_+@#{}|')).toEqual([0x5f, 0x2b, 0x40, 0x23, 0x7b, 0x7d, 0x7c]);
  expect(keysymsFor('ü€字😀\n')).toEqual([0xfc, 0x010020ac, 0x01005b57, 0x0101f600, 0xff0d]);
});
