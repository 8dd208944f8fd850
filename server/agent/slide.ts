import type { ElementHandle } from 'playwright-core';
import { until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

const MAX_PRESSES = 500;

/** Moves a slider that is no native field by its arrow keys, as the ARIA pattern has it. */
export async function slideTo(
  context: ToolContext,
  tab: Tab,
  slider: ElementHandle<HTMLElement>,
  wanted: number,
  what: string,
): Promise<void> {
  const read = () =>
    until(
      context.signal,
      slider.evaluate((node) => Number(node.getAttribute('aria-valuenow') ?? Number.NaN)),
    );
  const about = { kind: 'fill', element: slider, value: String(wanted) } as const;
  await context.act(tab, () => slider.focus(), about);
  let value = await read();
  const upwards = wanted > value;
  for (let presses = 0; presses < MAX_PRESSES && (upwards ? value < wanted : value > wanted); presses++) {
    await context.act(tab, (page) => page.keyboard.press(upwards ? 'ArrowRight' : 'ArrowLeft'), about);
    const moved = await read();
    if (moved === value) break;
    value = moved;
  }
  if (value !== wanted) {
    throw new StepFailed('cannot-fill', `The ${what} stops at ${value} and does not reach ${wanted}.`);
  }
}
