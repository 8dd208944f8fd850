import { expect, it } from 'vitest';
import { centsWords, clockWords, durationWords, priceWords, tookWords } from './words.ts';

it('says durations, prices and times as people do', () => {
  expect([86_400_000, 5_400_000, 60_000, 1_500].map(durationWords)).toEqual([
    '24 hours',
    '90 minutes',
    '1 minute',
    '2 seconds',
  ]);
  expect([priceWords(100, 'usd'), priceWords(150, 'eur')]).toEqual(['$1', '€1.50']);
  expect([0.003, 1.26, 12.4, 120].map(centsWords)).toEqual(['0.1 ¢', '1.3 ¢', '12 ¢', '$1.20']);
  expect([86_399_001, 61_000, -5].map(clockWords)).toEqual(['24:00:00', '00:01:01', '00:00:00']);
  expect([340, 2_400, 200_000].map(tookWords)).toEqual(['340 ms', '2.4 s', '3 min 20 s']);
});
