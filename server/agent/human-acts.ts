import type { HumanActs } from '../../shared/protocol.ts';
import type { Db } from '../db/database.ts';
import { appendEvent } from '../realtime/event-log.ts';
import type { Browsers } from './browsers.ts';

interface Seen {
  keys: number;
  clicks: number;
  tabs: string[];
}

/** Compares the browser before and after a human had it. */
export interface HumanWatch {
  /** The agent has control now: what comes later is a human's doing. */
  begin(): Promise<void>;
  /** The agent had control until now. */
  lost(): Promise<void>;
  /** Control is back: writes to the session's log what was done meanwhile. */
  returned(taskId: string): Promise<void>;
}

export function watchHumanActs(deps: { db: Db; browsers: Browsers }, sessionId: string): HumanWatch {
  let before: Seen | null = null;

  async function counts(): Promise<{ keys: number; clicks: number }> {
    const row = await deps.db
      .selectFrom('sessions')
      .select(['human_keys as keys', 'human_clicks as clicks'])
      .where('id', '=', sessionId)
      .executeTakeFirst();
    return row ?? { keys: 0, clicks: 0 };
  }

  /** Addresses in the order of opening; none while the browser restarts. */
  async function tabs(): Promise<string[]> {
    const browser = await deps.browsers.get(sessionId).catch(() => null);
    return browser?.tabs.all().map((tab) => tab.page.url().slice(0, 500)) ?? [];
  }

  return {
    async begin() {
      before = { tabs: [], ...(await counts()) };
    },
    async lost() {
      before = { ...(before ?? (await counts())), tabs: await tabs() };
    },
    async returned(taskId) {
      if (!before) return;
      const after = { ...(await counts()), tabs: await tabs() };
      const acts: HumanActs = {
        taskId,
        keys: after.keys - before.keys,
        clicks: after.clicks - before.clicks,
        tabs: { before: before.tabs, after: after.tabs },
      };
      const hasMoved = acts.tabs.before.join() !== acts.tabs.after.join();
      before = after;
      if (acts.keys + acts.clicks === 0 && !hasMoved) return;
      await deps.db
        .transaction()
        .execute((trx) => appendEvent(trx, sessionId, { type: 'human.acted', data: acts }));
    },
  };
}
