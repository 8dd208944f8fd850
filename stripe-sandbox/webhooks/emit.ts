import type { Stripe } from 'stripe';
import { newId } from '../core/ids.ts';
import type { Delivery, Endpoint } from '../core/store.ts';
import type { World } from '../core/world.ts';
import { API_VERSION } from '../objects/api-version.ts';
import { consumeFault, matchingFault, takeFault } from './faults.ts';

type ObjectWithId = { id: string; object: string };

/** Records what happened with the object as it is now, and plans a delivery to every endpoint that listens. */
export function emit(world: World, type: Stripe.Event.Type, object: ObjectWithId, previous?: object): void {
  const event = {
    id: newId.event(),
    object: 'event',
    api_version: API_VERSION,
    created: world.nowSeconds(),
    data: { object: structuredClone(object), ...(previous && { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: 0,
    request: world.currentRequest ?? { id: null, idempotency_key: null },
    type,
  } as unknown as Stripe.Event;
  world.events.add(event);
  for (const endpoint of world.endpoints.all) {
    if (listensTo(endpoint, type)) planDelivery(world, event, endpoint);
  }
}

function listensTo(endpoint: Endpoint, type: string): boolean {
  const { status, enabled_events: enabled } = endpoint.object;
  return status === 'enabled' && (enabled.includes('*') || enabled.includes(type));
}

/** How many endpoints have not taken the event: what `pending_webhooks` and `delivery_success` speak of. */
export function withPendingWebhooks(world: World, event: Stripe.Event): Stripe.Event {
  const deliveries = world.deliveries.group(event.id);
  const pending = new Set(deliveries.map((delivery) => delivery.endpointId));
  for (const { endpointId, status } of deliveries) {
    if (status === 'delivered') pending.delete(endpointId);
  }
  return { ...event, pending_webhooks: pending.size };
}

function planDelivery(world: World, event: Stripe.Event, endpoint: Endpoint): void {
  if (takeFault(world, 'drop', event.type)) {
    addDelivery(world, event, endpoint, 'dropped');
    return;
  }
  const copies = takeFault(world, 'duplicate', event.type)?.copies ?? 1;
  const delayMs = takeFault(world, 'delay', event.type)?.ms ?? 0;
  for (let copy = 0; copy < copies; copy += 1) {
    if (holdForReorder(world, event, endpoint)) continue;
    sendNow(world, event, endpoint, delayMs);
  }
}

export function sendNow(world: World, event: Stripe.Event, endpoint: Endpoint, delayMs = 0): Delivery {
  const delivery = addDelivery(world, event, endpoint, 'pending');
  world.schedule.in(delayMs, { type: 'attempt-deliveries', deliveryIds: [delivery.id] });
  return delivery;
}

function holdForReorder(world: World, event: Stripe.Event, endpoint: Endpoint): boolean {
  const rule = matchingFault(world, 'reorder', event.type);
  if (!rule) return false;
  addDelivery(world, event, endpoint, 'held');
  const held = heldFor(world, endpoint.id);
  if (held.length >= rule.size) {
    consumeFault(world, rule);
    release(world, held.reverse());
  }
  return true;
}

export function heldFor(world: World, endpointId: string): Delivery[] {
  return world.deliveries.all.filter((one) => one.status === 'held' && one.endpointId === endpointId);
}

/** Held deliveries go out one after another, so that their order is certain. */
export function release(world: World, held: Delivery[]): void {
  for (const delivery of held) world.deliveries.update(delivery, { status: 'pending' });
  const deliveryIds = held.map((delivery) => delivery.id);
  if (deliveryIds.length > 0) world.schedule.in(0, { type: 'attempt-deliveries', deliveryIds });
}

function addDelivery(
  world: World,
  event: Stripe.Event,
  endpoint: Endpoint,
  status: Delivery['status'],
): Delivery {
  return world.deliveries.add({
    id: newId.delivery(),
    created: world.nowSeconds(),
    eventId: event.id,
    eventType: event.type,
    endpointId: endpoint.id,
    url: endpoint.object.url,
    status,
    attempts: [],
  });
}
