/** Why the next attempt is needed; each kind of failure is shared with a different number of clients. */
export type Failure = 'lost' | 'unreachable' | 'unanswered' | 'restarting' | 'token';

const BASE_MS = 500;
const CAP_MS = 30_000;
/** Somebody is looking: a server that returns is found within 8 s. [SES-4] */
const CAP_IN_VIEW_MS = 8_000;
/** A server that restarts, or refuses us, was lost by all: 200 over 8 s stay under 20 % a second. [RT-2] */
const CROWD_SPREAD_MS = 8_000;
/** Silence is this client's own path, not a crowd: try again soon, so it is live ≤ 3 s after healing. [RT-5] */
const UNANSWERED_MS = 500;
/** A live connection that broke may be this client's own, three times in a row; then it is no accident. [VNC-4] */
const BRISK_LOSSES = 3;
const LOST_MS = 200;

/** Exponential back-off with full jitter; `random` is in [0, 1). [RT-2] */
export function backoffMs(attempt: number, random: number, failure: Failure, inView = false): number {
  if (failure === 'token' && attempt === 1) return 0;
  if (failure === 'unanswered') return Math.round(random * UNANSWERED_MS);
  if (failure === 'lost' && attempt <= BRISK_LOSSES) return Math.round(random * LOST_MS);
  const counted = failure === 'lost' ? attempt - BRISK_LOSSES : attempt;
  const exponential = Math.min(inView ? CAP_IN_VIEW_MS : CAP_MS, BASE_MS * 2 ** (counted - 1));
  const isCrowd = failure === 'restarting' || (failure === 'unreachable' && attempt > 1);
  const window = isCrowd ? Math.max(CROWD_SPREAD_MS, exponential) : exponential;
  return Math.round(random * window);
}

const PATIENT_MS = 10_000;
const BRISK_MS = 2_000;

/** How long one attempt may take: a few times what the last one took, and now and then much longer. */
export function attemptTimeoutMs(attempt: number, lastConnectMs: number | null): number {
  if (lastConnectMs === null || attempt % 4 === 0) return PATIENT_MS;
  return Math.min(PATIENT_MS, Math.max(BRISK_MS, lastConnectMs * 4));
}
