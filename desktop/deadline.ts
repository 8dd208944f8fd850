const LOOK_EVERY_MS = 500;

export interface Deadline {
  at(): Date;
  move(to: Date): void;
  stop(): void;
}

/**
 * Calls back once when the wall clock passes the deadline. It looks at the clock again and again: one long
 * timer would miss a suspended machine or a corrected clock. [SES-1]
 */
export function startDeadline(at: Date, onReached: () => void, now: () => number = Date.now): Deadline {
  let deadline = at;
  const timer = setInterval(look, LOOK_EVERY_MS);
  look();

  function look(): void {
    if (now() < deadline.getTime()) return;
    clearInterval(timer);
    queueMicrotask(onReached);
  }

  return {
    at: () => deadline,
    move(to) {
      deadline = to;
      look();
    },
    stop: () => clearInterval(timer),
  };
}
