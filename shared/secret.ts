import { z } from 'zod';

/** A value that the agent may type without anybody being shown it. [AGT-7] */
export const secretName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/, 'must start with a letter and have ≤ 64 letters, digits, _ or -');

const webOrigin = z.string().refine((text) => {
  const url = URL.parse(text);
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && url.origin === text;
}, 'must be an origin such as https://example.com, without a path');

/** All that is given must fit the field that is filled. */
export const secretField = z
  .strictObject({
    type: z.string().min(1).max(40).optional(),
    name: z.string().min(1).max(200).optional(),
    label: z.string().min(1).max(200).optional(),
  })
  .refine((field) => Object.keys(field).length > 0, 'must have a type, a name or a label');

export const SECRET_MIN = 3;

export const secretBody = z.object({
  name: secretName,
  origin: webOrigin,
  field: secretField.optional(),
  // Shorter ones could not be masked without blotting out every text.
  value: z.string().min(SECRET_MIN, `must have ≥ ${SECRET_MIN} characters`).max(1_000),
});

/** The value is never shown again, to anybody. */
export const secretView = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.string(),
  field: secretField.nullable(),
  createdAt: z.iso.datetime(),
});

export type SecretField = z.infer<typeof secretField>;
export type SecretBody = z.infer<typeof secretBody>;
export type SecretView = z.infer<typeof secretView>;

const PLACEHOLDER = /\{\{\s*secret:\s*([^{}]*?)\s*\}\}/;

/** The name in `{{secret:name}}`, when that is the whole text. */
export function secretIn(text: string): string | null {
  const match = PLACEHOLDER.exec(text);
  return match && match[0] === text.trim() ? (match[1] ?? '') : null;
}

/** Whether what stands between `{{` and `}}` means a secret and no variable. */
export const namesSecret = (placeholder: string) => /^secret:/.test(placeholder);

/** Why a step may not mention a secret as it does, or null: they go into fields and nowhere else. [AGT-7] */
export function secretProblem(verb: string, input: unknown): string | null {
  for (const [path, text] of textsIn(input)) {
    if (!PLACEHOLDER.test(text)) continue;
    if (verb !== 'fill' || path !== 'value') return '{{secret:…}} goes into the "value" of "fill" only';
    const name = secretIn(text);
    if (name === null) return '{{secret:…}} must be the whole value, with nothing beside it';
    if (!secretName.safeParse(name).success) return `'${name}' is no name of a secret`;
  }
  return null;
}

function textsIn(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, path ? `${path}.${key}` : key));
}
