import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Column, type ColumnName, connectTo } from './columns.ts';
import { showPage } from './devtools.ts';
import { ASIDE, PROBE } from './pages.ts';
import type { Rectangle, RfbClient } from './rfb-client.ts';

const KEY_A = 0x61;
const LEFT_BUTTON = 1;
const ANSWER_TIMEOUT_MS = 3_000;
const BLOCK = 10;
const SETTLE_MS = 120;

/**
 * From a key to the pixel that it changes, in milliseconds. The columns take turns in small blocks, so that
 * noise of the machine hits all alike; only the one whose turn it is asks for updates. [PERF-1]
 */
export async function measureInputToPixel(
  columns: readonly Column[],
  url: string,
  samples: number,
): Promise<Map<ColumnName, number[]>> {
  const shown = new Set<string>();
  const probes = [];
  for (const column of columns) {
    const browser = JSON.stringify(column.devtools);
    if (!shown.has(browser)) await showPage(column.devtools, url);
    shown.add(browser);
    probes.push({
      column,
      probe: new Probe(column.name, await connectTo(column, { encodings: 'noVNC' })),
      measured: [] as number[],
    });
  }
  try {
    for (const { probe } of probes) await probe.block(BLOCK); // warm-up
    for (let done = 0; done < samples; done += BLOCK) {
      for (const { probe, measured } of probes) measured.push(...(await probe.block(BLOCK)));
    }
  } finally {
    for (const { probe } of probes) probe.close();
  }
  return new Map(probes.map(({ column, measured }) => [column.name, measured]));
}

class Probe {
  readonly #name: ColumnName;
  readonly #client: RfbClient;
  #colour = -1;
  #atMs = 0;
  #isOn = false;

  constructor(name: ColumnName, client: RfbClient) {
    this.#name = name;
    this.#client = client;
    client.on('update', ({ rectangles, atMs }) => {
      for (const rectangle of rectangles) this.#see(rectangle, atMs);
      if (this.#isOn) client.wantNextUpdate();
    });
  }

  /** Some keys in a row, at times that have nothing to do with the display's own clock. */
  async block(keys: number): Promise<number[]> {
    this.#isOn = true;
    this.#colour = -1;
    this.#client.requestUpdate(false);
    this.#client.sendPointer(ASIDE.x, ASIDE.y, LEFT_BUTTON);
    this.#client.sendPointer(ASIDE.x, ASIDE.y, 0);
    await delay(SETTLE_MS);
    this.#press();
    await this.#until((colour) => colour !== -1);
    await delay(SETTLE_MS);
    const measured: number[] = [];
    for (let key = 0; key < keys; key++) {
      await delay(25 + Math.random() * 35);
      const before = this.#colour;
      const sentAtMs = performance.now();
      this.#press();
      await this.#until((colour) => colour !== before);
      measured.push(this.#atMs - sentAtMs);
    }
    this.#isOn = false;
    return measured;
  }

  close(): void {
    this.#client.close();
  }

  #press(): void {
    this.#client.sendKey(KEY_A, true);
    this.#client.sendKey(KEY_A, false);
  }

  #see({ x, y, width, height, fill }: Rectangle, atMs: number): void {
    const [column, row] = [PROBE.x - x, PROBE.y - y];
    if (!fill || column < 0 || row < 0 || column >= width || row >= height) return;
    const colour = fill.readUIntBE(0, 3);
    if (colour === this.#colour) return;
    this.#colour = colour;
    this.#atMs = atMs;
  }

  async #until(holds: (colour: number) => boolean): Promise<void> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    try {
      while (!holds(this.#colour)) await once(this.#client, 'update', { signal });
    } catch (error) {
      throw new Error(`the ${this.#name} viewer saw no change at its probe`, { cause: error });
    }
  }
}
