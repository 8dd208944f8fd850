import { expect, it } from 'vitest';
import { endingSentence } from './end-notices.ts';

it.each([
  [3_600_000, 'an hour'],
  [600_000, '10 minutes'],
  [60_000, 'a minute'],
])('[SES-3] %i ms before the end the page says "less than %s"', (inMs, words) => {
  expect(endingSentence(inMs)).toContain(`Less than ${words} left`);
});
