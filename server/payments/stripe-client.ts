import Stripe from 'stripe';

/** The official SDK; `apiUrl` points it at the sandbox. */
export function createStripeClient(secretKey: string, apiUrl?: string): Stripe {
  const options: Stripe.StripeConfig = { maxNetworkRetries: 2, timeout: 10_000, telemetry: false };
  if (apiUrl) {
    const url = new URL(apiUrl);
    options.host = url.hostname;
    options.port = url.port || (url.protocol === 'https:' ? 443 : 80);
    options.protocol = url.protocol === 'https:' ? 'https' : 'http';
  }
  return new Stripe(secretKey, options);
}
