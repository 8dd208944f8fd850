const WINDOW_MS = 60_000;
/** Xvnc takes Chromium down with it, so one crash may count twice. */
const EXITS_MAX = 10;

/** Allows a number of exits within a minute: more means that a restart does not help. */
export function createRestartBudget(now: () => number = () => performance.now()): { spend(): boolean } {
  let exits: number[] = [];
  return {
    spend() {
      const at = now();
      exits = [...exits.filter((exit) => at - exit < WINDOW_MS), at];
      return exits.length <= EXITS_MAX;
    },
  };
}
