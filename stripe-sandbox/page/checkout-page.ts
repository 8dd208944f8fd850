import type { Stripe } from 'stripe';
import type { SessionExtra } from '../core/store.ts';
import { formatAmount } from '../objects/money.ts';
import { type BankDebit, bankDebitFor, TEST_CARDS } from '../payments/test-cards.ts';
import type { CheckoutForm, Field, FormErrors } from './checkout-form.ts';
import { type Html, html } from './html.ts';
import { documentPage } from './layout.ts';

/** The rest of the test cards work too, but would crowd the page. */
const SHOWN_CARDS = 9;

const ITEM_MARK = html`<svg class="item-mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4.5 18.5 8v8L12 19.5 5.5 16V8L12 4.5Zm0 0V12m0 0 6.5-4M12 12 5.5 8M12 12v7.5"/></svg>`;

export function checkoutPage(
  session: Stripe.Checkout.Session,
  lineItems: SessionExtra['lineItems'],
  form: CheckoutForm,
  errors: FormErrors,
): string {
  const currency = session.currency ?? 'usd';
  const total = formatAmount(session.amount_total ?? 0, currency);
  const bankDebit = session.payment_method_types.some((type) => type !== 'card')
    ? bankDebitFor(currency)
    : undefined;
  const offersCard = session.payment_method_types.includes('card');
  const chips = [
    ...(offersCard ? [chipGroup('card', TEST_CARDS.slice(0, SHOWN_CARDS))] : []),
    ...(bankDebit ? [chipGroup('bank_debit', bankDebit.accounts)] : []),
  ];
  const main = html`<main class="checkout">
${summary(session, lineItems, total, chips)}
<section class="payment" aria-labelledby="payment-heading">
<form method="post" novalidate data-checkout>
<h1 id="payment-heading">Payment details</h1>
${errors.form !== undefined && html`<p class="form-error" role="alert">${errors.form}</p>`}
${input({ field: 'email', label: 'Email', form, errors, type: 'email', autocomplete: 'email', readOnly: session.customer_email !== null })}
${bankDebit && offersCard ? tabs(form) : html`<input type="hidden" name="method" value="${form.method}">`}
${offersCard && cardPanel(form, errors)}
${bankDebit && bankPanel(bankDebit, form, errors)}
<button class="pay" type="submit" data-busy-label="Processing…">Pay ${total}</button>
${session.custom_text.submit && html`<p class="fine-print">${session.custom_text.submit.message}</p>`}
<p class="fine-print">This page stands in for Stripe Checkout during development. Never type a real card here.</p>
</form>
</section>
</main>`;
  return documentPage(`Pay ${total}`, main, true);
}

function summary(
  session: Stripe.Checkout.Session,
  lineItems: Stripe.LineItem[],
  total: string,
  chips: Html[],
): Html {
  return html`<section class="summary" aria-label="Order">
${session.cancel_url !== null && html`<a class="back" href="${session.cancel_url}"><span aria-hidden="true">←</span> Back</a>`}
<p class="summary-title">Total due</p>
<p class="amount">${total}</p>
<ul class="items">${lineItems.map(itemRow)}</ul>
${chips}
</section>`;
}

/** The hints sit beside the form, which stays as bare as the real one. */
function chipGroup(
  method: CheckoutForm['method'],
  choices: readonly { number: string; label: string }[],
): Html {
  const field: Field = method === 'card' ? 'number' : 'account';
  const title = method === 'card' ? 'Test cards' : 'Test accounts';
  const chips = choices.map(
    ({
      label,
      number,
    }) => html`<button type="button" class="chip" data-fill="${field}" data-value="${number}">
<span>${label}</span><small>•• ${number.slice(-4)}</small></button>`,
  );
  return html`<div class="hints" role="group" aria-label="${title}" data-method="${method}">
<p>${title} <span class="hints-how">– pick one to fill the form</span></p><div class="chips">${chips}</div></div>`;
}

function itemRow(item: Stripe.LineItem): Html {
  const quantity = item.quantity ?? 1;
  return html`<li>${ITEM_MARK}
<span class="item-name">${item.description ?? ''}<small>Qty ${quantity}</small></span>
<span>${formatAmount(item.amount_total, item.currency)}</span></li>`;
}

function tabs(form: CheckoutForm): Html {
  const tab = (method: CheckoutForm['method'], label: string) => html`<label>
<input type="radio" name="method" value="${method}"${form.method === method && html` checked`}><span>${label}</span></label>`;
  return html`<fieldset class="tabs"><legend>Payment method</legend>${tab('card', 'Card')}${tab('bank_debit', 'Bank debit')}</fieldset>`;
}

function cardPanel(form: CheckoutForm, errors: FormErrors): Html {
  return html`<div class="panel" data-method="card">
${input({ field: 'number', label: 'Card number', form, errors, inputMode: 'numeric', autocomplete: 'cc-number', placeholder: '1234 1234 1234 1234' })}
<div class="row">
${input({ field: 'expiry', label: 'Expiration', form, errors, inputMode: 'numeric', autocomplete: 'cc-exp', placeholder: 'MM / YY' })}
${input({ field: 'cvc', label: 'CVC', form, errors, inputMode: 'numeric', autocomplete: 'cc-csc', placeholder: '123' })}
</div>
${input({ field: 'name', label: 'Name on card', form, errors, autocomplete: 'cc-name', placeholder: 'Full name' })}
</div>`;
}

function bankPanel(bankDebit: BankDebit, form: CheckoutForm, errors: FormErrors): Html {
  return html`<div class="panel" data-method="bank_debit">
${input({ field: 'account', label: bankDebit.label, form, errors, placeholder: bankDebit.accounts[0]?.number })}
${input({ field: 'holder', label: 'Account holder', form, errors, autocomplete: 'name', placeholder: 'Full name' })}
<p class="fine-print">The bank answers later: the order is placed now and paid when the debit goes through.</p>
</div>`;
}

interface InputOptions {
  field: Field;
  label: string;
  form: CheckoutForm;
  errors: FormErrors;
  type?: string;
  inputMode?: string;
  autocomplete?: string;
  placeholder?: string | undefined;
  readOnly?: boolean;
}

function input(options: InputOptions): Html {
  const { field, label, errors, form } = options;
  const error = errors[field];
  return html`<div class="field">
<label for="${field}">${label}</label>
<input id="${field}" name="${field}" type="${options.type ?? 'text'}" value="${form.values[field]}" spellcheck="false"
 autocomplete="${options.autocomplete ?? 'off'}"${options.inputMode !== undefined && html` inputmode="${options.inputMode}"`}${options.placeholder !== undefined && html` placeholder="${options.placeholder}"`}${options.readOnly && html` readonly`}${error !== undefined && html` aria-invalid="true" aria-describedby="${field}-error"`}>
${error !== undefined && html`<p class="error" id="${field}-error">${error}</p>`}
</div>`;
}
