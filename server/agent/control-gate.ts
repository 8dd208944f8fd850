import { sql } from 'kysely';
import type { Control } from '../../shared/session.ts';
import type { Db } from '../db/database.ts';
import type { Leases } from '../sessions/leases.ts';
import { within } from './abortable.ts';

/** A human has taken control, or the session is over: the agent must not act. [AGT-4] */
export class ControlLost extends Error {
  override readonly name = 'ControlLost';
}

/** Longest time for which a takeover waits for an action that has just begun. */
const HOLD_MS = 250;
const LOOK_EVERY_MS = 25;

/**
 * Runs `action` only while the session's row says that the agent holds control at `epoch`. The row stays
 * locked until the action is on its way, so once a takeover is committed no older action can begin. [AGT-4]
 */
export async function whileInControl<T>(
  db: Db,
  sessionId: string,
  epoch: number,
  action: () => Promise<T>,
): Promise<T> {
  const begun = await db.transaction().execute(async (trx) => {
    await lockControl(trx, sessionId, epoch);
    const done = action();
    await within(HOLD_MS, done.then(noop, noop), undefined);
    return { done };
  });
  return begun.done;
}

/** What may be done while control is held. */
export interface Holding {
  /** Aborted when it is about to end: `HOLD_MS` are left to leave nothing half done. */
  readonly wanted: AbortSignal;
  /** Refused once the row was given up. */
  touch<T>(action: () => Promise<T>): Promise<T>;
}

/**
 * Keeps the row locked for all of `work`, and tells it as soon as a takeover waits: what must not be left half done,
 * such as a button that is down, is put right before the takeover is committed. `cut` ends it as well. [AGT-4]
 */
export async function whileHolding<T>(
  db: Db,
  sessionId: string,
  epoch: number,
  cut: AbortSignal,
  work: (holding: Holding) => Promise<T>,
): Promise<T> {
  const begun = await db.transaction().execute(async (trx) => {
    await lockControl(trx, sessionId, epoch);
    const wanted = new AbortController();
    let over = false;
    const touch = async <R>(action: () => Promise<R>) => {
      if (over) throw new ControlLost('a human has taken control');
      return action();
    };
    const done = work({ wanted: wanted.signal, touch });
    const ended = done.then(noop, noop).then(() => true);
    try {
      while (!(await within(LOOK_EVERY_MS, ended, false))) {
        if (!cut.aborted && !(await isWaitedFor(trx))) continue;
        wanted.abort(new ControlLost('a human wants control'));
        await within(HOLD_MS, ended, false);
        break;
      }
    } finally {
      // Also when the database went away, and the lock with it.
      over = true;
      wanted.abort(new ControlLost('control is not held any more'));
    }
    return { done };
  });
  return begun.done;
}

async function lockControl(trx: Db, sessionId: string, epoch: number): Promise<void> {
  const row = await trx
    .selectFrom('sessions')
    .select(['status', 'control_holder', 'control_epoch'])
    .where('id', '=', sessionId)
    .forShare()
    .executeTakeFirst();
  if (row?.status !== 'live' || row.control_holder !== 'agent' || row.control_epoch !== epoch) {
    throw new ControlLost('a human has taken control');
  }
}

/** Whether anybody waits for what this transaction has locked. */
async function isWaitedFor(trx: Db): Promise<boolean> {
  const { rows } = await sql<{ waited: boolean }>`
    WITH waiting AS MATERIALIZED (SELECT pid FROM pg_locks WHERE NOT granted)
    SELECT EXISTS (SELECT 1 FROM waiting WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))) AS waited`.execute(
    trx,
  );
  return rows[0]?.waited ?? false;
}

/** Whether `seen` still allows an actor that began at `epoch` to go on. */
export function stillInControl(seen: Control, epoch: number): boolean {
  // A lease that has not caught up yet shows an older epoch; the row decides before each action.
  return seen.epoch < epoch || (seen.epoch === epoch && seen.holder === 'agent');
}

/** A signal that is aborted when this node hears that control changed hands after `epoch`. */
export function watchControl(leases: Pick<Leases, 'onChange'>, sessionId: string, epoch: number) {
  const controller = new AbortController();
  const stop = leases.onChange((lease) => {
    if (lease.sessionId !== sessionId || stillInControl(lease.control, epoch)) return;
    controller.abort(new ControlLost('a human has taken control'));
  });
  return { signal: controller.signal, stop };
}

function noop(): void {}
