import type { Control } from '../../shared/session.ts';
import type { Db } from '../db/database.ts';
import type { Leases } from '../sessions/leases.ts';

/** A human has taken control, or the session is over: the agent must not act. [AGT-4] */
export class ControlLost extends Error {
  override readonly name = 'ControlLost';
}

/** Longest time for which a takeover waits for an action that has just begun. */
const HOLD_MS = 250;

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
    const row = await trx
      .selectFrom('sessions')
      .select(['status', 'control_holder', 'control_epoch'])
      .where('id', '=', sessionId)
      .forShare()
      .executeTakeFirst();
    if (row?.status !== 'live' || row.control_holder !== 'agent' || row.control_epoch !== epoch) {
      throw new ControlLost('a human has taken control');
    }
    const done = action();
    let timer: NodeJS.Timeout | undefined;
    const held = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, HOLD_MS);
    });
    await Promise.race([done.then(noop, noop), held]);
    clearTimeout(timer);
    return { done };
  });
  return begun.done;
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
