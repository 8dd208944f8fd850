import { z } from 'zod';
import { invalidRequest, type StripeError } from './stripe-error.ts';

/** A parameter that Stripe has and this sandbox has not: said aloud instead of being ignored. */
export function unsupported(name: string) {
  return z.any().refine(() => false, { error: `The sandbox does not support the parameter ${name}.` });
}

export const text = (maxLength = 5000) => z.string().max(maxLength);

export const integer = (min = Number.MIN_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, { error: (issue) => `Invalid integer: ${String(issue.input)}` })
    .transform(Number)
    .refine((value) => value >= min, { error: `This value must be greater than or equal to ${min}.` });

export const boolean = z
  .enum(['true', 'false'], { error: (issue) => `Invalid boolean: ${String(issue.input)}` })
  .transform((value) => value === 'true');

export const webUrl = z
  .string()
  .max(5000)
  .refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), { error: 'Not a valid URL' });

export const metadata = z
  .union([z.literal(''), z.record(z.string().max(40), z.string().max(500))])
  .transform((value) => (value === '' ? {} : value));

export const expand = z.array(z.string()).max(20).optional();

const createdRange = z.union([
  integer().transform((equal) => ({ gte: equal, lte: equal })),
  z.strictObject({
    gt: integer().optional(),
    gte: integer().optional(),
    lt: integer().optional(),
    lte: integer().optional(),
  }),
]);

export const paging = {
  created: createdRange.optional(),
  ending_before: z.string().optional(),
  expand,
  limit: integer(1)
    .refine((value) => value <= 100, { error: 'This value must be less than or equal to 100.' })
    .optional(),
  starting_after: z.string().optional(),
};

export function readParams<T extends z.ZodType>(schema: T, form: unknown): z.output<T> {
  const result = schema.safeParse(form);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw toStripeError(issues.find((issue) => issue.code === 'unrecognized_keys') ?? issues[0], form);
}

function toStripeError(issue: z.core.$ZodIssue | undefined, form: unknown): StripeError {
  if (!issue) return invalidRequest('Invalid parameters');
  const param = bracketed(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const unknown = bracketed([...issue.path, issue.keys[0] ?? '']);
    return invalidRequest(`Received unknown parameter: ${unknown}`, {
      code: 'parameter_unknown',
      param: unknown,
    });
  }
  if (valueAt(form, issue.path) === undefined) {
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  if (valueAt(form, issue.path) === '') {
    const message = `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset.`;
    return invalidRequest(message, { code: 'parameter_invalid_empty', param });
  }
  return invalidRequest(issue.message, { param });
}

function bracketed(path: PropertyKey[]): string {
  const [first, ...rest] = path.map(String);
  return (first ?? '') + rest.map((key) => `[${key}]`).join('');
}

function valueAt(form: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    form,
  );
}
