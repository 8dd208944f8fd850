import { invalidRequest } from '../api/stripe-error.ts';
import { newId } from '../core/ids.ts';
import type { Endpoint } from '../core/store.ts';
import type { World } from '../core/world.ts';
import { heldFor, release } from '../webhooks/emit.ts';
import { rollSecret } from '../webhooks/endpoints.ts';
import { type FaultInput, type FaultRule, faultSchema } from '../webhooks/faults.ts';

export interface RollOptions {
  endpoint?: string | undefined;
  secret?: string | undefined;
  /** How long the old secret still signs beside the new one; Stripe allows up to a day. */
  oldExpiresInMs?: number | undefined;
}

export function createFaultControl(world: World) {
  return {
    add(input: FaultInput): FaultRule {
      const rule = faultSchema.parse(input);
      world.faults.push(rule);
      world.touch();
      return rule;
    },
    list: (): FaultRule[] => world.faults,
    /** Ends all faults; what was held for reordering goes out in its first order. */
    clear(): void {
      world.faults = [];
      for (const endpoint of world.endpoints.all) release(world, heldFor(world, endpoint.id));
      world.touch();
    },
    rollSecret(options: RollOptions = {}): { endpoint: string; secret: string } {
      const endpoint = endpointOf(world, options.endpoint);
      const secret = options.secret ?? newId.webhookSecret();
      rollSecret(world, endpoint, secret, options.oldExpiresInMs ?? 0);
      return { endpoint: endpoint.id, secret };
    },
  };
}

export type FaultControl = ReturnType<typeof createFaultControl>;

function endpointOf(world: World, id: string | undefined): Endpoint {
  const endpoint = id === undefined ? world.endpoints.all[0] : world.endpoints.get(id);
  if (!endpoint) throw invalidRequest('There is no such webhook endpoint.');
  return endpoint;
}
