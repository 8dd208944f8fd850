import { z } from 'zod';
import { endedReason } from './session.ts';
import { taskView } from './task.ts';

/** What was counted after the last step of the end, by looking at the machine. */
export const remains = z.object({
  processes: z.number().int(),
  files: z.number().int(),
});

/** What is left of a session that has ended, for the browser that it belonged to. [SES-9] */
export const receiptView = z.object({
  sessionId: z.string(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  endedReason,
  payments: z.array(
    z.object({
      amountCents: z.number().int(),
      currency: z.string(),
      paidAt: z.iso.datetime(),
      refund: z.enum(['none', 'on-its-way', 'returned']),
    }),
  ),
  /** Null while the end is still under way. */
  deletion: remains.extend({ at: z.iso.datetime() }).nullable(),
  /** When tasks, results and files are deleted; in the past when they are. */
  keptUntil: z.iso.datetime(),
  tasks: z.array(taskView),
  files: z.array(z.object({ name: z.string(), fileName: z.string(), bytes: z.number().int() })),
});

export type Remains = z.infer<typeof remains>;
export type ReceiptView = z.infer<typeof receiptView>;
