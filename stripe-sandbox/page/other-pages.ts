import type { Stripe } from 'stripe';
import { formatAmount } from '../objects/money.ts';
import { html } from './html.ts';
import { documentPage } from './layout.ts';

export function challengePage(session: Stripe.Checkout.Session): string {
  const total = formatAmount(session.amount_total ?? 0, session.currency ?? 'usd');
  const main = html`<main class="dialog">
<p class="dialog-mark" aria-hidden="true">3D</p>
<h1>Confirm this payment with your bank</h1>
<p>Your bank would now ask whether you want to pay <strong>${total}</strong>. In the sandbox you decide how that ends.</p>
<form method="post" data-checkout>
<button class="pay" name="result" value="complete">Complete authentication</button>
<button class="quiet" name="result" value="fail">Fail authentication</button>
</form>
</main>`;
  return documentPage('Confirm with your bank', main, true);
}

export interface Notice {
  title: string;
  text: string;
  link?: { label: string; href: string } | undefined;
}

export function noticePage(notice: Notice): string {
  const main = html`<main class="dialog">
<h1>${notice.title}</h1>
<p>${notice.text}</p>
${notice.link && html`<a class="pay" href="${notice.link.href}">${notice.link.label}</a>`}
</main>`;
  return documentPage(notice.title, main);
}

/** What a session that can no longer be paid says instead of its form. */
export function closedNotice(session: Stripe.Checkout.Session, successUrl: string): Notice {
  if (session.status === 'complete') {
    const text = 'Nothing more is to be paid here, and nothing was charged twice.';
    return { title: 'This payment is already complete', text, link: { label: 'Continue', href: successUrl } };
  }
  const link = session.cancel_url === null ? undefined : { label: 'Start again', href: session.cancel_url };
  return {
    title: 'This checkout has expired',
    text: 'It was open for a limited time. You were not charged.',
    link,
  };
}

export const unknownNotice: Notice = {
  title: 'There is no such checkout',
  text: 'The address may be cut short, or it belongs to another sandbox.',
};
