import { z } from 'zod';
import { isAriaRole } from './aria-roles.ts';
import { keyProblem } from './key-names.ts';
import { hasVariable } from './playbook-variables.ts';

const text = (max: number) =>
  z.string().min(1, 'must not be empty').max(max, `must have ≤ ${max} characters`);

const targetShape = {
  role: text(40).optional(),
  name: z.string().max(500).optional(),
  label: text(500).optional(),
  text: text(500).optional(),
  placeholder: text(500).optional(),
  css: text(1000).optional(),
  nth: z.number().int('must be a whole number').min(0, 'counts from 0').optional(),
  exact: z.boolean().optional(),
};

export type Target = z.infer<z.ZodObject<typeof targetShape>>;

const KINDS = ['role', 'label', 'text', 'placeholder', 'css'] as const;

function targetProblem(target: Target): string | null {
  const kinds = KINDS.filter((kind) => target[kind] !== undefined);
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

const withTarget = <Shape extends z.ZodRawShape>(extra: Shape) =>
  z.strictObject({ ...targetShape, ...extra }).superRefine((value, context) => {
    const message = targetProblem(value as Target);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** Why the agent may not go to `url`, or null. Only web pages: no file:, no chrome:, no javascript:. [AGT-9] */
export function urlProblem(url: string): string | null {
  if (url === 'about:blank') return null;
  const parsed = URL.parse(url);
  if (!parsed) return `'${url}' is no URL; write it in full, such as https://example.com/`;
  if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return null;
  return `'${parsed.protocol}' addresses are not allowed; use http://, https:// or about:blank`;
}

const checked = (schema: z.ZodString, problem: (value: string) => string | null) =>
  schema.superRefine((value, context) => {
    const message = hasVariable(value) ? null : problem(value);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** A name that a result or a variable may have. */
const resultName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/, 'must start with a letter and have ≤ 64 letters, digits, _ or -');

/** One schema a verb: what its value must be. */
export const verbs = {
  navigate: checked(text(2048), urlProblem),
  click: withTarget({}),
  fill: withTarget({ value: z.string().max(20_000) }),
  select: withTarget({ option: text(500) }),
  press: checked(text(60), keyProblem),
  waitFor: withTarget({}),
  assert: withTarget({
    is: z.enum(['visible', 'hidden']).optional(),
    equals: z.string().max(20_000).optional(),
    contains: z.string().max(20_000).optional(),
  }),
  extract: withTarget({
    as: resultName.refine((name) => !name.startsWith('screenshot-'), 'must not start with screenshot-'),
    attribute: text(100).optional(),
  }),
  screenshot: z.strictObject({}),
} as const;

export type Verb = keyof typeof verbs;
export type VerbInput<V extends Verb> = z.infer<(typeof verbs)[V]>;
export const VERBS = Object.keys(verbs) as Verb[];

/** Exactly one verb, checked by `parsePlaybook`. */
export type Step = { [V in Verb]: { verb: V; input: VerbInput<V> } }[Verb];

export interface Playbook {
  name: string;
  variables: Record<string, string>;
  steps: Step[];
}

export const MAX_STEPS = 200;
export const MAX_PLAYBOOK_BYTES = 64 * 1024;

const [firstVerb, ...otherVerbs] = VERBS.map((verb) => z.strictObject({ [verb]: verbs[verb] }));
const stepDocument = firstVerb ? z.union([firstVerb, ...otherVerbs]) : z.never();

export const playbookVariables = z.record(
  resultName,
  z.union([z.string().max(20_000), z.number(), z.boolean()]),
);

/** The shape that callers may rely on, for the API's description. */
export const playbookDocument = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  variables: playbookVariables.optional(),
  steps: z.array(stepDocument).min(1).max(MAX_STEPS),
});
