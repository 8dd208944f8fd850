import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { onTestFinished } from 'vitest';
import { createManualClock, type ManualClock } from '../core/clock.ts';
import { createStripeSandbox, type StripeSandbox } from '../sandbox.ts';

export const SECRET = 'whsec_harness0123456789';

export interface Receipt {
  body: string;
  signature: string;
  event: { id: string; type: string };
}

export interface Receiver {
  url: string;
  receipts: Receipt[];
  types(): string[];
  /** The status for each coming request; the last one stays. */
  answerWith(...statusCodes: number[]): void;
  /** Takes requests and answers none, until told how to answer. */
  hang(): void;
}

/** A webhook endpoint that keeps what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const receipts: Receipt[] = [];
  let statusCodes = [200];
  let hangs = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      receipts.push({
        body,
        signature: String(request.headers['stripe-signature']),
        event: JSON.parse(body),
      });
      if (hangs) return;
      response.statusCode = statusCodes[0] ?? 200;
      if (statusCodes.length > 1) statusCodes.shift();
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    receipts,
    types: () => receipts.map((receipt) => receipt.event.type),
    answerWith(...codes) {
      statusCodes = codes;
      hangs = false;
    },
    hang() {
      hangs = true;
    },
  };
}

export interface Bench {
  sandbox: StripeSandbox;
  stripe: Stripe;
  url: string;
  clock: ManualClock;
}

export interface BenchOptions {
  dataFile?: string;
  receiver?: Receiver;
  clock?: ManualClock;
}

export async function startBench(options: BenchOptions = {}): Promise<Bench> {
  const clock = options.clock ?? createManualClock();
  const sandbox = createStripeSandbox({
    port: 0,
    clock,
    dataFile: options.dataFile,
    webhookEndpoints: options.receiver ? [{ url: options.receiver.url, secret: SECRET }] : [],
  });
  onTestFinished(() => sandbox.stop());
  const { url } = await sandbox.start();
  return { sandbox, stripe: sdk(url), url, clock };
}

export function sdk(url: string, key = 'sk_test_bench'): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}

export function checkoutParams(
  extra: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    success_url: 'http://app.test/return?checkout={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://app.test/',
    line_items: [
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 100, product_data: { name: 'One day' } } },
    ],
    ...extra,
  };
}

export async function caught(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Stripe.errors.StripeError) return error;
  throw new Error('The SDK did not throw a StripeError.', { cause: error });
}
