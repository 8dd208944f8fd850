import type { z } from 'zod';
import type { World } from '../core/world.ts';

export interface RouteInput<P> {
  world: World;
  params: P;
  /** The `:id` of the path. */
  id: string;
}

export interface ApiRoute {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  schema: z.ZodType;
  handle(input: RouteInput<unknown>): object;
}

/** Handlers are synchronous on purpose: one request changes everything it changes before the next is looked at. */
export function route<T extends z.ZodType>(
  method: ApiRoute['method'],
  path: string,
  schema: T,
  handle: (input: RouteInput<z.output<T>>) => object,
): ApiRoute {
  return { method, path, schema, handle: (input) => handle(input as RouteInput<z.output<T>>) };
}
