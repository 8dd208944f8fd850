import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { treeOf } from '../server/drivers/local/local-testing.ts';
import { freePort, untilListening } from './baseline.ts';
import { RfbClient, type RfbTransport, webSocketTransport } from './rfb-client.ts';

const TICKS_PER_SECOND = 100;

/** Processor seconds per GB that the product's server and websockify need to relay the same display. [PERF-6] */
export async function measureRelayCost(
  rfbPath: string,
  product: { pid: number; dial(): Promise<RfbTransport> },
  options: { rounds: number; roundMs: number },
): Promise<{ product: number; websockify: number }> {
  const port = await freePort();
  const websockify = spawn('websockify', [`127.0.0.1:${port}`, `--unix-target=${rfbPath}`], {
    stdio: 'ignore',
  });
  try {
    await untilListening(port);
    const ways = [
      // Alone: the desktops are its children too.
      { pids: async () => [product.pid], dial: product.dial, spent: 0, gigabytes: 0 },
      {
        pids: () => treeOf(websockify.pid as number),
        dial: async () => webSocketTransport(`ws://127.0.0.1:${port}`, 'none', 'http://localhost'),
        spent: 0,
        gigabytes: 0,
      },
    ];
    for (let round = 0; round < options.rounds; round++) {
      for (const way of ways) {
        const client = await RfbClient.connect(await way.dial());
        const [spentBefore, until] = [
          await cpuSeconds(await way.pids()),
          performance.now() + options.roundMs,
        ];
        while (performance.now() < until) {
          client.requestUpdate(false);
          const [{ rectangles }] = (await once(client, 'update')) as [{ rectangles: { pixels: Buffer }[] }];
          for (const { pixels } of rectangles) way.gigabytes += pixels.length / 1e9;
        }
        way.spent += (await cpuSeconds(await way.pids())) - spentBefore;
        client.close();
        await delay(100);
      }
    }
    const [ours, theirs] = ways.map(({ spent, gigabytes }) => spent / gigabytes);
    return { product: ours as number, websockify: theirs as number };
  } finally {
    const gone = once(websockify, 'exit');
    websockify.kill('SIGKILL');
    await gone;
  }
}

/** User and system time of some processes. */
async function cpuSeconds(pids: readonly number[]): Promise<number> {
  let ticks = 0;
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  }
  return ticks / TICKS_PER_SECOND;
}
