import { expect, it } from 'vitest';
import { TEST_CARDS } from '../payments/test-cards.ts';
import { cvcProblem, expiryProblem, numberProblem } from './card-check.ts';

const NOW_MS = Date.UTC(2026, 10, 22);

it('[PAY-13] takes the numbers of all its test cards', () => {
  for (const card of TEST_CARDS) expect(numberProblem(card.number), card.number).toBeUndefined();
});

it.each([
  ['', 'Enter a card number.'],
  ['4242', 'Your card number is incomplete.'],
  ['4242424242424241', 'Your card number is invalid.'],
  ['424242424242424x', 'Your card number is invalid.'],
])('[PAY-13] says what is wrong with the number "%s"', (number, problem) => {
  expect(numberProblem(number)).toBe(problem);
});

it.each([
  ['11 / 26', undefined],
  ['1126', undefined],
  ['12/2030', undefined],
  ['10 / 26', "Your card's expiration date is in the past."],
  ['13 / 30', "Your card's expiration date is invalid: write MM / YY."],
  ['12 / 2099', "Your card's expiration year is invalid."],
  ['', 'Enter the expiration date.'],
])('[PAY-13] judges the expiry "%s"', (text, problem) => {
  expect(expiryProblem(text, NOW_MS)).toBe(problem);
});

it('[PAY-13] wants a CVC as long as the brand has it', () => {
  expect(cvcProblem('123', '4242424242424242')).toBeUndefined();
  expect(cvcProblem('123', '378282246310005')).toBe('The security code has 4 digits.');
  expect(cvcProblem('1234', '378282246310005')).toBeUndefined();
});
