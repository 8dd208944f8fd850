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
  error: taskError.optional(),
});

/** A task as its owner sees it; `result` holds what was extracted, by name. */
export const taskView = z.object({
  id: z.string(),
  sessionId: z.string(),
  name: z.string(),
  status: taskStatus,
  steps: z.array(taskStep),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: taskError.optional(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});

export type TaskStatus = z.infer<typeof taskStatus>;
export type TaskStep = z.infer<typeof taskStep>;
export type TaskView = z.infer<typeof taskView>;
export type TaskError = z.infer<typeof taskError>;

export const TERMINAL_TASK_STATUSES: readonly TaskStatus[] = ['succeeded', 'failed', 'cancelled'];
