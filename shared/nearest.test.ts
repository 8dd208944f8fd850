import { expect, it } from 'vitest';
import { nearest } from './nearest.ts';

const words = ['navigate', 'click', 'fill', 'select', 'selectText', 'press', 'type', 'tab'];

it.each([
  ['clik', 'click'],
  ['CLICK', 'click'],
  ['lick', 'click'],
  ['clicks', 'click'],
  ['navigat', 'navigate'],
  ['navegata', 'navigate'],
  ['selekt', 'select'],
  ['selecttext', 'selectText'],
  ['tap', 'tab'],
  ['goto', undefined],
  ['nvgt', undefined],
  ['x', undefined],
])('[AGT-2] takes "%s" for %s', (typed, meant) => {
  expect(nearest(typed, words)).toBe(meant);
});

it('[AGT-2] takes the nearest of several, however they are written', () => {
  expect(nearest('select', ['selects', 'select'])).toBe('select');
  expect(nearest('enter', ['ENTER'])).toBe('ENTER');
});
