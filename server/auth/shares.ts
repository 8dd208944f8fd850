import { type Selectable, sql } from 'kysely';
import type { ShareView } from '../../shared/access.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema.ts';
import { ProblemError } from '../lib/errors.ts';
import { newId, newSecret, sha256 } from '../lib/ids.ts';

const SHARES_MAX = 10;

export interface Shares {
  create(
    sessionId: string,
    wanted: { name: string; expiresAt: Date | null },
  ): Promise<{ secret: string; view: ShareView }>;
  /** Those that still work, newest first. */
  list(sessionId: string): Promise<ShareView[]>;
  /** False when the session has no such share. */
  revoke(sessionId: string, shareId: string): Promise<boolean>;
  /** The session that a guest may watch; null when the link is wrong, revoked or too old. */
  open(shareId: string, secret: string): Promise<{ sessionId: string } | null>;
  isAlive(shareId: string): Promise<boolean>;
}

/** Links for guests who watch and cannot act. [RT-9] */
export function createShares(db: Db): Shares {
  const alive = () =>
    db
      .selectFrom('shares')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`);

  return {
    create: (sessionId, { name, expiresAt }) =>
      db.transaction().execute(async (trx) => {
        const session = await trx
          .selectFrom('sessions')
          .select('expires_at')
          .where('id', '=', sessionId)
          .forUpdate()
          .executeTakeFirstOrThrow();
        const { count } = await trx
          .selectFrom('shares')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('session_id', '=', sessionId)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', sql<Date>`now()`)
          .executeTakeFirstOrThrow();
        if (count >= SHARES_MAX) {
          throw new ProblemError(409, 'too-many-shares', `Take back one of the ${count} links first.`);
        }
        const secret = newSecret();
        const ends = [session.expires_at.getTime(), expiresAt?.getTime() ?? Number.POSITIVE_INFINITY];
        const row = await trx
          .insertInto('shares')
          .values({
            ...{ id: newId('shr'), session_id: sessionId, hash: sha256(secret), name },
            expires_at: new Date(Math.min(...ends)),
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        return { secret, view: viewOf(row) };
      }),

    async list(sessionId) {
      const rows = await alive().where('session_id', '=', sessionId).orderBy('created_at', 'desc').execute();
      return rows.map(viewOf);
    },

    async revoke(sessionId, shareId) {
      const row = await db
        .updateTable('shares')
        .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
        .where('id', '=', shareId)
        .where('session_id', '=', sessionId)
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    async open(shareId, secret) {
      const row = await alive()
        .where('id', '=', shareId)
        .where('hash', '=', sha256(secret))
        .executeTakeFirst();
      return row ? { sessionId: row.session_id } : null;
    },

    isAlive: async (shareId) => (await alive().where('id', '=', shareId).executeTakeFirst()) !== undefined,
  };
}

function viewOf(row: Selectable<Database['shares']>): ShareView {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
