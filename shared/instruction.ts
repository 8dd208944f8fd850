import { z } from 'zod';

/** What a task may use of the model; the server's own caps hold besides. [AGT-3] */
export const taskLimits = z.strictObject({
  maxSteps: z.number().int().min(1).max(1_000).optional(),
  maxTokens: z.number().int().min(1_000).max(100_000_000).optional(),
  maxCostCents: z.number().positive().max(1_000_000).optional(),
});

/** A task in words, as its row keeps it. */
export interface Instruction {
  instruction: string;
  /** JSON Schema that the result must satisfy. */
  resultSchema?: Record<string, unknown> | undefined;
  limits?: TaskLimits | undefined;
}

export type TaskLimits = z.infer<typeof taskLimits>;

export const MAX_INSTRUCTION_CHARACTERS = 10_000;
