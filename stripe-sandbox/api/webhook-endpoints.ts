import { z } from 'zod';
import { newId } from '../core/ids.ts';
import type { World } from '../core/world.ts';
import { addEndpoint } from '../webhooks/endpoints.ts';
import { listPage } from './listing.ts';
import { boolean, expand, metadata, paging, text, webUrl } from './params.ts';
import { route } from './route.ts';
import { noSuch } from './stripe-error.ts';

const enabledEvents = z.array(z.string()).min(1);
const common = { description: text().optional(), expand, metadata: metadata.optional() };
const createParams = z.strictObject({
  ...common,
  api_version: z.string().optional(),
  enabled_events: enabledEvents,
  url: webUrl,
});
const updateParams = z.strictObject({
  ...common,
  disabled: boolean.optional(),
  enabled_events: enabledEvents.optional(),
  url: webUrl.optional(),
});

function endpointOf(world: World, id: string) {
  const endpoint = world.endpoints.get(id);
  if (!endpoint) throw noSuch('webhook endpoint', id);
  return endpoint;
}

export const webhookEndpointRoutes = [
  route('POST', '/v1/webhook_endpoints', createParams, ({ world, params }) => {
    const secret = newId.webhookSecret();
    const values = {
      apiVersion: params.api_version,
      description: params.description,
      enabledEvents: params.enabled_events,
      metadata: params.metadata,
      secret,
      url: params.url,
    };
    // The only answer that ever carries the secret.
    return { ...addEndpoint(world, values, false).object, secret };
  }),
  route('POST', '/v1/webhook_endpoints/:id', updateParams, ({ world, id, params }) => {
    const endpoint = endpointOf(world, id);
    const { object } = endpoint;
    const disabled = params.disabled ?? object.status === 'disabled';
    const changed = {
      ...object,
      description: params.description ?? object.description,
      enabled_events: params.enabled_events ?? object.enabled_events,
      metadata: { ...object.metadata, ...params.metadata },
      status: disabled ? 'disabled' : 'enabled',
      url: params.url ?? object.url,
    };
    return world.endpoints.update(endpoint, { object: changed }).object;
  }),
  route('DELETE', '/v1/webhook_endpoints/:id', z.strictObject({}), ({ world, id }) => {
    world.endpoints.remove(endpointOf(world, id).id);
    return { id, object: 'webhook_endpoint', deleted: true };
  }),
  route('GET', '/v1/webhook_endpoints/:id', z.strictObject({ expand }), ({ world, id }) => {
    return endpointOf(world, id).object;
  }),
  route('GET', '/v1/webhook_endpoints', z.strictObject(paging), ({ world, params }) => {
    const objects = world.endpoints.newestFirst.map((endpoint) => endpoint.object);
    return listPage('webhook endpoint', '/v1/webhook_endpoints', objects, params);
  }),
];
