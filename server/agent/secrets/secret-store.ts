import type { Selectable } from 'kysely';
import type { SecretBody, SecretField, SecretView } from '../../../shared/secret.ts';
import type { Db } from '../../db/database.ts';
import type { Database } from '../../db/schema.ts';
import { ProblemError } from '../../lib/errors.ts';
import { newId } from '../../lib/ids.ts';
import type { Sealer } from './sealer.ts';

const SECRETS_MAX = 50;

export interface OpenSecret {
  name: string;
  origin: string;
  field: SecretField | null;
  /** Null when the key file is another one than the one that sealed it. */
  value: string | null;
}

export interface Secrets {
  create(sessionId: string, wanted: SecretBody): Promise<SecretView>;
  /** By name, without values. */
  list(sessionId: string): Promise<SecretView[]>;
  /** False when the session has no such secret. */
  remove(sessionId: string, secretId: string): Promise<boolean>;
  /** With values: for the registry alone. [AGT-7] */
  open(sessionId: string): Promise<OpenSecret[]>;
  /** The cascade's step. */
  deleteOf(sessionId: string): Promise<void>;
}

export function createSecrets(db: Db, sealer: Sealer): Secrets {
  const rowsOf = (sessionId: string) =>
    db
      .selectFrom('session_secrets')
      .selectAll()
      .where('session_id', '=', sessionId)
      .orderBy('name')
      .execute();
  const about = (sessionId: string, name: string, origin: string) => `${sessionId} ${name} ${origin}`;

  return {
    create: (sessionId, { name, origin, field, value }) =>
      db.transaction().execute(async (trx) => {
        const session = await trx
          .selectFrom('sessions')
          .select('status')
          .where('id', '=', sessionId)
          .forUpdate()
          .executeTakeFirst();
        if (!session || session.status === 'ended') {
          throw new ProblemError(410, 'session-ended', 'This session has ended; it keeps no secrets.');
        }
        const { count } = await trx
          .selectFrom('session_secrets')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('session_id', '=', sessionId)
          .executeTakeFirstOrThrow();
        if (count >= SECRETS_MAX) {
          throw new ProblemError(409, 'too-many-secrets', `Delete one of the ${count} secrets first.`);
        }
        const row = await trx
          .insertInto('session_secrets')
          .values({
            ...{ id: newId('sec'), session_id: sessionId, name, origin },
            field: field ? JSON.stringify(field) : null,
            sealed: sealer.seal(value, about(sessionId, name, origin)),
          })
          .onConflict((conflict) => conflict.columns(['session_id', 'name']).doNothing())
          .returningAll()
          .executeTakeFirst();
        if (!row) {
          const taken = `There is a secret '${name}' already; delete it first, or choose another name.`;
          throw new ProblemError(409, 'secret-exists', taken);
        }
        return viewOf(row);
      }),

    list: async (sessionId) => (await rowsOf(sessionId)).map(viewOf),

    async remove(sessionId, secretId) {
      const row = await db
        .deleteFrom('session_secrets')
        .where('session_id', '=', sessionId)
        .where('id', '=', secretId)
        .returning('id')
        .executeTakeFirst();
      return row !== undefined;
    },

    open: async (sessionId) =>
      (await rowsOf(sessionId)).map(({ name, origin, field, sealed }) => ({
        ...{ name, origin, field },
        value: sealer.unseal(sealed, about(sessionId, name, origin)),
      })),

    async deleteOf(sessionId) {
      await db.deleteFrom('session_secrets').where('session_id', '=', sessionId).execute();
    },
  };
}

function viewOf(row: Selectable<Database['session_secrets']>): SecretView {
  const { id, name, origin, field } = row;
  return { id, name, origin, field, createdAt: row.created_at.toISOString() };
}
