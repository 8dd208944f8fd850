import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseForm } from './form.ts';
import { StripeError } from './stripe-error.ts';

it('[PAY-13] reads nested parameters as Stripe writes them', () => {
  const text =
    'line_items[0][price_data][currency]=usd&line_items[1][quantity]=2&expand[]=a&expand[]=b&name=J%C3%B6';
  expect(parseForm(text)).toEqual({
    line_items: [{ price_data: { currency: 'usd' } }, { quantity: '2' }],
    expand: ['a', 'b'],
    name: 'Jö',
  });
});

it.each([
  'a=1&a[b]=2',
  'a[b]=1&a=2',
  'a[=1',
  '[a]=1',
  '__proto__[x]=1',
  'a[constructor][prototype]=1',
  `a${'[b]'.repeat(9)}=1`,
  Array.from({ length: 1001 }, (_, index) => `a${index}=1`).join('&'),
])('[PAY-13] refuses %s', (text) => {
  expect(() => parseForm(text)).toThrow(StripeError);
});

it('[PAY-13] answers any text with parameters or a Stripe error, nothing else', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '[',
    ']',
    '[]',
    '[0]',
    '[b]',
    '=',
    '&',
    '%',
    '%5B',
    '__proto__',
    '1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        parseForm(pieces.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(StripeError);
      }
      expect(({} as Record<string, unknown>).a).toBeUndefined();
    }),
  );
});
