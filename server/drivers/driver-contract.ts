import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Desktop,
  type DesktopDriver,
  DesktopFailed,
  type DesktopReport,
  type Endpoint,
} from './driver.ts';

export interface DriverUnderTest {
  /** A driver over the same machine each time, as successive servers would make one. */
  makeDriver(): DesktopDriver;
  /** How many processes and files of this desktop are left, by the driver's own machine. */
  leftovers(desktopId: string): Promise<number>;
  /** Ends a process inside the desktop as a crash would. */
  crash(desktopId: string, program: 'chromium' | 'xvnc' | 'supervisor'): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;
let made = 0;

/** What every driver promises; run it against a driver on real machinery. */
export function describeDriverContract(name: string, setUp: () => Promise<DriverUnderTest>): void {
  describe(`driver contract: ${name}`, async () => {
    const under = await setUp();
    const driver = under.makeDriver();
    const started: string[] = [];

    afterAll(async () => {
      for (const desktopId of started) await driver.stop(desktopId);
      await under.close();
    });

    function spec(liveForMs = 600_000) {
      made += 1;
      const desktopId = `dsk_contract${made}`;
      started.push(desktopId);
      return {
        desktopId,
        widthPx: 1280,
        heightPx: 720,
        deadline: new Date(Date.now() + liveForMs),
        egressAllowPrivate: [],
      };
    }

    it('[SES-7] starts a desktop whose two sockets answer', async () => {
      const wanted = spec();
      const desktop = await driver.start(wanted, never);
      expect(await rfbGreeting(desktop.rfb)).toBe('RFB 003.008\n');
      expect(await browserOf(desktop)).toMatch(/^ws:/);
      await expect(driver.start(wanted, never)).rejects.toThrow(/exists already/);
      expect(await driver.find(wanted.desktopId)).toEqual(desktop);
    });

    it('[SES-4] another server finds it, with the same processes and the same browser', async () => {
      const wanted = spec();
      const desktop = await driver.start(wanted, never);
      const before = await reportOf(driver, wanted.desktopId);
      const browser = await browserOf(desktop);

      const next = under.makeDriver();
      const found = await next.find(wanted.desktopId);
      if (!found) throw new Error('the next server found nothing');
      expect(await browserOf(found)).toBe(browser);
      expect(await reportOf(next, wanted.desktopId)).toEqual(before);
      await next.stop(wanted.desktopId);
      expect(await driver.find(wanted.desktopId)).toBeNull();
    });

    it('[SES-2] stop leaves no process within 2 s and no file within 5 s, and may be repeated', async () => {
      const wanted = spec();
      await driver.start(wanted, never);
      expect(await under.leftovers(wanted.desktopId)).toBeGreaterThan(5);
      const startedAt = performance.now();
      const counted = await Promise.all([driver.stop(wanted.desktopId), driver.stop(wanted.desktopId)]);
      expect(counted).toEqual(Array(2).fill({ processes: 0, files: 0 })); // [SES-9]
      expect(performance.now() - startedAt).toBeLessThan(2000);
      expect(await under.leftovers(wanted.desktopId)).toBe(0);
      await driver.stop(wanted.desktopId);
      await driver.stop('dsk_never_existed');
      expect(await reportOf(driver, wanted.desktopId)).toBeUndefined();
      await expect(driver.setDeadline(wanted.desktopId, new Date())).rejects.toThrow(DesktopFailed);
      await expect(driver.confine(wanted.desktopId, null)).rejects.toThrow(DesktopFailed);
    });

    it('[SES-1] ends by itself at a deadline that was moved, with nobody asking', async () => {
      const wanted = spec();
      const desktop = await driver.start(wanted, never);
      const gone = statusOf(driver, wanted.desktopId, 'gone');
      const deadline = new Date(Date.now() + 300);
      await driver.setDeadline(wanted.desktopId, deadline);
      expect((await gone).deadline).toEqual(deadline);
      expect(Date.now() - deadline.getTime()).toBeLessThan(5000);
      await expect(rfbGreeting(desktop.rfb)).rejects.toThrow();
      expect(await driver.find(wanted.desktopId)).toBeNull();
      await driver.stop(wanted.desktopId);
      expect(await under.leftovers(wanted.desktopId)).toBe(0);
    });

    it('[SES-8] brings browser and display back in the same desktop', async () => {
      const wanted = spec();
      const desktop = await driver.start(wanted, never);
      for (const program of ['chromium', 'xvnc'] as const) {
        const browser = await browserOf(desktop);
        const restarting = statusOf(driver, wanted.desktopId, 'restarting');
        await under.crash(wanted.desktopId, program);
        const crashedAt = performance.now();
        await restarting;
        await statusOf(driver, wanted.desktopId, 'ready');
        expect(performance.now() - crashedAt).toBeLessThan(5000);
        expect(await browserOf(desktop)).not.toBe(browser);
        expect(await rfbGreeting(desktop.rfb)).toBe('RFB 003.008\n');
      }
    });

    it('[SES-5] reports and clears what a killed supervisor left', async () => {
      const wanted = spec();
      await driver.start(wanted, never);
      const gone = statusOf(driver, wanted.desktopId, 'gone');
      await under.crash(wanted.desktopId, 'supervisor');
      await gone;
      expect(await driver.find(wanted.desktopId)).toBeNull();
      expect(await reportOf(driver, wanted.desktopId)).toMatchObject({ status: 'gone', pids: null });
      await driver.stop(wanted.desktopId);
      expect(await under.leftovers(wanted.desktopId)).toBe(0);
    });

    it('leaves nothing behind when the start is called off', async () => {
      const wanted = spec();
      const abort = new AbortController();
      const start = driver.start(wanted, abort.signal);
      setImmediate(() => abort.abort(new Error('called off')));
      await expect(start).rejects.toThrow('called off');
      expect(await under.leftovers(wanted.desktopId)).toBe(0);
      expect(await reportOf(driver, wanted.desktopId)).toBeUndefined();
    });
  });
}

async function reportOf(driver: DesktopDriver, desktopId: string): Promise<DesktopReport | undefined> {
  return (await driver.list()).find((report) => report.desktopId === desktopId);
}

function statusOf(driver: DesktopDriver, desktopId: string, status: string): Promise<DesktopReport> {
  return new Promise((resolve) => {
    const unwatch = driver.watch(desktopId, (report) => {
      if (report.status !== status) return;
      queueMicrotask(() => unwatch());
      resolve(report);
    });
  });
}

function target(endpoint: Endpoint) {
  return 'path' in endpoint ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port };
}

function rfbGreeting(endpoint: Endpoint): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(target(endpoint));
    socket.once('error', reject);
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString('latin1'));
    });
  });
}

/** The browser's own address holds an id that is new with every browser process. */
export function browserOf({ cdp }: Desktop): Promise<string> {
  const where = 'path' in cdp ? { socketPath: cdp.path } : { host: cdp.host, port: cdp.port };
  return new Promise((resolve, reject) => {
    request({ ...where, path: '/json/version', headers: { host: 'localhost' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(JSON.parse(text).webSocketDebuggerUrl));
    })
      .on('error', reject)
      .end();
  });
}
