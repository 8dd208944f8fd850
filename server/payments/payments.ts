import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { Jobs } from '../db/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import { newSecret, sha256 } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import type { Stopper } from '../lib/stopper.ts';
import type { Revoke } from '../sessions/revocation.ts';
import { createPayments, type Payments } from './create-payments.ts';
import { startReconciler } from './reconciler.ts';
import { startStripeSandbox } from './sandbox-process.ts';
import { createStripeClient } from './stripe-client.ts';

/** Stripe's three doors, on real keys or, without any, on the sandbox beside us. */
export async function startPayments(deps: {
  config: Config;
  db: Db;
  jobs: Jobs;
  revoke: Revoke;
  clock: Clock;
  log: Log;
  stopper: Stopper;
}): Promise<Payments> {
  const { settings, secrets } = deps.config;
  const account = secrets.STRIPE_SECRET_KEY
    ? {
        key: secrets.STRIPE_SECRET_KEY,
        webhookSecrets: secrets.STRIPE_WEBHOOK_SECRET ?? [],
        apiUrl: settings.STRIPE_API_URL,
      }
    : await startSandbox(deps);
  const payments = await createPayments({
    ...deps,
    stripe: createStripeClient(account.key, account.apiUrl),
    webhookSecrets: account.webhookSecrets,
    price: { amountCents: settings.PRICE_CENTS, currency: settings.CURRENCY },
    livemode: account.key.startsWith('sk_live_'),
    maxSessions: settings.MAX_SESSIONS,
    sessionTtlMs: settings.SESSION_TTL_MS,
  });
  const reconciler = startReconciler(payments.reconciler, deps.log);
  deps.stopper.add('reconciler', reconciler.stop);
  return payments;
}

async function startSandbox(deps: { config: Config; log: Log; stopper: Stopper }) {
  const { settings } = deps.config;
  const port = settings.STRIPE_SANDBOX_PORT ?? settings.PORT + 1;
  const publicUrl = new URL(settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`);
  publicUrl.port = String(port);
  const webhookSecret = `whsec_${sha256(newSecret())}`;
  const sandbox = await startStripeSandbox({
    host: settings.HOST,
    port,
    publicUrl: publicUrl.origin,
    dataFile: join(settings.DATA_DIR, 'stripe-sandbox.json'),
    webhookUrl: `http://127.0.0.1:${settings.PORT}/api/stripe/webhook`,
    webhookSecret,
    log: deps.log,
  });
  deps.stopper.add('stripe-sandbox', sandbox.stop);
  return { key: 'sk_test_sandbox', webhookSecrets: [webhookSecret], apiUrl: `http://127.0.0.1:${port}` };
}
