import type { Desktop, DesktopDriver, DesktopReport } from '../server/drivers/driver.ts';

/** Real desktops for the first sessions and none for the others: to load sockets, no browsers are needed. */
export function fewDesktops(real: DesktopDriver, count: number): DesktopDriver {
  const imagined = new Map<string, DesktopReport>();
  let started = 0;
  const nowhere = (desktopId: string): Desktop => ({
    desktopId,
    rfb: { path: '/nonexistent' },
    cdp: { path: '/nonexistent' },
  });

  return {
    name: 'few',
    async start(spec, signal) {
      if (started++ < count) return real.start(spec, signal);
      const { desktopId, deadline } = spec;
      imagined.set(desktopId, { desktopId, status: 'ready', deadline, pids: null });
      return nowhere(desktopId);
    },
    revive: real.revive,
    find: async (desktopId) => (imagined.has(desktopId) ? nowhere(desktopId) : real.find(desktopId)),
    list: async () => [...(await real.list()), ...imagined.values()],
    async setDeadline(desktopId, deadline) {
      const report = imagined.get(desktopId);
      if (report) report.deadline = deadline;
      else await real.setDeadline(desktopId, deadline);
    },
    async confine(desktopId, to) {
      if (!imagined.has(desktopId)) await real.confine(desktopId, to);
    },
    async stop(desktopId) {
      return imagined.delete(desktopId) ? { processes: 0, files: 0 } : real.stop(desktopId);
    },
    watch: (desktopId, onReport) =>
      imagined.has(desktopId) ? () => undefined : real.watch(desktopId, onReport),
  };
}
