import { describe, expect, it } from 'vitest';
import { checkoutParams, startBench } from '../testing/harness.ts';

const CARD = {
  method: 'card',
  email: 'ann@example.com',
  number: '4242 4242 4242 4242',
  expiry: '12 / 39',
  cvc: '123',
  name: 'Ann Buyer',
};

async function startPage(params = {}) {
  const bench = await startBench();
  const session = await bench.stripe.checkout.sessions.create(checkoutParams(params));
  const address = String(session.url);
  const get = (path = '') => fetch(address + path, { redirect: 'manual' });
  const post = (fields: Record<string, string>, path = '') =>
    fetch(address + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  return { ...bench, session, get, post };
}

describe('the hosted page', () => {
  it('[PAY-13] shows the order and a labelled form', async () => {
    const { get } = await startPage();
    const response = await get();
    const text = await response.text();
    for (const label of ['Email', 'Card number', 'Expiration', 'CVC', 'Name on card']) {
      expect(text).toContain(`>${label}</label>`);
    }
    expect(text).toContain('>Pay $1.00</button>');
    expect(text).toContain('SANDBOX');
    expect(text).toContain('One day');
    expect(text).toContain('href="http://app.test/"');
    expect(text).not.toMatch(/(src|href)="https?:\/\/(?!app\.test)/);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://app.test");
  });

  it('[PAY-13] sends the buyer to the success page with the session in its address', async () => {
    const { post, session, stripe } = await startPage();
    const response = await post(CARD);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`http://app.test/return?checkout=${session.id}`);
    const paid = await stripe.checkout.sessions.retrieve(session.id);
    expect(paid).toMatchObject({
      payment_status: 'paid',
      customer_details: { email: 'ann@example.com', name: 'Ann Buyer' },
    });
  });

  it.each([
    [{ number: '4242424242424241' }, 'Your card number is invalid.'],
    [{ expiry: '01 / 20' }, 'expiration date is in the past.'],
    [{ cvc: '12' }, 'The security code has 3 digits.'],
    [{ email: 'ann' }, 'Enter a valid email address.'],
    [{ name: '' }, 'Enter the name on your card.'],
    [{ number: '4000000000000002' }, 'Your card was declined.'],
    [{ number: '4000000000000127' }, 'security code is incorrect.'],
    [{ method: 'bank_debit', account: '', holder: 'A' }, 'Enter a valid Account number.'],
  ])('[PAY-13] says at the form what is wrong with %o', async (change, message) => {
    const { post, stripe, session } = await startPage();
    const response = await post({ ...CARD, ...change });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(message);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
  });

  it('[PAY-13] leads through the 3D Secure challenge', async () => {
    const { get, post, session } = await startPage();
    const secure = { ...CARD, number: '4000002760003184' };
    expect((await post(secure)).headers.get('location')).toBe(`/c/pay/${session.id}/authenticate`);
    const challenge = await (await get('/authenticate')).text();
    expect(challenge).toContain('>Complete authentication</button>');
    expect((await post({ result: 'fail' }, '/authenticate')).headers.get('location')).toBe(
      `/c/pay/${session.id}`,
    );
    expect(await (await get()).text()).toContain('We are unable to authenticate your payment method.');
    expect((await get('/authenticate')).headers.get('location')).toBe(`/c/pay/${session.id}`);
    await post(secure);
    const done = await post({ result: 'complete' }, '/authenticate');
    expect(done.headers.get('location')).toContain(session.id);
  });

  it('[PAY-10] takes a bank debit as complete and unpaid', async () => {
    const { post, stripe, session } = await startPage();
    const form = { method: 'bank_debit', email: 'a@example.com', account: '000123456789', holder: 'Ann' };
    expect((await post(form)).status).toBe(303);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
    });
  });

  it('[PAY-13] offers only the methods that the session allows', async () => {
    const { get, post } = await startPage({ allowed_payment_method_types: ['card'] });
    expect(await (await get()).text()).not.toContain('Bank debit');
    const text = await (await post({ method: 'bank_debit', account: '000123456789' })).text();
    expect(text).toContain('Enter a card number.');
  });

  it('[PAY-1] has its own words for paid, expired and unknown sessions', async () => {
    const { get, post, sandbox, stripe, url, session } = await startPage();
    await post(CARD);
    expect(await (await post(CARD)).text()).toContain('This payment is already complete');
    expect(await (await get()).text()).toContain(`http://app.test/return?checkout=${session.id}`);
    expect((await stripe.charges.list()).data).toHaveLength(1);
    const late = await stripe.checkout.sessions.create(checkoutParams());
    await sandbox.advance(24 * 3_600_000);
    expect(await (await fetch(String(late.url))).text()).toContain('This checkout has expired');
    const unknown = await fetch(`${url}/c/pay/cs_test_none`);
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain('There is no such checkout');
  });

  it('[PAY-13] shows what a caller wrote as text, never as markup', async () => {
    const evil = {
      currency: 'usd',
      unit_amount: 100,
      product_data: { name: '<img src=x onerror=alert(1)>"' },
    };
    const { get, post } = await startPage({ line_items: [{ quantity: 1, price_data: evil }] });
    expect(await (await get()).text()).not.toContain('<img');
    const echoed = await post({ ...CARD, name: '"><script>alert(1)</script>', cvc: '' });
    expect(await echoed.text()).not.toContain('<script>alert');
  });
});
