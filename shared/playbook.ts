import { z } from 'zod';
import { keyProblem } from './key-names.ts';
import { hasVariable } from './playbook-variables.ts';
import { point, refText, text, withTarget, withTargetOr } from './target.ts';

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
export const resultName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/, 'must start with a letter and have ≤ 64 letters, digits, _ or -');

const savedAs = resultName.refine(
  (name) => !/^(screenshot|download)-/.test(name),
  'must not start with screenshot- or download-',
);

const whole = z.number().int('must be a whole number');
const address = checked(text(2048), urlProblem);
/** A place in the element, in CSS pixels from its left top corner; below nought from the right and bottom. */
const at = point.optional();
const oneOf = (fields: readonly string[], example: string) => (value: object, context: z.RefinementCtx) => {
  const given = fields.filter((field) => (value as Record<string, unknown>)[field] !== undefined);
  if (given.length === 1) return;
  const message = `needs exactly one of "${fields.join('", "')}", such as ${example}`;
  context.addIssue({ code: 'custom', message });
};

const uploadedFile = z
  .strictObject({
    name: text(200).optional(),
    content: z.string().max(60_000).optional(),
    base64: z.base64().max(60_000).optional(),
    /** What an earlier `download` of the task was saved as. */
    artifact: text(64).optional(),
    mimeType: text(100).optional(),
  })
  .superRefine(oneOf(['content', 'base64', 'artifact'], '{"name": "a.txt", "content": "Hello"}'))
  .refine((file) => file.name !== undefined || file.artifact !== undefined, 'needs a "name"');

/** One schema a verb: what its value must be. */
export const verbs = {
  navigate: address,
  back: z.strictObject({}),
  tab: z
    .strictObject({
      list: z.literal(true).optional(),
      switch: z
        .union(
          [whole.min(0, 'counts from 0'), text(200)],
          'must be a number from 0, or a part of a title or address',
        )
        .optional(),
      new: address.optional(),
      close: whole.min(0, 'counts from 0').optional(),
    })
    .superRefine(oneOf(['list', 'switch', 'new', 'close'], '{"switch": 0}')),
  click: withTarget({
    button: z.enum(['left', 'right', 'middle']).optional(),
    count: whole.min(1).max(3, 'must be 1, 2 or 3').optional(),
    modifiers: z.array(z.enum(['Alt', 'Control', 'Meta', 'Shift'])).optional(),
    at,
  }),
  hover: withTarget({ at }),
  drag: withTarget({
    at,
    /** Where the pointer passes on its way, measured as `at`: to draw a curve, or around something. */
    through: z.array(point).max(100, 'takes 100 places').optional(),
    to: withTargetOr(
      { by: point.optional(), at },
      ['by'],
      'names no place; give a target, or {"by": {"x": 100, "y": 0}}',
    ),
  }),
  scroll: withTargetOr(
    {
      by: z.strictObject({ x: z.number().optional(), y: z.number().optional() }).optional(),
      to: z.enum(['top', 'bottom']).optional(),
    },
    ['by', 'to'],
    'needs a target to bring into view, {"by": {"y": 500}} or {"to": "bottom"}',
  ),
  fill: withTarget({ value: z.string().max(20_000) }),
  select: withTarget({ option: text(500) }),
  selectText: withTarget({ part: text(500).optional() }),
  press: checked(text(60), keyProblem),
  /** Types into what has the focus, key by key. */
  type: text(500),
  upload: withTarget({ files: z.array(uploadedFile).min(1, 'needs a file').max(10, 'takes 10 files') }),
  download: withTarget({ as: savedAs.optional() }),
  waitFor: withTargetOr(
    {
      is: z.enum(['visible', 'hidden']).optional(),
      /** A part of the address. */
      url: text(2048).optional(),
      /** How long to wait at most; alone: how long. */
      seconds: z.number().positive().max(300, 'must be ≤ 300').optional(),
    },
    ['url', 'seconds'],
    'needs a target, {"url": "a part of it"} or {"seconds": 2}',
  ),
  assert: withTargetOr(
    {
      is: z.enum(['visible', 'hidden']).optional(),
      equals: z.string().max(20_000).optional(),
      contains: z.string().max(20_000).optional(),
      url: text(2048).optional(),
      /** Compares this text, most often a {{variable}}, and nothing of the page. */
      value: z.string().max(20_000).optional(),
    },
    ['url', 'value'],
    'names no element; give one of "role" (with "name"), "label", "text", "placeholder" or "css"',
  ),
  extract: withTarget({
    as: savedAs,
    attribute: text(100).optional(),
    /** Every element that matches, as a list. */
    all: z.boolean().optional(),
    /** Adds to the list that earlier rounds have made. */
    append: z.boolean().optional(),
  }),
  screenshot: z.strictObject({}),
  snapshot: z.strictObject({
    /** Only this element and what is in it. */
    ref: refText.optional(),
    /** Only lines with this text, and what they are in. */
    find: text(200).optional(),
    maxCharacters: whole.min(500).max(100_000).optional(),
  }),
} as const;

export type Verb = keyof typeof verbs;
export type VerbInput<V extends Verb> = z.infer<(typeof verbs)[V]>;
export const VERBS = Object.keys(verbs) as Verb[];

/** One verb of the registry with what it is given. */
export type Step = { [V in Verb]: { verb: V; input: VerbInput<V> } }[Verb];

export const MAX_STEPS = 200;
export const MAX_PLAYBOOK_BYTES = 64 * 1024;

export const playbookVariables = z.record(
  resultName,
  z.union([z.string().max(20_000), z.number(), z.boolean()]),
);
