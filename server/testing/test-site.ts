import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair } from 'jose';
import type Stripe from 'stripe';
import { createStripeSandbox, type StripeSandbox } from '../../stripe-sandbox/sandbox.ts';
import { createTaskRunner } from '../agent/runner.ts';
import { createSealer } from '../agent/secrets/sealer.ts';
import { createSecrets } from '../agent/secrets/secret-store.ts';
import { createIdentity } from '../auth/identity.ts';
import { createTokens } from '../auth/tokens.ts';
import { createJobs } from '../db/jobs.ts';
import { createListener } from '../db/listener.ts';
import { createHttp } from '../http.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { createStopper } from '../lib/stopper.ts';
import { createOutsideDoors } from '../outside/doors.ts';
import { createPayments } from '../payments/create-payments.ts';
import { createFulfilment, type Fulfil } from '../payments/fulfilment.ts';
import { refundLostDays } from '../payments/lost-days.ts';
import type { Reconciler } from '../payments/reconciler.ts';
import { createSeats } from '../payments/seats.ts';
import { createStripeClient } from '../payments/stripe-client.ts';
import { registerRoutes } from '../routes.ts';
import { createLeases } from '../sessions/leases.ts';
import { createReceipts, type Receipts } from '../sessions/receipts.ts';
import { createRevocation, type Revoke } from '../sessions/revocation.ts';
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts';
import { Browser } from './browser.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export const RETENTION_MS = 60_000;
const price = { amountCents: 100, currency: 'usd' };

export interface TestSite {
  url: string;
  dataDir: string;
  database: TestDatabase;
  stripe: Stripe;
  sandbox: StripeSandbox;
  fulfil: Fulfil;
  /** Fulfilment as another server over the same database would do it. */
  otherNode(change?: { livemode: boolean }): Fulfil;
  /** Runs only when a test tells it to. */
  reconciler: Reconciler;
  sessions: SessionStore;
  revoke: Revoke;
  receipts: Receipts;
  webhookSecret: string;
  /** What the server accepts; two of them during a roll. */
  webhookSecrets: string[];
  /** A browser with a cookie jar of its own. */
  browser(): Browser;
  /** Moves the clock that sign-in goes by; the database keeps its own. */
  advance(ms: number): void;
  stop(): Promise<void>;
}

/** Everything behind HTTP but desktops: real PostgreSQL, real jobs, the sandbox over the official SDK. */
export async function createTestSite(
  options: {
    maxSessions?: number;
    sessionTtlMs?: number;
    adminPasswordHash?: string;
    /** Every browser has an address of its own, so that the limits per address leave crowds alone. */
    ownAddresses?: boolean;
  } = {},
): Promise<TestSite> {
  const log = createLog('silent', 'json');
  const stopper = createStopper(log);
  const database = await createTestDatabase();
  stopper.add('database', () => database.stop());
  const { db } = database;
  const listener = createListener(database.url, log);
  await listener.start();
  stopper.add('listener', () => listener.stop());
  const jobs = createJobs(database.url, log);
  await jobs.start();
  stopper.add('jobs', () => jobs.stop());

  const dataDir = await mkdtemp(join(tmpdir(), 'oda-site-'));
  stopper.add('data', () => rm(dataDir, { recursive: true, force: true }));

  const sandbox = createStripeSandbox({ port: 0 });
  const { url: stripeUrl } = await sandbox.start();
  stopper.add('sandbox', () => sandbox.stop());
  const stripe = createStripeClient('sk_test_sandbox', stripeUrl);
  const sessionTtlMs = options.sessionTtlMs ?? 60_000;
  const sessions = createSessionStore(db, refundLostDays(jobs));
  let aheadMs = 0;
  const leases = createLeases({ db, listener, clock: systemClock, log });
  leases.start();
  stopper.add('leases', () => leases.stop());
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const keys = { signing: { kid: 'k', key: privateKey }, verifying: new Map([['k', publicKey]]) };
  const tokens = createTokens(keys, systemClock);
  const secrets = createSecrets(db, createSealer(randomBytes(32)));
  const desktopOf = async () => null;
  const runner = createTaskRunner({
    secrets,
    confine: async () => {},
    ...{ db, leases, sessions, log, llm: null },
    clock: systemClock,
    dataDir,
    desktopOf,
  });
  const revoke = createRevocation({
    ...{ sessions, leases, log },
    desktops: { release: async () => ({ processes: 0, files: 0 }) },
    endAgentWork: runner.endSession,
  });
  const receipts = createReceipts({ db, artifacts: runner.artifacts, retentionMs: RETENTION_MS });
  const webhookSecrets: string[] = [];
  const paymentDeps = {
    ...{ db, stripe, jobs, revoke, webhookSecrets, price, sessionTtlMs, log },
    livemode: false,
    maxSessions: options.maxSessions ?? 100,
    clock: systemClock,
  };
  const payments = await createPayments(paymentDeps);
  const { fulfil } = payments;
  const identity = createIdentity({
    ...{ db, sessions, leases, tokens, fulfil, log },
    clock: { now: () => Date.now() + aheadMs },
    secure: false,
    adminPasswordHash: options.adminPasswordHash,
  });

  const outside = createOutsideDoors({
    ...{ db, leases, sessions, runner, desktopOf, log, release: 'test', heartbeatMs: 30_000 },
    ...{ apiTokens: identity.apiTokens, validateJWTToken: tokens.validateJWTToken, clock: systemClock },
    spendTicket: async () => true,
  });

  const clientDir = await mkdtemp(join(tmpdir(), 'oda-client-'));
  stopper.add('client', () => rm(clientDir, { recursive: true, force: true }));
  await mkdir(join(clientDir, 'assets'));
  await writeFile(join(clientDir, 'index.html'), '<!doctype html><title>page</title>');

  let browsers = 0;
  const allowedOrigins = new Set<string>();
  const trustProxy = options.ownAddresses ?? false;
  const http = await createHttp({ log, trustProxy, allowedOrigins, release: 'test', secure: false });
  await registerRoutes(http, {
    clientDir,
    ...payments,
    ...identity,
    release: 'test',
    sessionTtlMs,
    testPayments: true,
    ...{ sessions, leases, tokens, runner, secrets, receipts, revoke, db, log },
    clock: systemClock,
    ...{ desktopOf, newMcpServer: outside.newMcpServer, publicUrl: undefined },
    isDraining: () => false,
    warmDesktops: () => 0,
  });
  const url = await http.listen({ port: 0, host: '127.0.0.1' });
  stopper.add('http', () => http.close());
  allowedOrigins.add(url);

  const endpoint = await stripe.webhookEndpoints.create({
    url: `${url}/api/stripe/webhook`,
    enabled_events: ['*'],
  });
  const webhookSecret = endpoint.secret as string;
  webhookSecrets.push(webhookSecret);
  return {
    url,
    dataDir,
    database,
    stripe,
    sandbox,
    fulfil,
    otherNode: (change) => createFulfilment({ ...paymentDeps, withSeats: createSeats(db), ...change }),
    reconciler: payments.reconciler,
    sessions,
    revoke,
    receipts,
    webhookSecret,
    webhookSecrets,
    browser() {
      browsers += 1;
      return new Browser(url, trustProxy ? `203.0.113.${browsers % 256}` : undefined);
    },
    advance(ms) {
      aheadMs += ms;
    },
    stop: () => stopper.stop(),
  };
}
