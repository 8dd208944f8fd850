import type { Stored } from '../core/collection.ts';
import { invalidRequest, noSuch } from './stripe-error.ts';

export interface ListParams {
  created?:
    | { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined }
    | undefined;
  limit?: number | undefined;
  starting_after?: string | undefined;
  ending_before?: string | undefined;
}

export interface List<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  url: string;
}

/** One page, newest first, as Stripe cuts it. */
export function listPage<T extends Stored>(
  kind: string,
  url: string,
  newestFirst: T[],
  params: ListParams,
): List<T> {
  const { limit = 10, starting_after: after, ending_before: before } = params;
  if (after !== undefined && before !== undefined) {
    throw invalidRequest('You cannot parameterize `starting_after` and `ending_before` at the same time.');
  }
  const items = newestFirst.filter((item) => isWithin(item.created, params.created));
  if (before !== undefined) {
    const end = cursor(kind, newestFirst, items, before, 'ending_before');
    const start = Math.max(end - limit, 0);
    return { object: 'list', data: items.slice(start, end), has_more: start > 0, url };
  }
  const start = after === undefined ? 0 : cursor(kind, newestFirst, items, after, 'starting_after') + 1;
  return {
    object: 'list',
    data: items.slice(start, start + limit),
    has_more: items.length > start + limit,
    url,
  };
}

function cursor<T extends Stored>(kind: string, all: T[], matching: T[], id: string, param: string): number {
  const index = matching.findIndex((item) => item.id === id);
  if (index >= 0) return index;
  const known = all.find((item) => item.id === id);
  if (!known) throw noSuch(kind, id, param, 400);
  throw invalidRequest(`The ${param} object ${id} does not match the other filters.`, { param });
}

function isWithin(created: number, range: ListParams['created']): boolean {
  if (!range) return true;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return created > gt && created >= gte && created < lt && created <= lte;
}
