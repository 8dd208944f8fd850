import { sql } from 'kysely';
import type { Db } from '../db/database.ts';
import { ProblemError } from '../lib/errors.ts';
import { newSecret, sha256 } from '../lib/ids.ts';

const LIFETIME_MINUTES = 15;
const OPEN_LINKS_MAX = 5;

export interface Recovery {
  /** A secret that works once, for a quarter of an hour. */
  createLink(sessionId: string): Promise<{ secret: string; expiresAt: Date }>;
  /** The session that the secret was made for; null when it is unknown, spent or too old. */
  spend(secret: string): Promise<{ sessionId: string } | null>;
}

/** How a buyer who has no account reaches the session from another device. [AUTH-10] */
export function createRecovery(db: Db): Recovery {
  return {
    createLink: (sessionId) =>
      db.transaction().execute(async (trx) => {
        // The session's row makes links of one session wait for each other, so that the limit holds.
        await trx.selectFrom('sessions').select('id').where('id', '=', sessionId).forUpdate().execute();
        const { open } = await trx
          .selectFrom('recovery_links')
          .select((eb) => eb.fn.countAll<number>().as('open'))
          .where('session_id', '=', sessionId)
          .where('used_at', 'is', null)
          .where('expires_at', '>', sql<Date>`now()`)
          .executeTakeFirstOrThrow();
        if (open >= OPEN_LINKS_MAX) {
          throw new ProblemError(
            429,
            'too-many-links',
            `This session has ${open} unused links. Use one of them, or wait until they lapse.`,
          );
        }
        const secret = newSecret();
        const { expires_at } = await trx
          .insertInto('recovery_links')
          .values({
            hash: sha256(secret),
            session_id: sessionId,
            expires_at: sql<Date>`now() + ${LIFETIME_MINUTES} * interval '1 minute'`,
          })
          .returning('expires_at')
          .executeTakeFirstOrThrow();
        return { secret, expiresAt: expires_at };
      }),

    async spend(secret) {
      const row = await db
        .updateTable('recovery_links')
        .set({ used_at: sql<Date>`now()` })
        .where('hash', '=', sha256(secret))
        .where('used_at', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .returning('session_id')
        .executeTakeFirst();
      return row ? { sessionId: row.session_id } : null;
    },
  };
}
