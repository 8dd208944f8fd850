import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Delivery, DeliveryAttempt, Endpoint } from '../core/store.ts';
import type { World } from '../core/world.ts';
import { withPendingWebhooks } from './emit.ts';
import { takeFault } from './faults.ts';
import { signatureHeader } from './signature.ts';

const ATTEMPT_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
export const MAX_ATTEMPTS = 60;

/** Makes one attempt and plans the next one if it failed; answers false when the stop signal cut it short. */
export async function attemptDelivery(
  world: World,
  deliveryId: string,
  stopSignal: AbortSignal,
): Promise<boolean> {
  const delivery = world.deliveries.get(deliveryId);
  const endpoint = delivery && world.endpoints.get(delivery.endpointId);
  if (stopSignal.aborted) return false;
  if (delivery?.status !== 'pending') return true;
  if (endpoint?.object.status !== 'enabled') {
    world.deliveries.update(delivery, { status: 'failed' });
    return true;
  }
  const result = await send(world, delivery, endpoint, stopSignal);
  if (stopSignal.aborted && result.statusCode === null) return false;
  record(world, delivery, { at: world.nowSeconds(), ...result });
  return true;
}

function record(world: World, delivery: Delivery, attempt: DeliveryAttempt): void {
  const attempts = [...delivery.attempts, attempt];
  const { statusCode } = attempt;
  const taken = statusCode !== null && statusCode >= 200 && statusCode < 300;
  const givenUp = attempts.length >= MAX_ATTEMPTS;
  world.deliveries.update(delivery, {
    attempts,
    status: taken ? 'delivered' : givenUp ? 'failed' : 'pending',
  });
  if (taken || givenUp) return;
  const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** (attempts.length - 1), LONGEST_RETRY_MS);
  world.schedule.in(retryInMs, { type: 'attempt-deliveries', deliveryIds: [delivery.id] });
}

type SendResult = Omit<DeliveryAttempt, 'at'>;

async function send(
  world: World,
  delivery: Delivery,
  endpoint: Endpoint,
  stopSignal: AbortSignal,
): Promise<SendResult> {
  const event = world.events.get(delivery.eventId);
  if (!event) return { statusCode: null, error: 'the event is gone' };
  if (takeFault(world, 'fail', delivery.eventType)) return { statusCode: null, error: 'fault: sent nowhere' };
  const body = JSON.stringify(withPendingWebhooks(world, event), null, 2);
  const skewSeconds = takeFault(world, 'clock-skew', delivery.eventType)?.seconds ?? 0;
  const secrets = validSecrets(world, endpoint);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'stripe-signature': signatureHeader(body, secrets, world.nowSeconds() + skewSeconds),
    'user-agent': 'Stripe/1.0 (sandbox)',
  };
  try {
    const signal = AbortSignal.any([stopSignal, AbortSignal.timeout(ATTEMPT_TIMEOUT_MS)]);
    return { statusCode: await post(endpoint.object.url, headers, body, signal), error: null };
  } catch (error) {
    return { statusCode: null, error: error instanceof Error ? error.message : String(error) };
  }
}

function validSecrets(world: World, endpoint: Endpoint): string[] {
  const nowMs = world.clock.nowMs();
  const valid = endpoint.secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
  return valid.map(({ secret }) => secret);
}

/** Without an agent: each attempt has its own connection, so a receiver that stops is not held open. */
function post(url: string, headers: Record<string, string | number>, body: string, signal: AbortSignal) {
  const start = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise<number>((resolve, reject) => {
    const request = start(url, { method: 'POST', headers, signal, agent: false }, (response) => {
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    request.on('error', reject);
    request.end(body);
  });
}
