import { z } from 'zod';
import type { World } from '../core/world.ts';

const DAY_MS = 24 * 3600 * 1000;

const type = z.string().optional();
const times = z.int().min(1).nullable();
const ms = z
  .int()
  .min(0)
  .max(30 * DAY_MS);

/** `times: null` stays until the faults are cleared; `type` limits a fault to one type of event. */
export const faultSchema = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('drop'), type, times: times.default(1) }),
  z.strictObject({ verb: z.literal('fail'), type, times: times.default(1) }),
  z.strictObject({
    verb: z.literal('reorder'),
    type,
    times: times.default(1),
    size: z.int().min(2).max(100),
  }),
  z.strictObject({
    verb: z.literal('duplicate'),
    type,
    times: times.default(null),
    copies: z.int().min(2).max(100),
  }),
  z.strictObject({ verb: z.literal('delay'), type, times: times.default(null), ms }),
  z.strictObject({ verb: z.literal('clock-skew'), type, times: times.default(null), seconds: z.int() }),
  z.strictObject({
    verb: z.literal('api-fail'),
    /** The beginning of the API path, such as `/v1/refunds`. */
    path: z.string().startsWith('/v1/').optional(),
    statusCode: z.union([z.literal(429), z.int().min(500).max(599)]).default(500),
    times: times.default(1),
  }),
  z.strictObject({ verb: z.literal('bank-debit-delay'), times: times.default(null), ms }),
]);

export type FaultRule = z.output<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;
export type FaultVerb = FaultRule['verb'];
type RuleOf<V extends FaultVerb> = Extract<FaultRule, { verb: V }>;

export function matchingFault<V extends FaultVerb>(
  world: World,
  verb: V,
  eventType?: string,
): RuleOf<V> | undefined {
  return world.faults.find((rule): rule is RuleOf<V> => {
    if (rule.verb !== verb) return false;
    return !('type' in rule) || rule.type === undefined || rule.type === eventType;
  });
}

/** The first fault that matches, used up by one. */
export function takeFault<V extends FaultVerb>(
  world: World,
  verb: V,
  eventType?: string,
): RuleOf<V> | undefined {
  const rule = matchingFault(world, verb, eventType);
  if (rule) consumeFault(world, rule);
  return rule;
}

export function consumeFault(world: World, rule: FaultRule): void {
  if (rule.times === null) return;
  rule.times -= 1;
  if (rule.times === 0) world.faults = world.faults.filter((other) => other !== rule);
  world.touch();
}
