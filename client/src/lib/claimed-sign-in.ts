import type { SignedIn } from '../../../shared/api.ts';

let claimed: SignedIn | null = null;

/** What a claim has just answered, for the live page of the same document: it spares one refresh. [PERF-4] */
export function keepClaimed(signedIn: SignedIn): void {
  claimed = signedIn;
}

/** Once: whoever comes later signs in by the cookie. */
export function takeClaimed(sessionId: string): SignedIn | null {
  const taken = claimed?.session.id === sessionId ? claimed : null;
  claimed = null;
  return taken;
}
