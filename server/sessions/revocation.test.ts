import { expect, it } from 'vitest';
import { createLog } from '../lib/log.ts';
import { createRevocation } from './revocation.ts';
import type { SessionRow, SessionStore } from './session-store.ts';

/** Records the order of the cascade; `failOnce` makes one step throw the first time. */
function cascade(failOnce?: string, left = 0) {
  const trail: string[] = [];
  let fail = failOnce;
  const step = (name: string) => {
    if (fail === name) {
      fail = undefined;
      throw new Error(name);
    }
    trail.push(name);
  };
  let row = { desktop_id: 'dsk_1', ended_reason: null } as SessionRow;
  const sessions = {
    markEnded: async (_: string, reason) => {
      if (row.ended_reason) return false;
      row = { ...row, ended_reason: reason };
      step(`ended: ${reason}`);
      return true;
    },
    find: async () => row,
    markReleased: async () => step('released'),
  } as Partial<SessionStore> as SessionStore;
  const revoke = createRevocation({
    sessions,
    leases: { end: (_, close) => step(`told: ${close.code} ${close.reason}`) },
    desktops: {
      release: async (desktopId) => {
        step(`desktop released: ${desktopId}`);
        return { processes: 0, files: Math.max(0, left--) };
      },
    },
    endAgentWork: async () => step('agent stopped'),
    log: createLog('silent', 'json'),
  });
  return { trail, revoke };
}

const whole = [
  'ended: expired',
  'told: 4410 expired',
  'agent stopped',
  'desktop released: dsk_1',
  'released',
];

it('[SES-2] goes from the row to the sockets, the agent, the processes', async () => {
  const { trail, revoke } = cascade();
  await revoke('ses_1', 'expired');
  expect(trail).toEqual(whole);
});

it('[SES-2] runs once for callers that come together', async () => {
  const { trail, revoke } = cascade();
  await Promise.all([revoke('ses_1', 'expired'), revoke('ses_1', 'refunded')]);
  expect(trail).toEqual(whole);
});

it('[SES-2] is finished by the next sweep after a crash half-way, and keeps the first reason', async () => {
  const { trail, revoke } = cascade('desktop released: dsk_1');
  await expect(revoke('ses_1', 'expired')).rejects.toThrow();
  await revoke('ses_1', 'refunded');
  expect(trail).toEqual([...whole.slice(0, 3), ...whole.slice(1)]);
});

it('[SES-9] is not over while a look at the machine still finds something', async () => {
  const { trail, revoke } = cascade(undefined, 1);
  await expect(revoke('ses_1', 'expired')).rejects.toThrow('1 files are left');
  expect(trail).not.toContain('released');
  await revoke('ses_1', 'expired');
  expect(trail.at(-1)).toBe('released');
});
