import type { Stripe } from 'stripe';
import type { Payment } from '../payments/payment.ts';
import { bankDebitFor } from '../payments/test-cards.ts';
import { cvcProblem, expiryProblem, numberProblem, parseExpiry } from './card-check.ts';

const FIELDS = ['email', 'number', 'expiry', 'cvc', 'name', 'account', 'holder'] as const;
export type Field = (typeof FIELDS)[number];

export interface CheckoutForm {
  method: 'card' | 'bank_debit';
  values: Record<Field, string>;
}

/** What to say at which field; `form` is for the payment as a whole. */
export type FormErrors = Partial<Record<Field | 'form', string>>;

export function emptyForm(session: Stripe.Checkout.Session): CheckoutForm {
  const values = {
    email: session.customer_email ?? '',
    number: '',
    expiry: '',
    cvc: '',
    name: '',
    account: '',
    holder: '',
  };
  return { method: session.payment_method_types.includes('card') ? 'card' : 'bank_debit', values };
}

export function readForm(body: string, session: Stripe.Checkout.Session): CheckoutForm {
  const params = new URLSearchParams(body);
  const form = emptyForm(session);
  for (const field of FIELDS) form.values[field] = (params.get(field) ?? '').trim().slice(0, 200);
  if (session.customer_email) form.values.email = session.customer_email;
  const offersBankDebit = session.payment_method_types.some((type) => type !== 'card');
  if (params.get('method') === 'bank_debit' && offersBankDebit) form.method = 'bank_debit';
  return form;
}

export function checkForm(
  { method, values }: CheckoutForm,
  currency: string,
  nowMs: number,
): { payment: Payment } | { errors: FormErrors } {
  const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(values.email) ? undefined : 'Enter a valid email address.';
  if (method === 'bank_debit') {
    const account = values.account.replace(/\s/g, '').toUpperCase();
    const errors = {
      email,
      account: /^[A-Z0-9]{8,34}$/.test(account)
        ? undefined
        : `Enter a valid ${bankDebitFor(currency)?.label ?? 'account number'}.`,
      holder: values.holder ? undefined : 'Enter the name of the account holder.',
    };
    if (hasErrors(errors)) return { errors: present(errors) };
    return { payment: { method: 'bank_debit', account, email: values.email, name: values.holder } };
  }
  const number = values.number.replace(/[\s-]/g, '');
  const errors = {
    email,
    number: numberProblem(number),
    expiry: expiryProblem(values.expiry, nowMs),
    cvc: cvcProblem(values.cvc, number),
    name: values.name ? undefined : 'Enter the name on your card.',
  };
  const expiry = parseExpiry(values.expiry);
  if (hasErrors(errors) || !expiry) return { errors: present(errors) };
  const { month: expMonth, year: expYear } = expiry;
  return { payment: { method: 'card', number, expMonth, expYear, email: values.email, name: values.name } };
}

function hasErrors(errors: Record<string, string | undefined>): boolean {
  return Object.values(errors).some(Boolean);
}

function present(errors: Record<string, string | undefined>): FormErrors {
  return Object.fromEntries(Object.entries(errors).filter(([, message]) => message !== undefined));
}
