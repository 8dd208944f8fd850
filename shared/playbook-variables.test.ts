import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { substitute, variablesIn } from './playbook-variables.ts';

describe('playbook variables', () => {
  it('[AGT-2] replaces every known name in every string, and leaves others', () => {
    const step = { label: 'Mail of {{who}}', value: '{{ mail }} {{other}}', nth: 2, list: ['{{who}}'] };
    expect(substitute(step, { who: 'Ada', mail: 'a@b.c' })).toEqual({
      label: 'Mail of Ada',
      value: 'a@b.c {{other}}',
      nth: 2,
      list: ['Ada'],
    });
    expect(variablesIn(step)).toEqual(['who', 'mail', 'other', 'who']);
  });

  it('[AGT-9] never expands a value a second time, whatever page text it holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(substitute('{{a}}', { a: `{{b}}${text}`, b: 'secret' })).toBe(`{{b}}${text}`);
      }),
    );
    expect(substitute('{{toString}}', {})).toBe('{{toString}}');
  });
});
