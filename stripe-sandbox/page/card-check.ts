import { brandOf } from '../objects/charge.ts';

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, character, index) => {
    const digit = Number(character);
    if (index % 2 === 0) return total + digit;
    return total + (digit > 4 ? digit * 2 - 9 : digit * 2);
  }, 0);
  return digits.length > 0 && sum % 10 === 0;
}

export function numberProblem(digits: string): string | undefined {
  if (digits === '') return 'Enter a card number.';
  if (!/^\d+$/.test(digits) || digits.length > 19) return 'Your card number is invalid.';
  if (digits.length < (brandOf(digits) === 'amex' ? 15 : 16)) return 'Your card number is incomplete.';
  return passesLuhn(digits) ? undefined : 'Your card number is invalid.';
}

export function parseExpiry(text: string): { month: number; year: number } | undefined {
  const match = /^(\d{1,2})\s*\/?\s*(\d{2}|\d{4})$/.exec(text);
  if (!match) return undefined;
  const month = Number(match[1]);
  const year = Number(match[2]);
  return month >= 1 && month <= 12 ? { month, year: year < 100 ? 2000 + year : year } : undefined;
}

export function expiryProblem(text: string, nowMs: number): string | undefined {
  if (text === '') return 'Enter the expiration date.';
  const expiry = parseExpiry(text);
  if (!expiry) return "Your card's expiration date is invalid: write MM / YY.";
  const now = new Date(nowMs);
  const monthsAhead = (expiry.year - now.getUTCFullYear()) * 12 + expiry.month - (now.getUTCMonth() + 1);
  if (monthsAhead < 0) return "Your card's expiration date is in the past.";
  return monthsAhead > 50 * 12 ? "Your card's expiration year is invalid." : undefined;
}

export function cvcProblem(text: string, digits: string): string | undefined {
  if (text === '') return 'Enter the security code.';
  const length = brandOf(digits) === 'amex' ? 4 : 3;
  return /^\d+$/.test(text) && text.length === length ? undefined : `The security code has ${length} digits.`;
}
