import { type Selectable, sql } from 'kysely';
import type { ApiScope, ApiTokenView } from '../../shared/access.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema.ts';
import { ProblemError } from '../lib/errors.ts';
import { newId, newSecret, sha256 } from '../lib/ids.ts';

/** Marks an API token, for readers and for scanners that look for leaked secrets. */
export const API_TOKEN_PREFIX = 'oda_';
const TOKENS_MAX = 20;

export interface FoundToken {
  tokenId: string;
  sessionId: string;
  name: string;
  scopes: ApiScope[];
}

export interface ApiTokens {
  create(
    sessionId: string,
    wanted: { name: string; scopes: ApiScope[]; expiresAt: Date | null },
  ): Promise<{ token: string; view: ApiTokenView }>;
  /** Those that still work, newest first. */
  list(sessionId: string): Promise<ApiTokenView[]>;
  /** False when the session has no such token. */
  revoke(sessionId: string, tokenId: string): Promise<boolean>;
  /** Whose token it is; null when it is unknown, revoked or too old. */
  find(token: string): Promise<FoundToken | null>;
  /** The same by its id, which is no credential. */
  findById(tokenId: string): Promise<FoundToken | null>;
  /** False once it is revoked or too old: what it opened must close. */
  isAlive(tokenId: string): Promise<boolean>;
}

/** Credentials for programs: opaque, hashed, scoped, and dead with their session. [AUTH-10] */
export function createApiTokens(db: Db): ApiTokens {
  const alive = () =>
    db
      .selectFrom('api_tokens')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`);

  return {
    create: (sessionId, { name, scopes, expiresAt }) =>
      db.transaction().execute(async (trx) => {
        const session = await trx
          .selectFrom('sessions')
          .select('expires_at')
          .where('id', '=', sessionId)
          .forUpdate()
          .executeTakeFirstOrThrow();
        const { count } = await trx
          .selectFrom('api_tokens')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('session_id', '=', sessionId)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', sql<Date>`now()`)
          .executeTakeFirstOrThrow();
        if (count >= TOKENS_MAX) {
          throw new ProblemError(409, 'too-many-tokens', `Revoke one of the ${count} tokens first.`);
        }
        const token = API_TOKEN_PREFIX + newSecret();
        const ends = [session.expires_at.getTime(), expiresAt?.getTime() ?? Number.POSITIVE_INFINITY];
        const row = await trx
          .insertInto('api_tokens')
          .values({
            ...{ id: newId('tok'), session_id: sessionId, hash: sha256(token), name },
            scopes: [...new Set(scopes)],
            expires_at: new Date(Math.min(...ends)),
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return { token, view: viewOf(row) };
      }),

    async list(sessionId) {
      const rows = await alive().where('session_id', '=', sessionId).orderBy('created_at', 'desc').execute();
      return rows.map(viewOf);
    },

    async revoke(sessionId, tokenId) {
      const row = await db
        .updateTable('api_tokens')
        .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
        .where('id', '=', tokenId)
        .where('session_id', '=', sessionId)
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async find(token) {
      const row = await alive().where('hash', '=', sha256(token)).executeTakeFirst();
      if (!row) return null;
      // To the minute: a write on every call would cost more than the call.
      await db
        .updateTable('api_tokens')
        .set({ last_used_at: sql<Date>`now()` })
        .where('id', '=', row.id)
        .where(sql<boolean>`last_used_at IS NULL OR last_used_at < now() - interval '1 minute'`)
        .execute();
      return foundOf(row);
    },

    async findById(tokenId) {
      const row = await alive().where('id', '=', tokenId).executeTakeFirst();
      return row ? foundOf(row) : null;
    },

    isAlive: async (tokenId) => (await alive().where('id', '=', tokenId).executeTakeFirst()) !== undefined,
  };
}

function foundOf(row: Selectable<Database['api_tokens']>): FoundToken {
  return { tokenId: row.id, sessionId: row.session_id, name: row.name, scopes: row.scopes };
}

function viewOf(row: Selectable<Database['api_tokens']>): ApiTokenView {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
