import { invalidRequest } from './stripe-error.ts';

type FormValue = string | FormValue[] | { [key: string]: FormValue };
export type Form = { [key: string]: FormValue };

const MAX_FIELDS = 1000;
const MAX_DEPTH = 8;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

type Branch = Map<string, string | Branch>;

/** Stripe's nested parameters: `line_items[0][price_data][currency]=usd`. */
export function parseForm(text: string): Form {
  const root: Branch = new Map();
  const pairs = [...new URLSearchParams(text)];
  if (pairs.length > MAX_FIELDS)
    throw invalidRequest(`Too many parameters: at most ${MAX_FIELDS} are taken.`);
  for (const [name, value] of pairs) insert(root, name, pathOf(name), value);
  return toObject(root);
}

function pathOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match?.[1]) throw invalidRequest(`Invalid parameter name: ${name}`, { param: name });
  const path = [match[1], ...[...(match[2] ?? '').matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? '')];
  if (path.length > MAX_DEPTH) throw invalidRequest(`Parameter nested too deeply: ${name}`, { param: name });
  if (path.some((key) => FORBIDDEN_KEYS.has(key))) {
    throw invalidRequest(`Invalid parameter name: ${name}`, { param: name });
  }
  return path;
}

function insert(root: Branch, name: string, path: string[], value: string): void {
  let branch = root;
  for (const [depth, part] of path.entries()) {
    const key = part === '' ? String(branch.size) : part;
    const here = branch.get(key);
    if (depth === path.length - 1) {
      if (here instanceof Map)
        throw invalidRequest(`Invalid mix of value and hash: ${name}`, { param: name });
      branch.set(key, value);
      return;
    }
    if (typeof here === 'string')
      throw invalidRequest(`Invalid mix of value and hash: ${name}`, { param: name });
    const next: Branch = here ?? new Map();
    branch.set(key, next);
    branch = next;
  }
}

function toObject(branch: Branch): Form {
  const entries = [...branch].map(([key, value]) => [key, toValue(value)] as const);
  return Object.fromEntries(entries);
}

function toValue(value: string | Branch): FormValue {
  if (typeof value === 'string') return value;
  const keys = [...value.keys()];
  if (!keys.every((key) => /^\d+$/.test(key))) return toObject(value);
  const inOrder = [...value].sort(([a], [b]) => Number(a) - Number(b));
  return inOrder.map(([, item]) => toValue(item));
}
