export interface CardPayment {
  method: 'card';
  number: string;
  expMonth: number;
  expYear: number;
  email: string;
  name: string;
}

export interface BankDebitPayment {
  method: 'bank_debit';
  account: string;
  email: string;
  name: string;
}

/** A form that has passed every check; what happens next depends on the number. */
export type Payment = CardPayment | BankDebitPayment;
