import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../lib/api.ts';
import { ProblemError, sentenceFor } from '../../lib/problem-error.ts';

export type Start =
  | { status: 'ready' }
  | { status: 'creating' }
  | { status: 'sold-out' }
  | { status: 'failed'; sentence: string };

/** Ten clicks make one Checkout: the guard is set in the same tick as the first click. [PAY-11] */
export function useStart(): { state: Start; start(): void } {
  const [state, setState] = useState<Start>({ status: 'ready' });
  const underway = useRef(false);

  // Back from Stripe by the browser's back button shows this page frozen as it was left.
  useEffect(() => {
    const restored = (event: PageTransitionEvent) => {
      if (!event.persisted) return;
      underway.current = false;
      setState({ status: 'ready' });
    };
    window.addEventListener('pageshow', restored);
    return () => window.removeEventListener('pageshow', restored);
  }, []);

  const start = useCallback(async () => {
    if (underway.current) return;
    underway.current = true;
    setState({ status: 'creating' });
    try {
      const { checkoutUrl } = await api.checkout();
      window.location.assign(checkoutUrl); // stays "creating" until the page is left
    } catch (error) {
      underway.current = false;
      const soldOut = error instanceof ProblemError && error.code === 'sold-out';
      setState(soldOut ? { status: 'sold-out' } : { status: 'failed', sentence: sentenceFor(error) });
    }
  }, []);

  return { state, start };
}
