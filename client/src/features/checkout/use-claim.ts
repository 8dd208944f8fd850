import { useCallback, useEffect, useState } from 'react';
import { api } from '../../lib/api.ts';
import { keepClaimed } from '../../lib/claimed-sign-in.ts';
import { ProblemError } from '../../lib/problem-error.ts';

export type Claim =
  | { status: 'waiting'; slow: boolean }
  | { status: 'claimed'; sessionId: string }
  | { status: 'refused'; code: string; endedReason: string | undefined; sentence: string }
  | { status: 'gave-up' };

const POLL_MS = 1_000;
const SLOW_AFTER_MS = 15_000;
const GIVE_UP_AFTER_MS = 5 * 60_000;

/** Asks for the session until the payment is confirmed; a bad line only makes it ask again. [PAY-6] */
export function useClaim(checkoutSessionId: string): { claim: Claim; again(): void } {
  const [claim, setClaim] = useState<Claim>({ status: 'waiting', slow: false });
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks again
  useEffect(() => {
    const stop = new AbortController();
    setClaim({ status: 'waiting', slow: false });
    void poll(checkoutSessionId, stop.signal, setClaim);
    return () => stop.abort();
  }, [checkoutSessionId, round]);

  return { claim, again: useCallback(() => setRound((count) => count + 1), []) };
}

async function poll(
  checkoutSessionId: string,
  signal: AbortSignal,
  tell: (claim: Claim) => void,
): Promise<void> {
  const startedAtMs = Date.now();
  while (!signal.aborted) {
    const claim = await ask(checkoutSessionId, signal);
    if (signal.aborted) return;
    if (claim) return tell(claim);
    const waitedMs = Date.now() - startedAtMs;
    if (waitedMs > GIVE_UP_AFTER_MS) return tell({ status: 'gave-up' });
    tell({ status: 'waiting', slow: waitedMs > SLOW_AFTER_MS });
    await pause(POLL_MS, signal);
  }
}

async function ask(checkoutSessionId: string, signal: AbortSignal): Promise<Claim | null> {
  try {
    const signedIn = await api.claim(checkoutSessionId, signal);
    if (!signedIn) return null;
    keepClaimed(signedIn);
    return { status: 'claimed', sessionId: signedIn.session.id };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.mayPass) return null;
    return { status: 'refused', code: error.code, endedReason: error.endedReason, sentence: error.message };
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      window.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = window.setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
