import { useCallback, useEffect, useState } from 'react';
import type { SignedIn } from '../../../shared/api.ts';
import type { SessionView } from '../../../shared/session.ts';
import { api, SessionApi } from '../lib/api.ts';
import { takeClaimed } from '../lib/claimed-sign-in.ts';
import { browserClock } from '../lib/clock.ts';
import { askServer, PathBeacon } from '../lib/path-beacon.ts';
import { acrossTabs, refusalOf, SessionToken } from '../lib/session-token.ts';

export interface SignedInSession {
  session: SessionView;
  token: SessionToken;
  api: SessionApi;
  beacon: PathBeacon;
}

export type SignIn =
  | { status: 'loading' }
  | { status: 'signed-in'; signedIn: SignedInSession }
  | { status: 'signed-out' }
  | { status: 'ended'; reason: string }
  | { status: 'failed'; error: unknown };

/** Signs in to one session by the refresh cookie: what a reload or another tab of the buyer does. [AUTH-9] */
export function useSignedIn(sessionId: string): SignIn & { retry(): void } {
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<SignIn>({ status: 'loading' });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks again
  useEffect(() => {
    let current = true;
    setState({ status: 'loading' });
    signIn(sessionId).then((next) => {
      if (current) setState(next);
    });
    return () => {
      current = false;
    };
  }, [sessionId, attempt]);

  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  return { ...state, retry };
}

async function signIn(sessionId: string): Promise<SignIn> {
  try {
    const answer = takeClaimed(sessionId) ?? (await acrossTabs(() => refreshOrComeBack(sessionId)));
    const beacon = new PathBeacon(askServer, browserClock);
    const token = new SessionToken(answer, (id) => api.refresh(id, beacon.recovery));
    return {
      status: 'signed-in',
      signedIn: { session: answer.session, token, api: new SessionApi(sessionId, token), beacon },
    };
  } catch (error) {
    const refused = refusalOf(error);
    if (refused === null) return { status: 'failed', error };
    return refused === 'signed-out' ? { status: 'signed-out' } : { status: 'ended', reason: refused };
  }
}

async function refreshOrComeBack(sessionId: string): Promise<SignedIn> {
  try {
    return await api.refresh(sessionId);
  } catch (error) {
    if (refusalOf(error) !== 'signed-out') throw error;
    return api.comeBack(sessionId);
  }
}
