import { z } from 'zod';
import { parseOriginRule } from './origin-rule.ts';

const ORIGIN_RULES_MAX = 32;

export const approvalMode = z.enum(['ask', 'never']);

export const approvalKind = z.enum(['pay', 'send', 'delete', 'credentials', 'upload', 'new-origin']);

/** What the agent is about to do, as read from the page itself and not from what a model says of it. [AGT-5] */
export const approvalView = z.object({
  id: z.string(),
  kind: approvalKind,
  /** The step that waits. */
  step: z.number().int(),
  /** `button 'Pay $5'`. */
  target: z.string(),
  /** Of the document that holds it. */
  origin: z.string(),
  /** Where its form or link leads, without a query. */
  sendsTo: z.string().nullable(),
  /** What the form holds; passwords, cards and secrets as dots. */
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});

export const approvalBody = z.object({ decision: z.enum(['approve', 'refuse']) });

/** What a task's browser may ask for, page and sub-resources alike. [AGT-9] */
export const allowedOrigins = z
  .array(
    z
      .string()
      .max(200)
      .refine(
        (text) => parseOriginRule(text) !== null,
        'must be an origin such as https://example.com, or https://*.example.com for every name below it',
      ),
  )
  .min(1, 'must name at least one origin; leave it out to allow every one')
  .max(ORIGIN_RULES_MAX);

export type ApprovalMode = z.infer<typeof approvalMode>;
export type ApprovalKind = z.infer<typeof approvalKind>;
export type ApprovalView = z.infer<typeof approvalView>;
export type ApprovalDecision = z.infer<typeof approvalBody>['decision'];
