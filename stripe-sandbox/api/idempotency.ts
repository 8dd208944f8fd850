import { createHash } from 'node:crypto';
import type { StoredAnswer } from '../core/store.ts';
import type { World } from '../core/world.ts';
import { invalidRequest, StripeError } from './stripe-error.ts';

const MAX_KEY_LENGTH = 255;
const KEPT_SECONDS = 24 * 3600;

export function fingerprintOf(method: string, path: string, body: string): string {
  return createHash('sha256').update(`${method} ${path}\n${body}`).digest('hex');
}

/** The answer given to the same request before, if there was one. */
export function earlierAnswer(world: World, key: string, fingerprint: string): StoredAnswer | undefined {
  if (key.length > MAX_KEY_LENGTH) {
    throw invalidRequest(
      `Idempotency keys may be at most ${MAX_KEY_LENGTH} characters; yours has ${key.length}.`,
    );
  }
  world.answers.removeOlderThan(world.nowSeconds() - KEPT_SECONDS);
  const answer = world.answers.get(key);
  if (answer && answer.fingerprint !== fingerprint) {
    throw new StripeError(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }
  return answer;
}
