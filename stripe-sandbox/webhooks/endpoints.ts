import type { Stripe } from 'stripe';
import { newId } from '../core/ids.ts';
import type { Endpoint } from '../core/store.ts';
import type { World } from '../core/world.ts';

export interface NewEndpoint {
  url: string;
  secret: string;
  enabledEvents: string[];
  apiVersion?: string | undefined;
  description?: string | undefined;
  metadata?: Record<string, string> | undefined;
}

export function addEndpoint(world: World, values: NewEndpoint, configured: boolean): Endpoint {
  const id = newId.webhookEndpoint();
  const created = world.nowSeconds();
  const object: Stripe.WebhookEndpoint = {
    id,
    object: 'webhook_endpoint',
    api_version: values.apiVersion ?? null,
    application: null,
    created,
    description: values.description ?? null,
    enabled_events: values.enabledEvents,
    livemode: false,
    metadata: values.metadata ?? {},
    status: 'enabled',
    url: values.url,
  };
  const secrets = [{ secret: values.secret, expiresAtMs: null }];
  return world.endpoints.add({
    id,
    created,
    object,
    secrets,
    configuredSecret: configured ? values.secret : null,
  });
}

/** Endpoints from the options are made once; a later start keeps their rolled secrets unless the option changed. */
export function configureEndpoint(world: World, url: string, secret: string): void {
  const known = world.endpoints.all.find((one) => one.configuredSecret !== null && one.object.url === url);
  if (!known) {
    addEndpoint(world, { url, secret, enabledEvents: ['*'] }, true);
  } else if (known.configuredSecret !== secret) {
    world.endpoints.update(known, { secrets: [{ secret, expiresAtMs: null }], configuredSecret: secret });
  }
}

/** The old secret signs beside the new one until it expires, as during a roll at Stripe. */
export function rollSecret(world: World, endpoint: Endpoint, secret: string, oldExpiresInMs: number): void {
  const expiresAtMs = world.clock.nowMs() + oldExpiresInMs;
  const old = endpoint.secrets.map((one) => ({
    secret: one.secret,
    expiresAtMs: Math.min(one.expiresAtMs ?? expiresAtMs, expiresAtMs),
  }));
  world.endpoints.update(endpoint, { secrets: [{ secret, expiresAtMs: null }, ...old] });
}
