import type { ApprovalDecision } from '../../shared/approval.ts';
import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import type { Leases } from '../sessions/leases.ts';
import { createApprovals } from './approvals/approval-store.ts';
import { Answers } from './approvals/wait-for-answer.ts';
import { createGuards, type OpenGuard } from './guard.ts';
import { type Confine, createConfinements } from './policy/confinements.ts';
import { createMasks } from './secrets/masks.ts';
import type { Secrets } from './secrets/secret-store.ts';

/** What the agent may do, what it may know, and who is asked. [AGT-5] [AGT-7] [AGT-9] */
export interface Trust {
  readonly open: OpenGuard;
  /** The owner's answer. @throws {ProblemError} */
  decide(sessionId: string, taskId: string, approvalId: string, decision: ApprovalDecision): Promise<void>;
  /** The session's task has ended or waits: its browser may go anywhere again. */
  lift(sessionId: string): Promise<void>;
  /** The cascade's step. */
  endSession(sessionId: string): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface TrustDeps {
  db: Db;
  leases: Leases;
  secrets: Secrets;
  confine: Confine;
  approvalTtlMs?: number;
  log: Log;
}

const APPROVAL_TTL_MS = 10 * 60_000;

export function createTrust(deps: TrustDeps): Trust {
  const { db, secrets, leases } = deps;
  const masks = createMasks(secrets);
  const answers = new Answers();
  const approvals = createApprovals(db, deps.approvalTtlMs ?? APPROVAL_TTL_MS);
  const confinements = createConfinements({ ...deps, isActive: (...ids) => isActive(db, ...ids) });
  let unsubscribe = () => {};

  return {
    open: createGuards({ ...deps, masks, approvals, answers, confinements }),
    async decide(sessionId, taskId, approvalId, decision) {
      await approvals.decide(sessionId, taskId, approvalId, decision);
      answers.came(approvalId);
    },
    lift: confinements.lift,
    async endSession(sessionId) {
      masks.forget(sessionId);
      await secrets.deleteOf(sessionId);
      await confinements.lift(sessionId);
    },
    start() {
      confinements.start();
      // A person who has taken over goes where they like, at once.
      unsubscribe = leases.onChange(({ sessionId, control }) => {
        if (control.holder === 'human') void confinements.lift(sessionId);
      });
    },
    async stop() {
      unsubscribe();
      await confinements.stop();
    },
  };
}

async function isActive(db: Db, sessionId: string, taskId: string): Promise<boolean> {
  const row = await db
    .selectFrom('tasks')
    .innerJoin('sessions', 'sessions.id', 'tasks.session_id')
    .select('sessions.control_holder')
    .where('tasks.id', '=', taskId)
    .where('sessions.id', '=', sessionId)
    .where('sessions.status', '=', 'live')
    .where('tasks.ended_at', 'is', null)
    .executeTakeFirst();
  return row?.control_holder === 'agent';
}
