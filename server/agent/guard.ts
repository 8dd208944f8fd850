import type { BrowserContext } from 'playwright-core';
import { isAllowedUrl, type OriginRule, parseOriginRule } from '../../shared/origin-rule.ts';
import { secretIn } from '../../shared/secret.ts';
import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import type { Tab } from './agent-browser.ts';
import type { Approvals } from './approvals/approval-store.ts';
import { originOf } from './approvals/judge.ts';
import { judgeTouch } from './approvals/judge-touch.ts';
import { type Answers, approvalNeeded, refusal } from './approvals/wait-for-answer.ts';
import type { Confinements } from './policy/confinements.ts';
import { createKeptOutWatch, notAllowed } from './policy/kept-out.ts';
import { namedOrigins } from './policy/named-origins.ts';
import { whileCovered } from './secrets/cover.ts';
import type { Masks } from './secrets/masks.ts';
import { secretFor } from './secrets/use-secret.ts';
import type { Touch } from './tool-context.ts';

export interface GuardedCall {
  sessionId: string;
  taskId: string;
  index: number;
}

/** What stands between one call and the page. */
export interface Guard {
  /** Judges a touch just before it happens; resolves with what is really put in. [AGT-5] [AGT-7] */
  before(tab: Tab, touch: Touch): Promise<string>;
  /** A picture without what nobody may read. [AGT-7] */
  picture<T>(tab: Tab, capture: () => Promise<T>): Promise<T>;
  /** What a call found, masked. @throws {StepFailed} when the page went where it may not. */
  pass<T>(tab: Tab, output: T): Promise<T>;
  /** Why a call failed, masked. */
  reason(tab: Tab | null, error: unknown): Promise<unknown>;
}

/** @throws {StepFailed} when the browser cannot be held to the task's origins. */
export type OpenGuard = (call: GuardedCall, context: BrowserContext) => Promise<Guard>;

export function createGuards(deps: {
  db: Db;
  masks: Masks;
  approvals: Approvals;
  answers: Answers;
  confinements: Confinements;
  log: Log;
}): OpenGuard {
  const { db, masks, approvals } = deps;
  const watchKeptOut = createKeptOutWatch();

  return async (call, context) => {
    const { sessionId, taskId } = call;
    const task = await db
      .selectFrom('tasks')
      .select(['approvals', 'allowed_origins', 'input'])
      .where('id', '=', taskId)
      .executeTakeFirst();
    const mask = await masks.open(sessionId);
    const allowed = task?.allowed_origins ?? null;
    const rules = allowed?.flatMap((text) => parseOriginRule(text) ?? []) ?? null;
    if (allowed) await deps.confinements.hold(sessionId, taskId, allowed);
    const keptOut = allowed && rules && watchKeptOut(context, taskId, rules, allowed);
    keptOut?.begin();

    /** A page that asks its question answers nobody else. */
    async function look(tab: Tab): Promise<void> {
      if (!(await tab.dialogs.blocking())) await mask.look(tab.page);
    }

    async function approve(tab: Tab, touch: Touch): Promise<void> {
      // A call that belongs to no task has no owner who could have allowed anything.
      if (task?.approvals === 'never') return;
      await look(tab);
      const opened = await approvals.openedOrigins(taskId);
      const named = [...namedOrigins(task?.input), ...(rules ?? []), ...opened.flatMap(ruleOf)];
      const judgement = await judgeTouch(tab, touch, named, mask.masker());
      if (!judgement) return;
      const standing = await approvals.standing(taskId, judgement.mark);
      if (standing === 'refused') throw refusal(judgement, 'refuse');
      if (standing === 'unknown') {
        throw approvalNeeded(deps, { sessionId, taskId, step: call.index }, judgement);
      }
    }

    return {
      async before(tab, touch) {
        const { kind, element, value = '' } = touch;
        const goesTo = kind === 'navigate' ? originOf(value) : null;
        if (allowed && rules && goesTo !== null && !isAllowedUrl(rules, value)) {
          throw notAllowed(goesTo, allowed);
        }
        const secret = kind === 'fill' ? secretIn(value) : null;
        const typed = secret === null ? value : await secretFor(mask.secrets, secret, element);
        await approve(tab, touch);
        return typed;
      },
      async picture(tab, capture) {
        await look(tab);
        return whileCovered(tab.page, mask.masker(), capture);
      },
      async pass(tab, output) {
        keptOut?.check(tab.page);
        await look(tab);
        return mask.masker().deep(output);
      },
      async reason(tab, error) {
        if (tab) await look(tab);
        return mask.masker().error(keptOut ? keptOut.explain(tab?.page ?? null, error) : error);
      },
    };
  };
}

function ruleOf(url: string): OriginRule[] {
  const rule = parseOriginRule(originOf(url) ?? '');
  return rule ? [rule] : [];
}
