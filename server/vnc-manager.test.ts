import { expect, it } from 'vitest';
import type { Desktop, DesktopDriver, DesktopReport, DesktopSpec } from './drivers/driver.ts';
import { createLog } from './lib/log.ts';
import { createVNCManager } from './vnc-manager.ts';

/** Desktops that exist in a list only. */
function paperDriver() {
  const alive = new Map<string, DesktopReport>();
  const started: string[] = [];
  const desktopOf = (desktopId: string): Desktop => ({ desktopId, rfb: { path: '/r' }, cdp: { path: '/c' } });
  const driver: DesktopDriver = {
    name: 'paper',
    async start({ desktopId, deadline }: DesktopSpec) {
      if (started.includes(desktopId)) throw new Error(`${desktopId} exists already`);
      started.push(desktopId);
      alive.set(desktopId, { desktopId, status: 'ready', deadline, pids: null });
      return desktopOf(desktopId);
    },
    revive: async ({ desktopId }) => desktopOf(desktopId),
    find: async (desktopId) => (alive.has(desktopId) ? desktopOf(desktopId) : null),
    list: async () => [...alive.values()],
    async setDeadline(desktopId, deadline) {
      const report = alive.get(desktopId);
      if (!report) throw new Error(`${desktopId} is gone`);
      report.deadline = deadline;
    },
    confine: async () => undefined,
    stop: async (desktopId) => ({ processes: 0, files: Number(alive.delete(desktopId)) }),
    watch: () => () => undefined,
  };
  return { driver, alive, started };
}

async function poolOf(warmDesktops: number) {
  const paper = paperDriver();
  const log = createLog('silent', 'json');
  const manager = createVNCManager({ driver: paper.driver, warmDesktops, egressAllowPrivate: [], log });
  manager.start();
  await expect.poll(() => manager.warmCount).toBe(warmDesktops);
  return { ...paper, manager };
}

const sessionEnd = new Date(Date.now() + 60_000);
const never = new AbortController().signal;

it('[SES-7] a warm desktop goes to one session, and whoever comes after it gets another', async () => {
  const { manager, started } = await poolOf(3);
  const given = Array.from({ length: 5 }, () => manager.reserve());
  expect(new Set(given).size).toBe(5);
  expect(given.slice(0, 3)).toEqual(started);
  expect(manager.warmCount).toBe(0);
  await Promise.all(given.map((desktopId) => manager.give(desktopId, sessionEnd, never)));
  expect([...started].sort()).toEqual([...given].sort());
  await manager.stop();
});

it('[SES-7] a desktop that was given back is gone, never handed on', async () => {
  const { manager, alive } = await poolOf(1);
  const desktopId = manager.reserve();
  await manager.give(desktopId, sessionEnd, never);
  await manager.release(desktopId);
  expect(alive.has(desktopId)).toBe(false);
  const next = Array.from({ length: 3 }, () => manager.reserve());
  expect(next).not.toContain(desktopId);
  await manager.stop();
});

it('[SES-7] stopping ends the warm ones and leaves those that were given', async () => {
  const { manager, alive } = await poolOf(2);
  const desktopId = manager.reserve();
  await manager.give(desktopId, sessionEnd, never);
  await manager.stop();
  expect([...alive.keys()]).toEqual([desktopId]);
});
