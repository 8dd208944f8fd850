import { createAdminSessions } from '../admin/admin-sessions.ts';
import { createLoginThrottle } from '../admin/login-throttle.ts';
import type { Db } from '../db/database.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Fulfil } from '../payments/fulfilment.ts';
import type { Leases } from '../sessions/leases.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { createApiTokens } from './api-tokens.ts';
import { createCookies } from './cookies.ts';
import { createRecovery } from './recovery.ts';
import { createRefreshTokens } from './refresh.ts';
import { createSessionGuard } from './session-guard.ts';
import { createShares } from './shares.ts';
import { createSignIn } from './sign-in.ts';
import type { Tokens } from './tokens.ts';

/** Wires who may come in and how: the routes' part of identity. */
export function createIdentity(deps: {
  db: Db;
  sessions: SessionStore;
  leases: Leases;
  tokens: Tokens;
  fulfil: Fulfil;
  adminPasswordHash: string | undefined;
  /** True over https. */
  secure: boolean;
  clock: Clock;
  log: Log;
}) {
  const { db, clock, adminPasswordHash } = deps;
  const recovery = createRecovery(db);
  const apiTokens = createApiTokens(db);
  const shares = createShares(db);
  const refreshTokens = createRefreshTokens(db, deps.log);
  return {
    ...{ recovery, apiTokens, shares, adminPasswordHash },
    cookies: createCookies(deps.secure),
    signIn: createSignIn({ ...deps, refreshTokens, recovery, now: clock.now }),
    requireSession: createSessionGuard({ ...deps, apiTokens }),
    adminSessions: createAdminSessions(db, adminPasswordHash),
    loginThrottle: createLoginThrottle(clock),
  };
}
