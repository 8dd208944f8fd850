import { z } from 'zod';
import type { World } from '../core/world.ts';
import { invalidRequest } from './stripe-error.ts';

type Json = { [key: string]: unknown };

const MAX_LEVELS = 4;

const EXPANDABLE: Record<string, readonly string[]> = {
  'checkout.session': ['customer', 'line_items', 'payment_intent'],
  payment_intent: ['customer', 'latest_charge'],
  charge: ['customer', 'payment_intent', 'refunds'],
  refund: ['charge', 'customer', 'payment_intent'],
  dispute: ['charge', 'payment_intent'],
  'radar.early_fraud_warning': ['charge', 'payment_intent'],
  price: ['product'],
  product: ['default_price'],
};

/** For calls that create: what cannot be expanded is refused before anything is made. */
export function expandOf(objectType: string) {
  const known = EXPANDABLE[objectType] ?? [];
  const path = z.string().refine((value) => known.includes(value.split('.')[0] ?? ''), {
    error: (issue) => `This property cannot be expanded (${String(issue.input)}).`,
  });
  return z.array(path).max(20).optional();
}

/** A copy of an answer with the properties named by `expand[]` replaced by whole objects. */
export function expanded(world: World, answer: object, paths: readonly string[] = []): unknown {
  const copy = structuredClone(answer) as Json;
  for (const path of paths) {
    const levels = path.split('.');
    const depth = levels.filter((level) => level !== 'data').length;
    if (depth > MAX_LEVELS)
      throw invalidRequest(`You cannot expand more than ${MAX_LEVELS} levels: ${path}`, { param: 'expand' });
    expandPath(world, copy, levels, path);
  }
  return copy;
}

function expandPath(world: World, target: Json, levels: string[], path: string): void {
  const [level, ...rest] = levels;
  if (level === undefined) return;
  if (target.object === 'list') {
    if (level !== 'data') throw cannotExpand(path);
    for (const item of target.data as Json[]) expandPath(world, item, rest, path);
    return;
  }
  if (isJson(target[level])) {
    expandPath(world, target[level], rest, path);
    return;
  }
  if (!EXPANDABLE[String(target.object)]?.includes(level)) throw cannotExpand(path);
  const value = wholeObject(world, target, level);
  if (!value) return;
  target[level] = value;
  expandPath(world, value, rest, path);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function cannotExpand(path: string) {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}

function wholeObject(world: World, owner: Json, property: string): Json | undefined {
  const ownerId = String(owner.id);
  if (property === 'line_items') {
    return list(
      world.sessionExtras.get(ownerId)?.lineItems ?? [],
      `/v1/checkout/sessions/${ownerId}/line_items`,
    );
  }
  if (property === 'refunds') {
    const refunds = world.refunds.newestFirst.filter((refund) => refund.charge === ownerId);
    return list(refunds, `/v1/charges/${ownerId}/refunds`);
  }
  const id = owner[property];
  if (typeof id !== 'string') return undefined;
  const collections = [world.paymentIntents, world.charges, world.customers, world.products, world.prices];
  const found = collections.map((collection) => collection.get(id)).find(Boolean);
  return found && (structuredClone(found) as unknown as Json);
}

function list(data: object[], url: string): Json {
  return { object: 'list', data: structuredClone(data), has_more: false, url };
}
