import type { ElementHandle } from 'playwright-core';
import type { Step, Verb } from '../../shared/playbook.ts';
import type { Target } from '../../shared/target.ts';
import { until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { allMatches, chooseMatch, type Match, type Purpose } from './choose-match.ts';
import { type ElementNames, namesOf } from './element-names.ts';
import { findOne } from './find.ts';
import { lineAbout } from './page-snapshot.ts';
import type { ToolContext } from './tool-context.ts';

const ARIA_MS = 1_500;
const HANDLE_MS = 500;
const MAX_COUNTED = 20;

/** The step as it can be kept and played again: what a `ref` or `point` names now, named as a person would. */
export async function durableStep(context: ToolContext, step: Step): Promise<Step> {
  if (step.verb === 'snapshot') {
    const { ref, ...rest } = step.input;
    return ref === undefined ? step : { ...step, input: rest };
  }
  const input = await durable(context, step.input, purposeOf(step.verb));
  return input === step.input ? step : ({ ...step, input } as Step);
}

const purposeOf = (verb: Verb): Purpose =>
  verb === 'fill' || verb === 'select'
    ? 'edit'
    : verb === 'assert' || verb === 'extract' || verb === 'waitFor'
      ? 'read'
      : 'click';

async function durable(context: ToolContext, input: unknown, purpose: Purpose): Promise<unknown> {
  if (typeof input !== 'object' || input === null) return input;
  const { ref, point, ...rest } = input as Target & { to?: unknown };
  const to = rest.to === undefined ? {} : { to: await durable(context, rest.to, 'read') };
  if (ref === undefined && point === undefined) return rest.to === to.to ? input : { ...rest, ...to };
  const { tab, element } = await findOne(context, ref === undefined ? { point } : { ref }, purpose);
  const meant = point && purpose === 'click' ? await control(context, element) : element;
  return { ...(await durableTarget(context, tab, meant, purpose)), ...rest, ...to };
}

/** A point on a button's icon means the button. */
async function control(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
): Promise<ElementHandle<HTMLElement>> {
  const handle = await until(
    context.signal,
    element.evaluateHandle(
      (node) =>
        node.closest<HTMLElement>('button,a[href],summary,label,[role]:not([role=presentation])') ?? node,
    ),
  );
  return handle.asElement() ?? element;
}

/** The best of the names under which the product itself would find just this element. */
async function durableTarget(
  context: ToolContext,
  tab: Tab,
  element: ElementHandle<HTMLElement>,
  purpose: Purpose,
): Promise<Target> {
  const names = await until(context.signal, element.evaluate(namesOf));
  const role = await roleOf(context, element, names);
  const candidates: Target[] = [
    ...(role ? [role] : []),
    ...(names.label ? [{ label: names.label }] : []),
    ...(names.placeholder ? [{ placeholder: names.placeholder }] : []),
    ...(names.text ? [{ text: names.text }] : []),
  ];
  const counted: Target[] = [];
  for (const target of candidates) {
    const matches = await allMatches(context, tab, target);
    const choice = await chooseMatch(context, tab, target, matches, purpose);
    if (typeof choice === 'object' && (await isSame(context, choice, element))) return target;
    const visible = matches.filter((match) => match.visible).slice(0, MAX_COUNTED);
    for (const [nth, match] of counted.length > 0 ? [] : visible.entries()) {
      if (await isSame(context, match, element)) counted.push({ ...target, nth });
    }
  }
  return counted[0] ?? { css: names.css };
}

/** Role and name as the browser's accessibility tree has them. */
async function roleOf(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
  { css }: ElementNames,
): Promise<Target | null> {
  const frame = await until(context.signal, element.ownerFrame());
  if (!frame) return null;
  const taken = frame.locator(`css=${css}`).first().ariaSnapshot({ timeout: ARIA_MS });
  const text = await until(
    context.signal,
    taken.catch(() => ''),
  );
  const about = lineAbout(text.split('\n')[0] ?? '');
  return about?.name && about.name.length <= 200 ? about : null;
}

async function isSame(context: ToolContext, match: Match, element: ElementHandle<HTMLElement>) {
  const compared = (async () => {
    const other = await match.locator.elementHandle({ timeout: HANDLE_MS });
    return (await other?.evaluate((node, wanted) => node === wanted, element)) ?? false;
  })();
  return until(
    context.signal,
    // Of another frame, or gone: not the same.
    compared.catch(() => false),
  );
}
