import { type Kysely, sql } from 'kysely';

/** What an outside agent does is a task of its own kind, so that its owner sees it. [AGT-8] */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE tasks
      DROP CONSTRAINT tasks_kind_check,
      ADD CONSTRAINT tasks_kind_check CHECK (kind IN ('playbook', 'instruction', 'outside'))
  `.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DELETE FROM tasks WHERE kind = 'outside'`.execute(db);
  await sql`
    ALTER TABLE tasks
      DROP CONSTRAINT tasks_kind_check,
      ADD CONSTRAINT tasks_kind_check CHECK (kind IN ('playbook', 'instruction'))
  `.execute(db);
}
