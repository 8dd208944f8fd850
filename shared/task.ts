import { z } from 'zod';

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
  result: z.record(z.string(), z.unknown()).nullable(),
  error: taskError.optional(),
  usage: taskUsage.optional(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});

export type TaskStatus = z.infer<typeof taskStatus>;
export type TaskStep = z.infer<typeof taskStep>;
export type TaskView = z.infer<typeof taskView>;
export type TaskUsage = z.infer<typeof taskUsage>;
export type TaskError = z.infer<typeof taskError>;

export const TERMINAL_TASK_STATUSES: readonly TaskStatus[] = ['succeeded', 'failed', 'cancelled'];
