export interface Clock {
  nowMs(): number;
  /** Calls back once, at or after `atMs`; answers the cancellation. */
  at(atMs: number, callback: () => void): () => void;
}

export interface ManualClock extends Clock {
  advanceTo(atMs: number): void;
}

// setTimeout fires at once above 2^31 - 1 ms.
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  at(atMs, callback) {
    const waitInMs = Math.min(Math.max(atMs - Date.now(), 0), LONGEST_TIMER_MS);
    const timer = setTimeout(callback, waitInMs);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until a test moves it. */
export function createManualClock(startMs: number = Date.now()): ManualClock {
  let nowMs = startMs;
  const alarms = new Set<{ atMs: number; callback: () => void }>();

  function nextDue(untilMs: number) {
    const due = [...alarms].filter((alarm) => alarm.atMs <= untilMs);
    return due.sort((a, b) => a.atMs - b.atMs)[0];
  }

  return {
    nowMs: () => nowMs,
    at(atMs, callback) {
      const alarm = { atMs, callback };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    advanceTo(untilMs) {
      for (let alarm = nextDue(untilMs); alarm; alarm = nextDue(untilMs)) {
        alarms.delete(alarm);
        nowMs = Math.max(nowMs, alarm.atMs);
        alarm.callback();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
  };
}
