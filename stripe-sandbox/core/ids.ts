import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

export const newId = {
  account: () => `acct_1${randomText(15)}`,
  charge: () => `ch_3${randomText(23)}`,
  checkoutSession: () => `cs_test_a1${randomText(56)}`,
  customer: () => `cus_${randomText(14)}`,
  delivery: () => `whd_1${randomText(23)}`,
  dispute: () => `du_1${randomText(23)}`,
  earlyFraudWarning: () => `issfr_1${randomText(23)}`,
  event: () => `evt_1${randomText(23)}`,
  job: () => `job_${randomText(14)}`,
  lineItem: () => `li_1${randomText(23)}`,
  paymentIntent: () => `pi_3${randomText(23)}`,
  paymentMethod: () => `pm_1${randomText(23)}`,
  price: () => `price_1${randomText(23)}`,
  product: () => `prod_${randomText(14)}`,
  refund: () => `re_3${randomText(23)}`,
  request: () => `req_${randomText(14)}`,
  webhookEndpoint: () => `we_1${randomText(23)}`,
  webhookSecret: () => `whsec_${randomText(32)}`,
  fingerprint: () => randomText(16),
  clientSecret: (ofId: string) => `${ofId}_secret_${randomText(25)}`,
};
