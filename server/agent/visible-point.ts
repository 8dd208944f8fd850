import type { ElementHandle } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import { pause, until } from './abortable.ts';
import { ElementGone, readApart } from './isolated-world.ts';
import { type Probe, probeElement } from './probe-element.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

const MOVING_FOR_MS = 1_000;
const TRIES_A_PLACE = 4;
const COVERED_FOR_MS = 4_000;
/** What loads may lie over a control for a moment. */
const LAYER_AFTER_MS = 1_000;

/**
 * A point of the page at which a click reaches the element: its middle, or any part that nothing overlaps.
 * Something that never rests is taken where it is. [AGT-1]
 */
export async function visiblePoint(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
  what: string,
  settleMs = MOVING_FOR_MS,
): Promise<Point> {
  const begun = performance.now();
  for (let covered = 0; ; ) {
    const tries = Math.floor(covered / TRIES_A_PLACE);
    const probe = await until(context.signal, readApart(element, probeElement, tries));
    if (probe.gone) throw new ElementGone();
    const waitedMs = performance.now() - begun;
    if (waitedMs > LAYER_AFTER_MS) probe.point ??= probe.layer;
    if (probe.point && (!probe.moving || waitedMs >= settleMs)) {
      const corner = await frameCorner(context, element, probe);
      return { x: probe.point.x + corner.x, y: probe.point.y + corner.y };
    }
    if (!probe.point) covered += 1;
    if (!probe.point && (waitedMs > COVERED_FOR_MS || performance.now() > context.deadline)) {
      const problem = `The ${what} is covered by ${probe.coveredBy} and cannot be clicked.`;
      throw new StepFailed('covered', `${problem} Close what covers it first, or press Escape.`);
    }
    await pause(100, context.signal);
  }
}

/** Inside a frame coordinates start at the frame's corner. */
async function frameCorner(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
  probe: Probe,
): Promise<Point> {
  const frame = await until(context.signal, element.ownerFrame());
  if (!frame?.parentFrame()) return { x: 0, y: 0 };
  const root = await until(context.signal, frame.$('css=:root'));
  const box = await until(context.signal, root?.boundingBox() ?? Promise.resolve(null));
  return { x: (box?.x ?? 0) - probe.root.x, y: (box?.y ?? 0) - probe.root.y };
}
