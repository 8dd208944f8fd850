import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../db/database.ts';
import { newId, newSecret, sha256 } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';

/** Parallel tabs that refresh with the same cookie get the same successor for this long. [AUTH-2] */
const GRACE_MS = 10_000;
const FAMILY_LIFETIME_DAYS = 30;

export interface Refreshed {
  buyerId: string;
  /** The cookie to set. */
  refreshToken: string;
}

export interface RefreshTokens {
  /** Starts a family for a buyer who has just proven to be one. */
  create(buyerId: string): Promise<string>;
  /** Whose cookie it is, without rotating it; null when it is worth nothing. */
  peek(refreshToken: string): Promise<string | null>;
  /** Rotates; null when the cookie is unknown, spent or revoked. A late replay kills its family. */
  rotate(refreshToken: string): Promise<Refreshed | null>;
  revoke(refreshToken: string): Promise<void>;
}

export function createRefreshTokens(db: Db, log: Log): RefreshTokens {
  const aliveFamily = (refreshToken: string) =>
    db
      .selectFrom('refresh_tokens as t')
      .innerJoin('refresh_families as f', 'f.id', 't.family_id')
      .select(['f.id as familyId', 'f.buyer_id as buyerId'])
      .where('t.hash', '=', sha256(refreshToken))
      .where('f.revoked_at', 'is', null)
      .where('f.expires_at', '>', sql<Date>`now()`);

  return {
    async create(buyerId) {
      const refreshToken = newSecret();
      const familyId = newId('fam');
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('refresh_families')
          .values({
            id: familyId,
            buyer_id: buyerId,
            expires_at: sql<Date>`now() + ${FAMILY_LIFETIME_DAYS} * interval '1 day'`,
          })
          .execute();
        await trx
          .insertInto('refresh_tokens')
          .values({ hash: sha256(refreshToken), family_id: familyId })
          .execute();
      });
      return refreshToken;
    },

    async peek(refreshToken) {
      const family = await aliveFamily(refreshToken).executeTakeFirst();
      return family?.buyerId ?? null;
    },

    rotate: (refreshToken) =>
      db.transaction().execute(async (trx) => {
        const hash = sha256(refreshToken);
        const row = await trx
          .selectFrom('refresh_tokens as t')
          .innerJoin('refresh_families as f', 'f.id', 't.family_id')
          .select(['f.id as familyId', 'f.buyer_id as buyerId', 't.successor'])
          .select(sql<number | null>`extract(epoch from now() - t.rotated_at) * 1000`.as('rotatedMsAgo'))
          .where('t.hash', '=', hash)
          .where('f.revoked_at', 'is', null)
          .where('f.expires_at', '>', sql<Date>`now()`)
          .forUpdate()
          .executeTakeFirst();
        if (!row) return null;
        if (row.successor && row.rotatedMsAgo !== null) {
          if (Number(row.rotatedMsAgo) <= GRACE_MS) {
            return { buyerId: row.buyerId, refreshToken: unseal(row.successor, refreshToken) };
          }
          await trx
            .updateTable('refresh_families')
            .set({ revoked_at: sql<Date>`now()` })
            .where('id', '=', row.familyId)
            .execute();
          log.warn({ event: 'auth.refresh-replayed', userId: row.buyerId, familyId: row.familyId });
          return null;
        }
        const next = newSecret();
        await trx
          .insertInto('refresh_tokens')
          .values({ hash: sha256(next), family_id: row.familyId })
          .execute();
        await trx
          .updateTable('refresh_tokens')
          .set({ rotated_at: sql<Date>`now()`, successor: seal(next, refreshToken) })
          .where('hash', '=', hash)
          .execute();
        return { buyerId: row.buyerId, refreshToken: next };
      }),

    async revoke(refreshToken) {
      const family = await aliveFamily(refreshToken).executeTakeFirst();
      if (!family) return;
      await db
        .updateTable('refresh_families')
        .set({ revoked_at: sql<Date>`now()` })
        .where('id', '=', family.familyId)
        .execute();
    },
  };
}

/** The key comes from the spent cookie, which the database never sees: its copy alone opens nothing. */
const keyOf = (refreshToken: string) => createHash('sha256').update(`successor:${refreshToken}`).digest();

function seal(next: string, refreshToken: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(refreshToken), iv);
  const body = Buffer.concat([cipher.update(next, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
}

function unseal(sealed: string, refreshToken: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(refreshToken), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8');
}
