import { useEffect, useState } from 'react';
import { serverNowMs } from '../lib/server-time.ts';

/** The server's time, once a second; re-read from the clock, so a sleeping tab catches up at once. */
export function useServerNow(): number {
  const [nowMs, setNowMs] = useState(serverNowMs);
  useEffect(() => {
    const tick = () => setNowMs(serverNowMs());
    const timer = window.setInterval(tick, 1_000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, []);
  return nowMs;
}
