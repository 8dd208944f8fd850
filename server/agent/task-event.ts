import type { ApprovalView } from '../../shared/approval.ts';
import type {
  TaskAnswer,
  TaskError,
  TaskQuestion,
  TaskStatus,
  TaskStep,
  TaskUsage,
} from '../../shared/task.ts';
import type { TranscriptEntry } from './llm/transcript.ts';

/** The part of a task that its life changes. */
export interface TaskState {
  status: TaskStatus;
  steps: TaskStep[];
  result: Record<string, unknown> | null;
  error?: TaskError | undefined;
  usage?: TaskUsage | undefined;
  /** What the owner is asked, while the task waits for that. */
  approval?: ApprovalView | undefined;
  question?: TaskQuestion | undefined;
}

export type TaskEvent =
  | { type: 'started' }
  | { type: 'step-started'; index: number; at: string }
  | { type: 'step-succeeded'; index: number; at: string; result?: Record<string, unknown> }
  | { type: 'step-failed'; index: number; at: string; error: TaskError }
  /** Nothing was done yet, or doing it again is harmless: the step will run anew. */
  | { type: 'step-returned'; index: number }
  /** A task whose steps are chosen as it runs grows by a step a call, and goes on after one that failed. */
  | { type: 'call-started'; at: string; verb: string; summary: string; thought?: string }
  | {
      type: 'call-ended';
      index: number;
      at: string;
      error?: TaskError;
      result?: Record<string, unknown>;
      /** What was done, in better words than before. */
      summary?: string;
    }
  /** The step under way may not act before somebody said yes. [AGT-5] */
  | { type: 'approval-asked'; approval: ApprovalView }
  | { type: 'approval-settled' }
  | { type: 'branch-chosen'; index: number; branch: 'then' | 'else'; skipped: readonly number[] }
  /** The steps inside begin anew. */
  | { type: 'round-started'; index: number }
  | { type: 'human-asked'; question: TaskQuestion }
  /** `goesOn`: a task in words is told of a refusal, and does not end by it. */
  | { type: 'human-answered'; at: string; answer: TaskAnswer; as: string; goesOn?: boolean }
  | { type: 'human-took-control' }
  | { type: 'paused' }
  | { type: 'control-returned' }
  /** `result`, when given, is all that is kept. */
  | { type: 'succeeded'; result?: Record<string, unknown> }
  | { type: 'failed'; error: TaskError; result?: Record<string, unknown> }
  | { type: 'cancelled'; at: string; error?: TaskError }
  /** Nothing was done, and the model chooses anew. [AGT-3] */
  | { type: 'call-dropped'; index: number; at: string }
  | { type: 'used'; usage: TaskUsage }
  /** What was said is written beside the task, and does not move it. */
  | { type: 'noted'; seq: number; entry: TranscriptEntry };

export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
}
