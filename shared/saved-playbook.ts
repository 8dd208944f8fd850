import { z } from 'zod';
import { playbookVariables } from './playbook.ts';

/** A playbook that its owner keeps, to run it again. [AGT-2] */
export const savedPlaybook = z.object({
  id: z.string(),
  name: z.string(),
  /** As `POST /tasks` takes it. */
  playbook: z.record(z.string(), z.unknown()),
  createdAt: z.iso.datetime(),
});

export const savePlaybookBody = z
  .strictObject({ name: z.string().trim().min(1).max(200).optional() })
  .nullish();

/** Values that take the place of the playbook's own variables. */
export const runPlaybookBody = z.strictObject({ variables: playbookVariables.optional() }).nullish();

export type SavedPlaybook = z.infer<typeof savedPlaybook>;
