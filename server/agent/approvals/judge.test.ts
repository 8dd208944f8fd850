import { describe, expect, it } from 'vitest';
import { createMasker } from '../secrets/masker.ts';
import type { ElementFacts, FieldFacts } from './element-facts.ts';
import { judgeAddress, judgeElement, judgeQuestion } from './judge.ts';

const masker = createMasker([{ value: 'hunter2hunter2', shown: '[secret shop]' }]);
const where = { origin: 'https://shop.test', knows: (origin: string) => origin === 'https://shop.test' };

const button = (name: string, more: Partial<ElementFacts> = {}): ElementFacts => ({
  ...{ tag: 'button', type: 'button', role: 'button', name, texts: [name], href: null, form: null },
  ...{ filled: [], around: '', coveredBy: null },
  ...more,
});
const field = (more: Partial<FieldFacts>): FieldFacts => ({
  ...{ type: 'text', name: '', label: '', autocomplete: '', value: 'x', filled: true },
  ...more,
});
const form = (fields: FieldFacts[], action = 'https://shop.test/do', method = 'post') => ({
  action,
  method,
  fields,
});
const link = (name: string, href: string) => button(name, { tag: 'a', type: '', role: 'link', href });
const kind = (facts: ElementFacts) => judgeElement(facts, where, masker)?.about.kind ?? null;

describe('judging an element', () => {
  it.each([
    ['Pay now', 'pay'],
    ['Jetzt kaufen', 'pay'],
    ['$19.90', 'pay'],
    ['Zahlungspflichtig bestellen', 'pay'],
    ['购买', 'pay'],
    ['Delete repository', 'delete'],
    ['Löschen', 'delete'],
    ['Cancel subscription', 'delete'],
    ['Send', 'send'],
    ['Veröffentlichen', 'send'],
    ['Отправить', 'send'],
    ['Рay', 'pay'],
    ['P\u200bay', 'pay'],
    ['P a y', 'pay'],
    ['\u202eyaP', 'pay'],
    ['Ｄｅｌｅｔｅ', 'delete'],
    ['Dele\u0301te', 'delete'],
    ['Cancel', null],
    ['Next page', null],
    ['Payload viewer', null],
    ['Postcode', null],
    ['Show more', null],
    ['Sign in', null],
  ])('[AGT-5] a button "%s": %s', (name, wanted) => expect(kind(button(name))).toBe(wanted));

  it('[AGT-5] goes by the form, whatever the button calls itself', () => {
    const card = field({ autocomplete: 'cc-number' });
    const password = field({ type: 'password', value: '' });
    expect(kind(button('Cancel', { form: form([card]) }))).toBe('pay');
    expect(kind(button('Cancel', { form: form([field({ label: 'Card number' })]) }))).toBe('pay');
    expect(kind(button('Cancel', { form: form([], 'https://shop.test/checkout/pay') }))).toBe('pay');
    expect(kind(button('Cancel', { form: form([password]) }))).toBe('credentials');
    expect(kind(button('Cancel', { form: form([password], 'https://shop.test/in', 'get') }))).toBe(
      'credentials',
    );
    expect(kind(button('Cancel', { form: form([field({})]) }))).toBe('send');
    expect(kind(button('Search', { form: form([field({})], 'https://shop.test/find', 'get') }))).toBeNull();
    expect(kind(button('Search', { form: form([field({})], 'https://evil.test/', 'get') }))).toBe(
      'new-origin',
    );
  });

  it('[AGT-5] goes by what a script could send, and by the price in the dialog around', () => {
    expect(kind(button('Cancel', { filled: [field({ name: 'cvc' })] }))).toBe('pay');
    expect(kind(button('Later', { filled: [field({ type: 'password' })] }))).toBe('credentials');
    expect(kind(button('No, thanks', { around: 'You will pay $49.00 a month' }))).toBe('pay');
    const box = { tag: 'input', type: 'checkbox', role: 'checkbox' };
    expect(kind(button('Remember me', { ...box, filled: [field({ type: 'password' })] }))).toBeNull();
  });

  it('[AGT-5] reads what is drawn beside what is said', () => {
    const lying = button('Cancel', { texts: ['Pay $5', 'Cancel'] });
    expect(judgeElement(lying, where, masker)?.about).toMatchObject({
      kind: 'pay',
      target: "button 'Cancel' (it reads 'Pay $5')",
    });
  });

  it('[AGT-5] a link is asked about when it leads elsewhere or says what it does', () => {
    expect(kind(link('Terms', 'https://shop.test/terms'))).toBeNull();
    expect(kind(link('Terms', 'https://shop.test.evil.test/terms'))).toBe('new-origin');
    expect(kind(link('Delete', 'https://shop.test/items/1/delete'))).toBe('delete');
    expect(kind(link('How to delete your account in five steps', 'https://shop.test/help'))).toBeNull();
    expect(kind(link('Send', 'javascript:send()'))).toBe('send');
    expect(kind(link('Write to us', 'mailto:a@b.test'))).toBeNull();
  });

  it('[AGT-7] shows what the form holds, and nothing that is secret', () => {
    const fields = [
      field({ label: 'Name', value: 'Ada' }),
      field({ label: 'Card number', autocomplete: 'cc-number', value: '4242424242424242' }),
      field({ label: 'Password', type: 'password', value: '' }),
      field({ label: 'Note', value: 'it is hunter2hunter2' }),
      field({ label: 'Empty', value: '', filled: false }),
    ];
    const found = judgeElement(
      button('Pay', { form: form(fields, 'https://shop.test/p?t=1') }),
      where,
      masker,
    );
    expect(found?.about).toMatchObject({ sendsTo: 'https://shop.test/p', origin: 'https://shop.test' });
    expect(found?.about.fields).toEqual([
      { label: 'Name', value: 'Ada' },
      { label: 'Card number', value: '•••' },
      { label: 'Password', value: '•••' },
      { label: 'Note', value: 'it is [secret shop]' },
    ]);
  });

  it('[AGT-5] the mark changes with target, form, values and origin, and with nothing else', () => {
    const base = button('Pay', { form: form([field({ name: 'amount', value: '5' })]) });
    const mark = (facts: ElementFacts, origin = where.origin) =>
      judgeElement(facts, { ...where, origin }, masker)?.mark;
    expect(mark({ ...base, around: 'other', coveredBy: null })).toBe(mark(base));
    const others = [
      mark({ ...base, name: 'Pay all' }),
      mark({ ...base, form: form([field({ name: 'amount', value: '500' })]) }),
      mark({ ...base, form: form([field({ name: 'amount', value: '5' })], 'https://evil.test/do') }),
      mark(base, 'https://evil.test'),
    ];
    expect(new Set([mark(base), ...others]).size).toBe(5);
  });

  it('[AGT-5] asks before an origin that nobody named, and before a question that is about more', () => {
    expect(judgeAddress('https://shop.test/a', where, masker)).toBeNull();
    expect(judgeAddress('about:blank', where, masker)).toBeNull();
    expect(judgeAddress('https://evil.test/?q=hunter2hunter2', where, masker)?.about).toMatchObject({
      kind: 'new-origin',
      target: 'address https://evil.test/?q=[secret shop]',
      origin: 'https://evil.test',
    });
    expect(judgeQuestion('Delete 3 files?', 'https://shop.test', masker)?.about.kind).toBe('delete');
    expect(judgeQuestion('Continue?', 'https://shop.test', masker)).toBeNull();
  });
});
