import { z } from 'zod';
import { withPendingWebhooks } from '../webhooks/emit.ts';
import { listPage } from './listing.ts';
import { boolean, expand, paging } from './params.ts';
import { route } from './route.ts';
import { invalidRequest, noSuch } from './stripe-error.ts';

const listParams = z.strictObject({
  ...paging,
  delivery_success: boolean.optional(),
  type: z.string().optional(),
  types: z.array(z.string()).max(20).optional(),
});

/** `charge.*` stands for every type that begins with `charge.`. */
function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

export const eventRoutes = [
  route('GET', '/v1/events/:id', z.strictObject({ expand }), ({ world, id }) => {
    const event = world.events.get(id);
    if (!event) throw noSuch('event', id);
    return withPendingWebhooks(world, event);
  }),
  route('GET', '/v1/events', listParams, ({ world, params }) => {
    const { type, types, delivery_success: deliverySuccess } = params;
    if (type !== undefined && types !== undefined) {
      throw invalidRequest('You may only specify one of these parameters: type, types.');
    }
    const patterns = types ?? (type === undefined ? ['*'] : [type]);
    const events = world.events.newestFirst
      .filter((event) => patterns.some((pattern) => matches(pattern, event.type)))
      .map((event) => withPendingWebhooks(world, event))
      .filter((event) => deliverySuccess === undefined || (event.pending_webhooks === 0) === deliverySuccess);
    return listPage('event', '/v1/events', events, params);
  }),
];
