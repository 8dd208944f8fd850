import { z } from 'zod';
import { isAriaRole } from './aria-roles.ts';
import { hasVariable } from './playbook-variables.ts';
import { namesElement, TARGET_KINDS } from './target-kinds.ts';

export const text = (max: number) =>
  z.string().min(1, 'must not be empty').max(max, `must have ≤ ${max} characters`);

export const point = z.strictObject({ x: z.number(), y: z.number() });

export const refText = z
  .string()
  .regex(/^(f\d+)?e\d+$/, "must be a reference of the newest snapshot, such as 'e12' or 'f1e3'");

const targetShape = {
  role: text(40).optional(),
  name: z.string().max(500).optional(),
  label: text(500).optional(),
  text: text(500).optional(),
  placeholder: text(500).optional(),
  css: text(1000).optional(),
  /** From the newest snapshot of the page: for single calls, never saved. */
  ref: refText.optional(),
  /** In CSS pixels of the tab's viewport: for single calls, never saved. */
  point: point.optional(),
  nth: z.number().int('must be a whole number').min(0, 'counts from 0').optional(),
  exact: z.boolean().optional(),
};

export type Target = z.infer<z.ZodObject<typeof targetShape>>;
export type Point = z.infer<typeof point>;

function targetProblem(target: Target): string | null {
  const kinds = TARGET_KINDS.filter((kind) => target[kind] !== undefined);
  if (kinds.length === 0) {
    return 'names no element; give one of "role" (with "name"), "label", "text", "placeholder" or "css"';
  }
  if (kinds.length > 1) return `names the element by ${kinds.join(' and ')}; give just one of them`;
  if (target.name !== undefined && target.role === undefined) return '"name" belongs to "role"; give both';
  if (target.role !== undefined && !hasVariable(target.role) && !isAriaRole(target.role)) {
    return `'${target.role}' is no ARIA role; use one such as button, link, textbox, checkbox, combobox, option`;
  }
  return null;
}

export const withTarget = <Shape extends z.ZodRawShape>(extra: Shape) =>
  z.strictObject({ ...targetShape, ...extra }).superRefine((value, context) => {
    const message = targetProblem(value as Target);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** An element, or one of the `others` in its place; `needed` is what to say when there is neither. */
export const withTargetOr = <Shape extends z.ZodRawShape>(
  extra: Shape,
  others: readonly (keyof Shape)[],
  needed: string,
) =>
  z.strictObject({ ...targetShape, ...extra }).superRefine((value, context) => {
    const given = value as Target & Record<string, unknown>;
    const other = others.some((field) => given[String(field)] !== undefined);
    const message = namesElement(given) ? targetProblem(given) : other ? null : needed;
    if (message) context.addIssue({ code: 'custom', message });
  });

/** Why a step that is kept may not name its element so, or null: what it means would change under it. */
export function fleetingProblem(input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return null;
  const advice = 'name the element by "role" and "name", "label", "text", "placeholder" or "css"';
  if ('ref' in input) return `has "ref", which belongs to one snapshot of one page; ${advice}`;
  if ('point' in input) {
    return `has "point", which depends on what the window shows just now; ${advice}, with "at" for a place in it`;
  }
  return 'to' in input ? fleetingProblem(input.to) : null;
}
