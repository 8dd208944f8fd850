import type { ElementHandle, Frame, Page } from 'playwright-core';
import { within } from './abortable.ts';

const FRAME_MS = 1_000;

/** What Playwright keeps beside a page in a world of its own. */
export interface Injected {
  utils: {
    getElementAccessibleNameText(element: Element, includeHidden: boolean): string;
    getAriaRole(element: Element): string | null;
  };
}

type ReadElement<R, A> = (args: [Injected, Element, A]) => R;

interface ServerElement {
  evaluateInUtility<R, A>(read: ReadElement<R, A>, arg: A): Promise<R | 'error:notconnected'>;
}

interface ServerFrame {
  utilityContext(): Promise<{
    evaluate<R, A>(read: (arg: A) => R, arg: A): Promise<R>;
    evaluateHandle(read: () => unknown): Promise<{ asElement(): ServerElement | null }>;
  }>;
}

/** The element's document went away while it was read. */
export class ElementGone extends Error {
  override readonly name = 'ElementGone';
  constructor() {
    // Worded as Playwright does for its own, so that the step is looked at alike.
    super('Element is not attached to the DOM');
  }
}

/**
 * Reads an element where the page's own scripts cannot reach: no getter or method that they replaced is called.
 * Playwright has the way in and no public name for it; the version is pinned, and a test holds it. [AGT-5]
 */
export async function readApart<R, A>(
  element: ElementHandle,
  read: ReadElement<R, A>,
  arg: A,
): Promise<Awaited<R>> {
  return connected(await serverSide<ServerElement>(element).evaluateInUtility(read, arg));
}

/** The same for a whole frame. */
export async function readFrameApart<R, A>(frame: Frame, read: (arg: A) => R, arg: A): Promise<Awaited<R>> {
  const world = await serverSide<ServerFrame>(frame).utilityContext();
  return (await world.evaluate(read, arg)) as Awaited<R>;
}

/** The same for what the keyboard goes to, in whichever frame that is; null when nothing has the focus. */
export async function focusedApart<R, A>(
  page: Page,
  read: ReadElement<R, A>,
  arg: A,
): Promise<{ facts: Awaited<R>; url: string } | null> {
  const frame = await focusedFrame(page.mainFrame());
  const world = await serverSide<ServerFrame>(frame).utilityContext();
  const active = (await world.evaluateHandle(activeElement)).asElement();
  if (!active) return null;
  return { facts: connected(await active.evaluateInUtility(read, arg)), url: frame.url() };
}

/** Down from the page through every frame that has the focus of the one above. */
async function focusedFrame(frame: Frame): Promise<Frame> {
  for (const child of frame.childFrames()) {
    const focused = child.frameElement().then((owner) => readApart(owner, isActive, null));
    const isIt = await within(
      FRAME_MS,
      focused.catch(() => false),
      false,
    );
    if (isIt) return focusedFrame(child);
  }
  return frame;
}

/** Runs in the page, apart from its scripts: must not use anything from outside its body. */
function isActive([, owner]: [Injected, Element, null]): boolean {
  const get = Object.getOwnPropertyDescriptor(Document.prototype, 'activeElement')?.get;
  let active = get?.call(document) as Element | null;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active === owner;
}

/** Runs in the page: must not use anything from outside its body. What has the focus, in whichever shadow tree. */
export function activeElement(): Element | null {
  const get = Object.getOwnPropertyDescriptor(Document.prototype, 'activeElement')?.get;
  let active = get?.call(document) as Element | null;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active;
}

function connected<R>(answer: R | 'error:notconnected'): Awaited<R> {
  if (answer === 'error:notconnected') throw new ElementGone();
  return answer as Awaited<R>;
}

function serverSide<T>(client: ElementHandle | Frame): T {
  const { _connection: connection } = client as unknown as {
    _connection: { toImpl(client: unknown): T };
  };
  return connection.toImpl(client);
}
