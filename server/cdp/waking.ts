import { type Command, LAST_CLIENT_ID, type TrackedEvent } from './message.ts';

/**
 * A client may ask that new tabs wait for it. One that is stopped in a debugger must not freeze the tab that a
 * human has just opened: after a while the tab is woken without it.
 */
export interface Waking {
  /** A command goes to the browser. */
  sent(command: Command): void;
  heard(event: TrackedEvent): void;
  /** Whether an answer is to a command of our own. */
  isOwnAnswer(id: number): boolean;
  stop(): void;
}

const WAIT_MS = 3_000;
const WAKE = 'Runtime.runIfWaitingForDebugger';
const FIRST_OWN_ID = LAST_CLIENT_ID + 1;

export function createWaking(send: (command: Command) => void): Waking {
  const timers = new Map<string, NodeJS.Timeout>();
  let nextId = FIRST_OWN_ID;

  function forget(sessionId: string): void {
    clearTimeout(timers.get(sessionId));
    timers.delete(sessionId);
  }

  return {
    sent({ method, sessionId }) {
      if (method === WAKE && sessionId !== undefined) forget(sessionId);
    },
    heard({ method, params: { sessionId, waitingForDebugger } }) {
      if (sessionId === undefined) return;
      if (method === 'Target.detachedFromTarget') forget(sessionId);
      if (method !== 'Target.attachedToTarget' || !waitingForDebugger) return;
      forget(sessionId);
      const wake = () => {
        timers.delete(sessionId);
        send({ id: nextId++, method: WAKE, sessionId });
      };
      timers.set(sessionId, setTimeout(wake, WAIT_MS));
    },
    isOwnAnswer: (id) => id >= FIRST_OWN_ID,
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
