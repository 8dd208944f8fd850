import type { SignedIn } from '../../../shared/api.ts';
import { LinkRefused } from './link-refused.ts';
import { ProblemError } from './problem-error.ts';
import { serverNowMs } from './server-time.ts';

type Refresh = (sessionId: string) => Promise<SignedIn>;
/** Runs one at a time over all tabs of this browser: the refresh cookie rotates. [AUTH-2] */
type Exclusively = <T>(run: () => Promise<T>) => Promise<T>;

const RENEW_BEFORE_MS = 30_000;

/** A short-lived token is not renewed for every call, but in the last half of its life. */
function renewAtMs(expiresAtMs: number): number {
  const lifeMs = expiresAtMs - serverNowMs();
  return expiresAtMs - Math.min(RENEW_BEFORE_MS, lifeMs / 2);
}

/** The access token of one session: in memory only, renewed before it dies, by one refresh at a time. */
export class SessionToken {
  readonly #sessionId: string;
  readonly #refresh: Refresh;
  readonly #exclusively: Exclusively;
  #token: string;
  #renewAtMs: number;
  #underway: Promise<string> | null = null;

  constructor(signedIn: SignedIn, refresh: Refresh, exclusively: Exclusively = acrossTabs) {
    this.#sessionId = signedIn.session.id;
    this.#refresh = refresh;
    this.#exclusively = exclusively;
    this.#token = signedIn.accessToken;
    this.#renewAtMs = renewAtMs(Date.parse(signedIn.accessTokenExpiresAt));
  }

  /** A token that lives a while longer and is not the one that was just rejected. */
  get(rejectedToken?: string): Promise<string> {
    if (this.#token !== rejectedToken && serverNowMs() < this.#renewAtMs) return Promise.resolve(this.#token);
    this.#underway ??= this.#renew().finally(() => {
      this.#underway = null;
    });
    return this.#underway;
  }

  async #renew(): Promise<string> {
    try {
      const signedIn = await this.#exclusively(() => this.#refresh(this.#sessionId));
      this.#token = signedIn.accessToken;
      this.#renewAtMs = renewAtMs(Date.parse(signedIn.accessTokenExpiresAt));
      return this.#token;
    } catch (error) {
      const refused = refusalOf(error);
      throw refused ? new LinkRefused(refused) : error;
    }
  }
}

/** Null when the refresh may succeed later. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof ProblemError) || error.mayPass) return null;
  if (error.code === 'session-ended') return error.endedReason ?? 'session-ended';
  return 'signed-out';
}

export function acrossTabs<T>(run: () => Promise<T>): Promise<T> {
  const locks = 'locks' in navigator ? navigator.locks : null; // absent in insecure contexts
  return locks ? (locks.request('session-refresh', run) as Promise<T>) : run();
}
