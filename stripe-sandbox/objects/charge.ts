import type { Stripe } from 'stripe';
import { newId } from '../core/ids.ts';
import type { CardPayment, Payment } from '../payments/payment.ts';
import { bankDebitFor, type Decline } from '../payments/test-cards.ts';

export type ChargeResult =
  | { status: 'succeeded'; threeDSecure: boolean }
  | { status: 'pending' }
  | { status: 'failed'; decline: Decline };

export function newCharge(
  intent: Stripe.PaymentIntent,
  payment: Payment,
  result: ChargeResult,
  paymentMethodId: string,
  created: number,
): Stripe.Charge {
  const decline = result.status === 'failed' ? result.decline : null;
  return {
    id: newId.charge(),
    object: 'charge',
    amount: intent.amount,
    amount_captured: result.status === 'succeeded' ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: payment.email, name: payment.name, phone: null, tax_id: null },
    calculated_statement_descriptor: intent.statement_descriptor ?? 'SANDBOX',
    captured: result.status === 'succeeded',
    created,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: outcomeOf(result),
    paid: result.status !== 'failed',
    payment_intent: intent.id,
    payment_method: paymentMethodId,
    payment_method_details:
      payment.method === 'card'
        ? cardDetails(payment, intent.amount, result.status === 'succeeded' && result.threeDSecure)
        : bankDetails(payment.account, intent.currency),
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: result.status,
    transfer_data: null,
    transfer_group: null,
  };
}

export function outcomeOf(result: ChargeResult): Stripe.Charge.Outcome {
  const declined = result.status === 'failed';
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: declined ? 'declined_by_network' : 'approved_by_network',
    reason: declined ? (result.decline.declineCode ?? result.decline.code) : null,
    risk_level: 'normal',
    risk_score: 12,
    seller_message: declined
      ? 'The bank did not return any further details with this decline.'
      : 'Payment complete.',
    type: declined ? 'issuer_declined' : 'authorized',
  };
}

export function brandOf(number: string): 'visa' | 'mastercard' | 'amex' | 'unknown' {
  if (number.startsWith('4')) return 'visa';
  if (/^(5[1-5]|2[2-7])/.test(number)) return 'mastercard';
  return /^3[47]/.test(number) ? 'amex' : 'unknown';
}

function cardDetails(
  card: CardPayment,
  amount: number,
  authenticated: boolean,
): Stripe.Charge.PaymentMethodDetails {
  const brand = brandOf(card.number);
  const details = {
    amount_authorized: amount,
    authorization_code: '123456',
    brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    electronic_commerce_indicator: null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: newId.fingerprint(),
    funding: 'credit',
    installments: null,
    last4: card.number.slice(-4),
    mandate: null,
    network: brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: null,
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  } satisfies Stripe.Charge.PaymentMethodDetails.Card;
  return { type: 'card', card: details };
}

function bankDetails(account: string, currency: string): Stripe.Charge.PaymentMethodDetails {
  const last4 = account.slice(-4);
  const fingerprint = newId.fingerprint();
  if (bankDebitFor(currency)?.type === 'sepa_debit') {
    const country = account.slice(0, 2);
    const sepa = {
      bank_code: account.slice(4, 12),
      branch_code: null,
      country,
      fingerprint,
      last4,
      mandate: null,
    };
    return { type: 'sepa_debit', sepa_debit: sepa };
  }
  const us: Stripe.Charge.PaymentMethodDetails.UsBankAccount = {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: 'STRIPE TEST BANK',
    fingerprint,
    last4,
    payment_reference: null,
    routing_number: '110000000',
  };
  return { type: 'us_bank_account', us_bank_account: us };
}
