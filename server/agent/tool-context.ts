import type { ElementHandle, Page } from 'playwright-core';
import type { Point } from '../../shared/target.ts';
import type { Tab, Tabs } from './agent-browser.ts';
import type { Artifacts } from './artifacts.ts';
import type { Downloads } from './downloads.ts';

/** What a touch of the page is about: what policies and approvals judge, from the real element. */
export interface Touch {
  kind:
    | 'navigate'
    | 'back'
    | 'tab'
    | 'click'
    | 'drag'
    | 'scroll'
    | 'fill'
    | 'select'
    | 'press'
    | 'answer'
    | 'upload'
    | 'download';
  /** What is touched, where that is one element. */
  element?: ElementHandle;
  /** What is put in, chosen, pressed or opened; a secret's placeholder until the action itself. [AGT-7] */
  value?: string;
  /** Where the page is clicked. */
  point?: Point;
}

/** Control of the session's browser, kept for a while. */
export interface Held {
  readonly signal: AbortSignal;
  touch(action: (page: Page) => Promise<unknown>): Promise<void>;
  finish(action: (page: Page) => Promise<unknown>): Promise<void>;
}

/** What a tool may use. The guards of the registry stand behind `tab` and `act`. */
export interface ToolContext {
  readonly sessionId: string;
  readonly taskId: string;
  readonly index: number;
  readonly artifacts: Artifacts;
  readonly tabs: Tabs;
  readonly downloads: Downloads;
  /** Aborted when the step must end: takeover, stop, session's end, browser gone, hard timeout. */
  readonly signal: AbortSignal;
  /** When to give up looking and say what is missing, by `performance.now()`. */
  readonly deadline: number;
  /** Nobody reads what is missing: yes or no is all that is asked. */
  readonly brief: boolean;
  /** The tab to work in. Throws when a question blocks it or it shows no web page. */
  tab(): Promise<Tab>;
  /** The tab whatever it shows, a question included. */
  anyTab(): Promise<Tab>;
  /**
   * A touch on the way to the action, such as moving the pointer: guarded alike, and may be done again. With
   * `about` it is judged as well.
   */
  approach(tab: Tab, action: (page: Page) => Promise<unknown>, about?: Touch): Promise<void>;
  /** The only way to touch a page; done also when a question opens. Refused from the moment a human has control. [AGT-4] */
  act(tab: Tab, action: (page: Page, value: string) => Promise<unknown>, about: Touch): Promise<void>;
  /**
   * Touches that belong together, such as press and let go: judged once, and control is kept meanwhile. `signal` says
   * when to put things right and stop; `finish` is the one touch that has an effect. [AGT-4]
   */
  hold(tab: Tab, about: Touch, work: (held: Held) => Promise<void>): Promise<void>;
  /** A picture of the tab, without what nobody may read. [AGT-7] */
  picture<T>(tab: Tab, capture: () => Promise<T>): Promise<T>;
}
