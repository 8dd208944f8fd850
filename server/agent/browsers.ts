import type { Desktop } from '../drivers/driver.ts';
import type { Log } from '../lib/log.ts';
import { type AgentBrowser, connectBrowser } from './agent-browser.ts';
import { BrowserLost } from './step-error.ts';

const IDLE_MS = 30_000;
/** Playwright remembers every request and element that it has seen for as long as its connection lives. */
const STEPS_MAX = 400;

/** At most one connection a session; dropped when nobody used it for half a minute. */
export interface Browsers {
  get(sessionId: string): Promise<AgentBrowser>;
  /** The session does not use it for now. */
  idle(sessionId: string): void;
  drop(sessionId: string): Promise<void>;
  stop(): Promise<void>;
}

interface Entry {
  browser: Promise<AgentBrowser>;
  idleTimer: NodeJS.Timeout | undefined;
  steps: number;
}

export function createBrowsers(deps: {
  desktopOf: (sessionId: string) => Promise<Desktop | null>;
  log: Log;
  idleMs?: number;
  stepsMax?: number;
}): Browsers {
  const entries = new Map<string, Entry>();

  async function connect(sessionId: string): Promise<AgentBrowser> {
    const desktop = await deps.desktopOf(sessionId);
    if (!desktop) throw new BrowserLost('the desktop is not ready');
    return connectBrowser(desktop, deps.log.child({ sessionId }));
  }

  async function drop(sessionId: string): Promise<void> {
    const entry = entries.get(sessionId);
    if (!entry) return;
    entries.delete(sessionId);
    clearTimeout(entry.idleTimer);
    const browser = await entry.browser.catch(() => null);
    await browser?.close();
  }

  return {
    async get(sessionId) {
      const known = entries.get(sessionId);
      if (known) {
        clearTimeout(known.idleTimer);
        known.steps += 1;
        const browser = await known.browser.catch(() => null);
        if (browser && !browser.lost.aborted) return browser;
        if (entries.get(sessionId) === known) await drop(sessionId);
      }
      const fresh = () => ({ browser: connect(sessionId), idleTimer: undefined, steps: 1 });
      const entry: Entry = entries.get(sessionId) ?? fresh();
      entries.set(sessionId, entry);
      entry.browser.catch(() => entries.get(sessionId) === entry && entries.delete(sessionId));
      return entry.browser;
    },
    idle(sessionId) {
      const entry = entries.get(sessionId);
      if (!entry) return;
      clearTimeout(entry.idleTimer);
      const afterMs = entry.steps > (deps.stepsMax ?? STEPS_MAX) ? 0 : (deps.idleMs ?? IDLE_MS);
      entry.idleTimer = setTimeout(() => void drop(sessionId), afterMs);
      entry.idleTimer.unref();
    },
    drop,
    async stop() {
      await Promise.all([...entries.keys()].map(drop));
    },
  };
}
