import type { TokenClaims } from '../auth/tokens.ts';
import type { Log } from '../lib/log.ts';
import { periodic } from '../lib/periodic.ts';

const LOOK_MS = 2_000;

/** Ends a guest's picture once the share is taken back, on whichever node; a silent database ends nothing. [RT-9] */
export function watchGuest(options: {
  claims: TokenClaims;
  isShareAlive: (shareId: string) => Promise<boolean>;
  log: Log;
  onRevoked: () => void;
}): { stop(): void } {
  const { claims, isShareAlive, log, onRevoked } = options;
  if (!claims.buyerId.startsWith('shr_')) return { stop() {} };
  const watch = periodic('vnc.guest-look', LOOK_MS, log, async () => {
    if (!(await isShareAlive(claims.buyerId))) onRevoked();
  });
  return { stop: () => void watch.stop() };
}
