import { setTimeout as delay } from 'node:timers/promises';
import { type Column, type ColumnName, connectTo } from './columns.ts';
import { showPage } from './devtools.ts';
import { PROBE } from './pages.ts';

const WARM_UP_MS = 1_500;

/**
 * Updates a second that changed the probe, of a page in full motion, asked for as noVNC does. Only the
 * browser that is being watched moves. [PERF-2]
 */
export async function measureFrames(
  columns: readonly Column[],
  urls: { moving: string; still: string },
  options: { rounds: number; roundMs: number },
): Promise<Map<ColumnName, number>> {
  const counted = new Map<ColumnName, number[]>(columns.map(({ name }) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const column of columns) {
      await showPage(column.devtools, urls.moving);
      counted.get(column.name)?.push(await framesPerSecond(column, options.roundMs));
      await showPage(column.devtools, urls.still);
    }
  }
  return new Map(
    [...counted].map(([name, rates]) => [name, rates.reduce((sum, rate) => sum + rate) / rates.length]),
  );
}

async function framesPerSecond(column: Column, forMs: number): Promise<number> {
  const client = await connectTo(column, { encodings: 'noVNC' });
  let frames = 0;
  client.on('update', ({ rectangles }) => {
    client.wantNextUpdate();
    const changed = rectangles.some(
      ({ x, y, width, height }) =>
        x <= PROBE.x && PROBE.x < x + width && y <= PROBE.y && PROBE.y < y + height,
    );
    if (changed) frames++;
  });
  client.requestUpdate(false);
  await delay(WARM_UP_MS);
  const [framesBefore, begunMs] = [frames, performance.now()];
  await delay(forMs);
  const rate = ((frames - framesBefore) * 1000) / (performance.now() - begunMs);
  client.close();
  return rate;
}
