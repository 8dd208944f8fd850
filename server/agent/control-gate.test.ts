import { describe, expect, it } from 'vitest';
import type { Lease } from '../sessions/leases.ts';
import { ControlLost, stillInControl, watchControl } from './control-gate.ts';

describe('what a node hears of control', () => {
  it.each([
    ['the lease has not caught up', { epoch: 3, holder: 'human' }, true],
    ['as it was', { epoch: 4, holder: 'agent' }, true],
    ['a human has it', { epoch: 4, holder: 'human' }, false],
    ['taken and given back', { epoch: 6, holder: 'agent' }, false],
  ] as const)('[AGT-4] %s', (_, seen, goesOn) => {
    expect(stillInControl(seen, 4)).toBe(goesOn);
  });

  it('[AGT-4] stops the agent of its own session, once control is gone', () => {
    let tell: (lease: Lease) => void = () => {};
    const leases = {
      onChange(listener: (lease: Lease) => void) {
        tell = listener;
        return () => {
          tell = () => {};
        };
      },
    };
    const lease = (sessionId: string, epoch: number, holder: 'agent' | 'human') =>
      ({ sessionId, control: { epoch, holder } }) as Lease;
    const { signal, stop } = watchControl(leases, 'ses_1', 4);
    tell(lease('ses_2', 9, 'human'));
    tell(lease('ses_1', 4, 'agent'));
    expect(signal.aborted).toBe(false);
    tell(lease('ses_1', 5, 'human'));
    expect(signal.reason).toBeInstanceOf(ControlLost);

    const stopped = watchControl(leases, 'ses_1', 4);
    stopped.stop();
    tell(lease('ses_1', 5, 'human'));
    expect(stopped.signal.aborted).toBe(false);
    stop();
  });
});
