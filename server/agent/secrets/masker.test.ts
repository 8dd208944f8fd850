import { describe, expect, it } from 'vitest';
import { StepFailed } from '../step-error.ts';
import { createMasker } from './masker.ts';

const VALUE = `p&ss "wörd" 7'`;
const masker = createMasker([
  { value: VALUE, shown: '[secret bank]' },
  { value: 'hunter2hunter2', shown: '•••' },
]);

describe('masker', () => {
  it.each([
    ['as it is', VALUE],
    ['in capitals', VALUE.toUpperCase()],
    ['in an address', `https://a.test/?q=${encodeURIComponent(VALUE)}`],
    ['in a form’s address', `https://a.test/?${new URLSearchParams({ q: VALUE })}`],
    ['in JSON', JSON.stringify({ a: { b: VALUE } })],
    ['in HTML', 'value="p&amp;ss &quot;wörd&quot; 7&#39;"'],
    ['as base64', `Basic ${Buffer.from(VALUE).toString('base64')}`],
    ['as base64url', Buffer.from(VALUE).toString('base64url')],
  ])('[AGT-7] takes a secret out %s', (_, text) => {
    const masked = masker.text(text);
    expect(masked).toContain('[secret bank]');
    expect(masked).not.toMatch(/w(ö|%c3%b6)rd/i);
  });

  it('[AGT-7] takes out the beginning of one that was cut off', () => {
    expect(masker.text("is 'hunter2hun…'")).toBe("is '•••…'");
    expect(masker.text("links: 'hunter2hunter'")).toBe("links: '•••'");
    expect(masker.text('ends hunter2h')).toBe('ends •••');
    expect(masker.text("the sparrow's hut…")).toBe("the sparrow's hut…");
  });

  it('[AGT-7] masks results, keys and errors with their causes', () => {
    expect(masker.deep({ a: ['x hunter2hunter2'], hunter2hunter2: 1, n: null })).toEqual({
      a: ['x •••'],
      '•••': 1,
      n: null,
    });
    const cause = new Error('fill("hunter2hunter2")');
    const error = new StepFailed('x', 'had hunter2hunter2', { cause });
    expect(masker.error(error)).toBe(error);
    expect(`${error.message} ${error.stack} ${cause.message} ${cause.stack}`).not.toContain('hunter2');
  });

  it('[AGT-7] makes a placeholder that a page wrote inert', () => {
    expect(masker.text('type {{secret:bank}} here')).toBe('type {secret:bank}} here');
    expect(createMasker([]).text('{{ secret: bank }}')).toBe('{ secret: bank }}');
  });
});
