import type { Log } from '../../lib/log.ts';
import { pause } from '../abortable.ts';
import { StepFailed } from '../step-error.ts';
import { ApprovalNeeded, type TellApproval } from './approval-needed.ts';
import { type ApprovalRow, type Approvals, approvalView } from './approval-store.ts';
import type { Judgement } from './judge.ts';

/** A decision that came to another server is seen here after so long. */
const POLL_MS = 1_000;

/** Wakes whoever waits for an answer on this server. */
export class Answers {
  readonly #waiting = new Map<string, Set<() => void>>();

  came(approvalId: string): void {
    for (const wake of this.#waiting.get(approvalId) ?? []) wake();
  }

  /** Resolves at the answer, or after a second. */
  async next(approvalId: string, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    const waiting = this.#waiting.get(approvalId) ?? new Set();
    this.#waiting.set(approvalId, waiting.add(wake));
    try {
      await pause(POLL_MS, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    } finally {
      waiting.delete(wake);
      if (waiting.size === 0) this.#waiting.delete(approvalId);
    }
    signal.throwIfAborted();
  }
}

export function approvalNeeded(
  deps: { approvals: Approvals; answers: Answers; log: Log },
  asked: { sessionId: string; taskId: string; step: number },
  judgement: Judgement,
): ApprovalNeeded {
  const { approvals, answers, log } = deps;

  async function settle(signal: AbortSignal, tell?: TellApproval): Promise<void> {
    const row = await approvals.ask(asked, judgement);
    const { sessionId, taskId } = asked;
    const ids = { sessionId, taskId, approvalId: row.id, kind: row.about.kind };
    log.info({ event: 'approval.asked', ...ids });
    const settled = new AbortController();
    tell?.(approvalView(row), settled.signal);
    try {
      const answer = await answerTo(row, signal);
      log.info({ event: 'approval.answered', ...ids, answer });
      if (answer !== 'approve') throw refusal(judgement, answer);
    } finally {
      settled.abort();
      await approvals.leave(taskId);
    }
  }

  async function answerTo(row: ApprovalRow, signal: AbortSignal): Promise<'approve' | 'refuse' | 'expired'> {
    for (;;) {
      // An outage of the database delays the answer, and loses none.
      const now = await approvals.find(row.id).catch(() => row);
      if (now.decision) return now.decision;
      if ('expired' in now && now.expired) return 'expired';
      await answers.next(row.id, signal);
    }
  }

  return new ApprovalNeeded(settle);
}

export function refusal({ about }: Judgement, answer: 'refuse' | 'expired'): StepFailed {
  const what = `${WHAT[about.kind]}: ${about.target} on ${about.origin}`;
  return answer === 'refuse'
    ? new StepFailed('approval-refused', `The owner refused to ${what}.`)
    : new StepFailed('approval-expired', `Nobody approved in time to ${what}.`);
}

const WHAT = {
  pay: 'pay',
  send: 'send',
  delete: 'delete',
  credentials: 'sign in',
  upload: 'hand over a file',
  'new-origin': 'go to a site that was not named',
} as const;
