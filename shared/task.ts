import { z } from 'zod';
import { approvalView } from './approval.ts';

export const taskStatus = z.enum([
  'queued',
  'running',
  'waiting-for-approval',
  'waiting-for-human',
  'paused',
  'succeeded',
  'failed',
  'cancelled',
]);

export const stepStatus = z.enum(['pending', 'running', 'succeeded', 'failed', 'skipped']);

const taskError = z.object({ code: z.string(), message: z.string() });

export const taskStep = z.object({
  index: z.number().int(),
  verb: z.string(),
  status: stepStatus,
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  /** One line for people: what the step does, values masked where they are secret. */
  summary: z.string(),
  /** What the model said as it chose the step. */
  thought: z.string().optional(),
  error: taskError.optional(),
  /** How many `if` and `repeat` it is in; its own steps follow it, one deeper. */
  depth: z.number().int().optional(),
  /** Of a `repeat`: rounds begun. The steps in it show their latest round. */
  rounds: z.number().int().optional(),
  /** Of an `if`: which way it went. */
  branch: z.enum(['then', 'else']).optional(),
});

/** What a task waits for its owner to do in the browser, or to tell. [AGT-2] */
export const taskQuestion = z.object({
  index: z.number().int(),
  instructions: z.string(),
  askedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});

export const answerBody = z.strictObject({
  outcome: z.enum(['done', 'refused']),
  text: z.string().max(20_000).optional(),
});

/** What the model has cost so far; what was sent twice is counted twice. [AGT-3] */
export const taskUsage = z.object({
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  costCents: z.number(),
  /** Actions that the model chose. */
  steps: z.number().int(),
});

/** A task as its owner sees it; `result` holds what was extracted, by name. */
export const taskView = z.object({
  id: z.string(),
  sessionId: z.string(),
  name: z.string(),
  /** `outside`: what an agent of the owner's own did, a step a call. */
  kind: z.enum(['playbook', 'instruction', 'outside']).optional(),
  /** With kind `instruction`: what was asked, in words. */
  instruction: z.string().optional(),
  status: taskStatus,
  steps: z.array(taskStep),
  question: taskQuestion.optional(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: taskError.optional(),
  usage: taskUsage.optional(),
  /** What the owner is asked, while the task waits for that. [AGT-5] */
  approval: approvalView.optional(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});

export type TaskStatus = z.infer<typeof taskStatus>;
export type TaskStep = z.infer<typeof taskStep>;
export type TaskView = z.infer<typeof taskView>;
export type TaskQuestion = z.infer<typeof taskQuestion>;
export type TaskAnswer = z.infer<typeof answerBody>;
export type TaskUsage = z.infer<typeof taskUsage>;
export type TaskError = z.infer<typeof taskError>;

export const TERMINAL_TASK_STATUSES: readonly TaskStatus[] = ['succeeded', 'failed', 'cancelled'];
