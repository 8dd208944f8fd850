import { sql } from 'kysely';
import type { Db } from '../db/database.ts';
import { newSecret, sha256 } from '../lib/ids.ts';

export const ADMIN_SESSION_HOURS = 12;

export interface AdminSessions {
  /** The cookie of an operator who has just given the password. */
  create(): Promise<string>;
  isValid(cookie: string): Promise<boolean>;
  end(cookie: string): Promise<void>;
}

/** The operator's sign-ins: opaque, hashed, and bound to the password that opened them. [AUTH-10] */
export function createAdminSessions(db: Db, passwordHash: string | undefined): AdminSessions {
  const password_mark = passwordHash ? sha256(passwordHash) : '';

  return {
    async create() {
      const cookie = newSecret();
      const expires_at = sql<Date>`now() + ${ADMIN_SESSION_HOURS} * interval '1 hour'`;
      await db
        .insertInto('admin_sessions')
        .values({ hash: sha256(cookie), password_mark, expires_at })
        .execute();
      await db.deleteFrom('admin_sessions').where('expires_at', '<', sql<Date>`now()`).execute();
      return cookie;
    },
    async isValid(cookie) {
      if (!passwordHash) return false;
      const row = await db
        .selectFrom('admin_sessions')
        .select('hash')
        .where('hash', '=', sha256(cookie))
        .where('password_mark', '=', password_mark)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .executeTakeFirst();
      return row !== undefined;
    },
    async end(cookie) {
      await db
        .updateTable('admin_sessions')
        .set({ revoked_at: sql<Date>`now()` })
        .where('hash', '=', sha256(cookie))
        .execute();
    },
  };
}
