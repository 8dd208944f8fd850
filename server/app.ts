import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelSettings } from './agent/llm/model-settings.ts';
import { createTaskRunner } from './agent/runner.ts';
import { openSealer } from './agent/secrets/sealer.ts';
import { createSecrets } from './agent/secrets/secret-store.ts';
import { createTaskStore, taskView } from './agent/task-store.ts';
import { createIdentity } from './auth/identity.ts';
import { watchKeys } from './auth/keys.ts';
import { forgetExpiredTickets, useTicketOnce } from './auth/tickets.ts';
import { createTokens } from './auth/tokens.ts';
import type { Config } from './config.ts';
import { openDatabase, openForMigrations } from './db/database.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { createJobs } from './db/jobs.ts';
import { createListener } from './db/listener.ts';
import { migrateToLatest } from './db/migrate.ts';
import type { DesktopDriver } from './drivers/driver.ts';
import { createLocalDriver } from './drivers/local/local-driver.ts';
import { createHttp } from './http.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { periodic } from './lib/periodic.ts';
import { createPlaces } from './lib/places.ts';
import { createStopper } from './lib/stopper.ts';
import { createOutsideDoors } from './outside/doors.ts';
import { refundLostDays } from './payments/lost-days.ts';
import { startPayments } from './payments/payments.ts';
import { createControlSocket } from './realtime/control-socket.ts';
import { createEventFeed } from './realtime/event-feed.ts';
import { registerRoutes } from './routes.ts';
import { createLeases } from './sessions/leases.ts';
import { createReceipts } from './sessions/receipts.ts';
import { startSessionService } from './sessions/session-service.ts';
import { createSessionStore } from './sessions/session-store.ts';
import { createUpgradeHandler } from './upgrade.ts';
import { createVNCManager } from './vnc-manager.ts';
import { createVncProxy } from './vnc-proxy.ts';

export interface App {
  /** Where a visitor finds the page. */
  url: string;
  /** Sessions that live on when this process ends, and the last deadline among them. */
  survivors(): Promise<{ count: number; until: Date | null }>;
  /** Reads JWT_KEYS_FILE now instead of within two seconds. */
  reloadKeys(): Promise<void>;
  stop(): Promise<void>;
}

export interface Overrides {
  clock?: Clock;
  driver?: DesktopDriver;
}

const distDir = fileURLToPath(new URL('../dist', import.meta.url));
const SOCKETS_PER_SESSION = 32;
const FORGET_MS = 60_000;

/** Composition root: builds every part in order and stops them in reverse, also when one fails to start. */
export async function startApp(config: Config, log: Log, overrides: Overrides = {}): Promise<App> {
  const { settings } = config;
  const stopper = createStopper(log);
  const clock = overrides.clock ?? systemClock;
  let draining = false;
  try {
    await mkdir(settings.DATA_DIR, { recursive: true, mode: 0o755 });
    const databaseUrl = config.secrets.DATABASE_URL ?? (await startOwnDatabase());
    const migrations = openForMigrations(databaseUrl, log);
    const migrated = await migrateToLatest(migrations.db).finally(migrations.stop);
    if (migrated.length > 0) log.info({ event: 'database.migrated', migrations: migrated });
    const database = openDatabase(databaseUrl, log);
    stopper.add('database', database.stop);
    const { db } = database;
    const listener = createListener(databaseUrl, log);
    await listener.start();
    stopper.add('listener', listener.stop);
    const jobs = createJobs(databaseUrl, log);
    await jobs.start();
    stopper.add('jobs', jobs.stop);

    const keys = await watchKeys(settings.JWT_KEYS_FILE ?? join(settings.DATA_DIR, 'jwt-keys.json'), {
      ...{ mayCreate: settings.NODE_ENV !== 'production', clock, log },
    });
    stopper.add('keys', keys.stop);
    const tokens = createTokens(keys, clock, settings.ACCESS_TOKEN_MS);
    const sessions = createSessionStore(db, refundLostDays(jobs));
    const leases = createLeases({ db, listener, clock, log });
    leases.start();
    stopper.add('leases', leases.stop);
    const driver = overrides.driver ?? createLocalDriver({ dataDir: settings.DATA_DIR, log });
    const sealer = await openSealer(settings.SECRETS_KEY_FILE ?? join(settings.DATA_DIR, 'secrets.key'));
    const secrets = createSecrets(db, sealer);
    const runner = createTaskRunner({
      secrets,
      confine: async (sessionId, to) => {
        const row = await sessions.find(sessionId);
        if (!row?.desktop_id) throw new Error(`session ${sessionId} has no desktop`);
        await desktops.confine(row.desktop_id, to);
      },
      ...{ db, leases, sessions, log, clock, dataDir: settings.DATA_DIR, llm: modelSettings(config) },
      desktopOf: (sessionId) => service.desktopOf(sessionId),
    });
    const desktops = createVNCManager({
      driver,
      warmDesktops: settings.WARM_DESKTOPS,
      egressAllowPrivate: settings.EGRESS_ALLOW_PRIVATE,
      log,
    });
    const service = await startSessionService({
      ...{ db, jobs, sessions, leases, desktops, log, stopper },
      endAgentWork: (sessionId) => runner.endSession(sessionId),
    });
    runner.start();
    stopper.add('task runner', runner.stop);
    const { revoke } = service;
    const { artifacts } = runner;
    const receipts = createReceipts({ db, artifacts, retentionMs: settings.RETENTION_MS });
    const payments = await startPayments({ config, db, jobs, revoke, clock, log, stopper });

    const release = await builtRelease();
    const secure = settings.PUBLIC_URL?.startsWith('https:') ?? false;
    const allowedOrigins = new Set(settings.ALLOWED_ORIGINS);
    const identity = createIdentity({
      ...{ db, sessions, leases, tokens, fulfil: payments.fulfil, secure, clock, log },
      adminPasswordHash: config.secrets.ADMIN_PASSWORD_HASH,
    });
    const http = await createHttp({ log, trustProxy: settings.TRUST_PROXY, allowedOrigins, release, secure });
    const { validateJWTToken } = tokens;
    const { desktopOf } = service;
    const spendTicket = (tokenId: string, expiresAt: Date) => useTicketOnce(db, tokenId, expiresAt);
    const { HEARTBEAT_MS: heartbeatMs } = settings;
    const socketDeps = { db, validateJWTToken, leases, sessions, clock, log, heartbeatMs };
    const outside = createOutsideDoors({
      ...socketDeps,
      ...{ runner, release, spendTicket, desktopOf, apiTokens: identity.apiTokens },
    });
    await registerRoutes(http, {
      ...{ db, sessions, leases, tokens, runner, secrets, receipts, release, clock, log },
      ...payments,
      ...identity,
      revoke,
      ...{ desktopOf, newMcpServer: outside.newMcpServer, publicUrl: settings.PUBLIC_URL },
      sessionTtlMs: settings.SESSION_TTL_MS,
      testPayments: settings.testPayments,
      clientDir: join(distDir, 'client'),
      isDraining: () => draining,
      warmDesktops: () => desktops.warmCount,
    });

    const feed = createEventFeed({ db, listener, log });
    feed.start();
    stopper.add('event feed', feed.stop);
    const upgrades = createUpgradeHandler({
      ...{ allowedOrigins, clock, log },
      clientAddress: (request) => request.socket.remoteAddress ?? 'unknown',
      routes: [
        createControlSocket({
          ...socketDeps,
          ...{ feed, release },
          tasksOf: async (sessionId, trx) => (await createTaskStore(trx).list(sessionId)).map(taskView),
          socketsOfSession: createPlaces(SOCKETS_PER_SESSION),
        }),
        createVncProxy({
          ...socketDeps,
          ...{ desktopOf, spendTicket },
          isShareAlive: identity.shares.isAlive,
          onHumanInput: sessions.noteHumanInput,
          viewersOfSession: createPlaces(SOCKETS_PER_SESSION),
          accessTokenMs: settings.ACCESS_TOKEN_MS,
        }),
        outside.cdpProxy,
      ],
    });
    upgrades.attach(http.server);
    const forget = periodic('session.forget', FORGET_MS, log, async () => {
      await forgetExpiredTickets(db);
      await receipts.forgetOverdue();
    });
    stopper.add('what is kept for a while', forget.stop);

    const address = await http.listen({
      ...{ port: settings.PORT, host: settings.HOST },
      // Typed as a text, but handed to the log as it is: every line has an event. [OPS-1]
      listenTextResolver: (listening) => ({ event: 'http.listening', listening }) as unknown as string,
    });
    const url = settings.PUBLIC_URL ?? address;
    for (const origin of ownOrigins(url)) allowedOrigins.add(origin);
    stopper.add('http', () => http.close());
    stopper.add('outside calls', outside.stop);
    // http.close() waits for open sockets for ever: they hear 1012 first. [OPS-4]
    stopper.add('upgrades', upgrades.stop);
    stopper.add('readiness', () => {
      draining = true;
    });
    log.info({ event: 'server.ready', url, release, testPayments: settings.testPayments });

    return {
      url,
      survivors: async () => {
        const row = await db
          .selectFrom('sessions')
          .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.max('expires_at').as('until')])
          .where('status', '=', 'live')
          .executeTakeFirstOrThrow();
        return { count: Number(row.count), until: row.until };
      },
      reloadKeys: keys.reload,
      stop: stopper.stop,
    };
  } catch (error) {
    await stopper.stop();
    throw error;
  }

  async function startOwnDatabase(): Promise<string> {
    const postgres = await startEmbeddedPostgres(join(settings.DATA_DIR, 'postgres'));
    stopper.add('embedded postgres', postgres.stop);
    return postgres.url();
  }
}

async function builtRelease(): Promise<string> {
  const text = await readFile(join(distDir, 'release.json'), 'utf8');
  return (JSON.parse(text) as { release: string }).release;
}

/** A loopback address has three spellings, and people type any of them. */
function ownOrigins(url: string): string[] {
  const { protocol, hostname, port, origin } = new URL(url);
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  if (!loopback.includes(hostname)) return [origin];
  return loopback.map((host) => new URL(`${protocol}//${host}:${port}`).origin);
}
