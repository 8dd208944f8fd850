export interface Decline {
  code: string;
  declineCode: string | null;
  message: string;
}

export type CardBehaviour =
  | { type: 'succeeds' }
  | { type: 'declined'; decline: Decline }
  | { type: 'needs-authentication' }
  | { type: 'disputed' }
  | { type: 'early-fraud-warning' };

export interface TestCard {
  number: string;
  label: string;
  behaviour: CardBehaviour;
}

const SUCCEEDS: CardBehaviour = { type: 'succeeds' };

function declined(code: string, declineCode: string | null, message: string): CardBehaviour {
  return { type: 'declined', decline: { code, declineCode, message } };
}

const GENERIC = 'Your card was declined.';
const WRONG_CVC = "Your card's security code is incorrect.";
const EXPIRED = 'Your card has expired.';
const PROCESSING = 'An error occurred while processing your card. Try again in a little bit.';
const NO_FUNDS = 'Your card has insufficient funds. Try a different card.';

/** As published at https://docs.stripe.com/testing. */
export const TEST_CARDS: readonly TestCard[] = [
  { number: '4242424242424242', label: 'Succeeds', behaviour: SUCCEEDS },
  { number: '4000002760003184', label: 'Asks for 3D Secure', behaviour: { type: 'needs-authentication' } },
  {
    number: '4000000000000002',
    label: 'Declined',
    behaviour: declined('card_declined', 'generic_decline', GENERIC),
  },
  {
    number: '4000000000009995',
    label: 'Insufficient funds',
    behaviour: declined('card_declined', 'insufficient_funds', NO_FUNDS),
  },
  { number: '4000000000000069', label: 'Expired card', behaviour: declined('expired_card', null, EXPIRED) },
  { number: '4000000000000127', label: 'Wrong CVC', behaviour: declined('incorrect_cvc', null, WRONG_CVC) },
  {
    number: '4000000000000119',
    label: 'Processing error',
    behaviour: declined('processing_error', null, PROCESSING),
  },
  { number: '4000000000000259', label: 'Disputed later', behaviour: { type: 'disputed' } },
  { number: '4000000000005423', label: 'Fraud warning later', behaviour: { type: 'early-fraud-warning' } },
  {
    number: '4000002500003155',
    label: '3D Secure, unless set up',
    behaviour: { type: 'needs-authentication' },
  },
  { number: '5555555555554444', label: 'Mastercard', behaviour: SUCCEEDS },
  { number: '378282246310005', label: 'American Express', behaviour: SUCCEEDS },
];

/** A real-looking number that Stripe does not list for tests is declined, as Stripe does in test mode. */
const NOT_A_TEST_CARD = declined(
  'card_declined',
  'test_mode_live_card',
  'Your card was declined. Your request was in test mode, but used a non test card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
);

export function behaviourOf(number: string): CardBehaviour {
  return TEST_CARDS.find((card) => card.number === number)?.behaviour ?? NOT_A_TEST_CARD;
}

interface TestBankAccount {
  number: string;
  label: string;
  outcome: 'succeeds' | 'fails';
}

const US_ACCOUNTS: readonly TestBankAccount[] = [
  { number: '000123456789', label: 'Succeeds later', outcome: 'succeeds' },
  { number: '000222222227', label: 'Fails later', outcome: 'fails' },
];

const IBANS: readonly TestBankAccount[] = [
  { number: 'DE89370400440532013000', label: 'Succeeds later', outcome: 'succeeds' },
  { number: 'DE62370400440532013001', label: 'Fails later', outcome: 'fails' },
];

export interface BankDebit {
  type: 'us_bank_account' | 'sepa_debit';
  label: string;
  accounts: readonly TestBankAccount[];
}

/** The delayed method that Stripe offers in this currency, if there is one here. */
export function bankDebitFor(currency: string): BankDebit | undefined {
  if (currency === 'usd') return { type: 'us_bank_account', label: 'Account number', accounts: US_ACCOUNTS };
  if (currency === 'eur') return { type: 'sepa_debit', label: 'IBAN', accounts: IBANS };
  return undefined;
}
