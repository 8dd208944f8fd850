import type { Log } from '../lib/log.ts';
import { periodic } from '../lib/periodic.ts';

const LOOK_MS = 2_000;

/** Tells when an API token was revoked or has expired, on whichever node; a silent database ends nothing. [AUTH-10] */
export function watchToken(options: {
  tokenId: string;
  isAlive: (tokenId: string) => Promise<boolean>;
  onRevoked: () => void;
  log: Log;
}): { stop(): void } {
  const watch = periodic('outside.token-look', LOOK_MS, options.log, async () => {
    if (!(await options.isAlive(options.tokenId))) options.onRevoked();
  });
  return { stop: () => void watch.stop() };
}
