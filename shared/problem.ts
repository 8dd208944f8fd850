import { z } from 'zod';

/** RFC 9457 `application/problem+json`. `code` is stable and meant for programs, `detail` for people. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string().optional(),
  /** With code `session-ended`: why. */
  endedReason: z.string().optional(),
  /** With code `invalid-request`: one line a field. */
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

export type Problem = z.infer<typeof problem>;
