import { ControlLost, stillInControl, whileInControl } from '../agent/control-gate.ts';
import type { Db } from '../db/database.ts';
import type { Clock } from '../lib/clock.ts';
import type { OutsideAgent } from '../outside/begin-call.ts';
import type { OutsideCall, OutsideCalls } from '../outside/outside-calls.ts';
import { OutsideRefused } from '../outside/refused.ts';
import type { Lease, Leases } from '../sessions/leases.ts';

/** One connection's right to act: taken with its first command, given back when it rests. */
export interface Gate {
  /**
   * Runs `send` while the agent has control and no other task has the browser.
   * @throws {OutsideRefused}
   */
  act(send: () => void): Promise<void>;
  /** What the browser tells now is a human's own. */
  isHumansOwn(): boolean;
  stop(): Promise<void>;
}

const REST_MS = 5_000;

export function createGate(deps: {
  db: Db;
  calls: OutsideCalls;
  leases: Pick<Leases, 'onChange'>;
  clock: Clock;
  restMs?: number;
  lease: Lease;
  agent: OutsideAgent;
  /** Aborted when the connection ends. */
  signal: AbortSignal;
  /** Control is back after a human's time with it: what the client knew may be wrong. */
  onHandedBack: () => void;
}): Gate {
  const { db, calls, clock, lease, agent, signal, restMs = REST_MS } = deps;
  let call: OutsideCall | null = null;
  let actedAtMs = 0;
  let restTimer: NodeJS.Timeout | undefined;
  let missedSomething = false;
  const unsubscribe = deps.leases.onChange((changed) => {
    if (changed.sessionId === lease.sessionId && changed.control.holder === 'agent') lookAgain();
  });

  function lookAgain(): void {
    if (missedSomething) deps.onHandedBack();
    missedSomething = false;
  }

  async function hold(): Promise<OutsideCall> {
    if (call?.signal.aborted) await letGo(call.refusal());
    if (call) return call;
    const summary = 'Drive the browser over CDP';
    const begun = await calls.begin(lease, agent, { verb: 'cdp', summary, signal });
    call = begun;
    // Told by the page, the clock or the owner: the task must not look busy any longer.
    begun.signal.addEventListener('abort', () => void letGo(begun.refusal()), { once: true });
    restTimer = setTimeout(rest, restMs);
    return begun;
  }

  function rest(): void {
    const leftMs = actedAtMs + restMs - clock.now();
    if (leftMs > 0) restTimer = setTimeout(rest, leftMs);
    else void letGo(null);
  }

  async function letGo(refusal: OutsideRefused | null): Promise<void> {
    const held = call;
    if (!held) return;
    call = null;
    clearTimeout(restTimer);
    // That the client went away is how each of its visits ends.
    const told = refusal && refusal.code !== 'client-gone' ? refusal : null;
    await held.end(told ? { error: { code: told.code, message: told.message } } : {});
  }

  return {
    async act(send) {
      let held: OutsideCall | undefined;
      try {
        held = await hold();
        actedAtMs = clock.now();
        await whileInControl(db, lease.sessionId, held.epoch, async () => {
          if (held?.signal.aborted) throw held.refusal();
          lookAgain();
          send();
        });
      } catch (error) {
        const lost = held && error instanceof ControlLost ? await held.lost() : null;
        const refusal = lost ?? error;
        missedSomething ||= refusal instanceof OutsideRefused && refusal.code === 'human-has-control';
        if (lost) await letGo(lost);
        throw refusal;
      }
    },
    isHumansOwn() {
      if (call && stillInControl(lease.control, call.epoch)) return false;
      const { holder, epoch } = lease.control;
      if (holder === 'human' && epoch > 0) missedSomething = true;
      return holder === 'human';
    },
    stop() {
      unsubscribe();
      return letGo(null);
    },
  };
}
