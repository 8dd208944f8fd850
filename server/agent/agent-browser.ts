import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import type { Desktop, Endpoint } from '../drivers/driver.ts';
import type { Log } from '../lib/log.ts';
import { within } from './abortable.ts';
import { browserUrl } from './cdp-endpoint.ts';
import { PageDialogs } from './dialogs.ts';
import { createDownloads, type Downloads } from './downloads.ts';
import { BrowserLost } from './step-error.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const PROBE_TIMEOUT_MS = 500;

export interface Tab {
  page: Page;
  dialogs: PageDialogs;
  cdp: CDPSession | null;
  /** What the references of the newest snapshot that was handed out mean: role and name. */
  refs: ReadonlyMap<string, string>;
  /** The mouse button is down: a drag is under way, or was cut short. */
  held: boolean;
  /** Until what is drawn for viewers is taken away. */
  shown?: NodeJS.Timeout;
}

export interface Tabs {
  /** In the order in which they were opened. */
  all(): Tab[];
  /** The agent works in this one from now on, as if a person had gone there. */
  follow(page: Page): void;
}

/** The agent's connection to one desktop's browser, beside the human who uses the same tabs. */
export interface AgentBrowser {
  /** Aborted with `BrowserLost` when the connection ends, for whatever reason. */
  readonly lost: AbortSignal;
  readonly context: BrowserContext;
  /** The tab that a person at the screen would look at; opens one when there is none. */
  currentTab(): Promise<Tab>;
  /** Tells whether an agent's step is under way: dialogs of a human's own doing are left alone. */
  setActing(acting: boolean): void;
  readonly tabs: Tabs;
  readonly downloads: Downloads;
  close(): Promise<void>;
}

export async function connectBrowser(
  desktop: Pick<Desktop, 'cdp' | 'home'>,
  log: Log,
): Promise<AgentBrowser> {
  const browser = await dial(desktop.cdp);
  const lost = new AbortController();
  const lose = () => lost.abort(new BrowserLost('the connection to the browser ended'));
  browser.on('disconnected', lose);
  const [context] = browser.contexts();
  if (!context) {
    await browser.close().catch(() => undefined);
    throw new BrowserLost('the browser has no window');
  }
  return new ConnectedBrowser(browser, context, createDownloads(browser, desktop.home), lost.signal, log);
}

async function dial(endpoint: Endpoint): Promise<Browser> {
  try {
    const url = await browserUrl(endpoint, AbortSignal.timeout(CONNECT_TIMEOUT_MS));
    // Playwright's defaults would take over the human's downloads, focus and colour scheme.
    return await chromium.connectOverCDP(url, {
      noDefaults: true,
      isLocal: true,
      timeout: CONNECT_TIMEOUT_MS,
    });
  } catch (error) {
    throw new BrowserLost('the browser does not answer', { cause: error });
  }
}

class ConnectedBrowser implements AgentBrowser {
  readonly lost: AbortSignal;
  readonly downloads: Downloads;
  readonly #browser: Browser;
  readonly context: BrowserContext;
  readonly #log: Log;
  /** Least to most recently opened or looked at. */
  #tabs: Tab[] = [];
  #acting = false;

  constructor(browser: Browser, context: BrowserContext, downloads: Downloads, lost: AbortSignal, log: Log) {
    this.downloads = downloads;
    this.lost = lost;
    this.#browser = browser;
    this.context = context;
    this.#log = log;
    for (const page of context.pages()) this.#adopt(page);
    context.on('page', (page) => this.#adopt(page));
  }

  setActing(acting: boolean): void {
    this.#acting = acting;
  }

  readonly tabs: Tabs = {
    all: () => {
      const pages = this.context.pages();
      return this.#tabs.toSorted((a, b) => pages.indexOf(a.page) - pages.indexOf(b.page));
    },
    follow: (page) => {
      const followed = this.#tabs.find((tab) => tab.page === page);
      if (followed) this.#tabs = [...this.#tabs.filter((tab) => tab !== followed), followed];
    },
  };

  async currentTab(): Promise<Tab> {
    if (this.#tabs.length === 0) {
      const page = await this.context.newPage();
      return this.#tabs.find((tab) => tab.page === page) ?? this.#adopt(page);
    }
    const newest = this.#tabs.at(-1) as Tab;
    if (this.#tabs.length === 1 || (await isVisible(newest))) return newest;
    // A human went to another tab: follow, as whoever watches sees that one.
    for (const tab of this.#tabs.toReversed().slice(1)) {
      if (!(await isVisible(tab))) continue;
      this.#tabs = [...this.#tabs.filter((other) => other !== tab), tab];
      return tab;
    }
    return newest;
  }

  async close(): Promise<void> {
    await this.#browser.close().catch(() => undefined);
  }

  #adopt(page: Page): Tab {
    const dialogs = new PageDialogs(page, () => this.#acting, this.#log);
    const tab: Tab = { page, dialogs, cdp: null, refs: new Map(), held: false };
    this.#tabs.push(tab);
    const forget = () => {
      this.#tabs = this.#tabs.filter((other) => other !== tab);
    };
    page.on('close', forget);
    // Playwright never speaks to it again, not even when a human reloads it: the work goes on in another tab.
    page.on('crash', forget);
    this.context
      .newCDPSession(page)
      .then(async (cdp) => {
        tab.cdp = cdp;
        cdp.on('Page.javascriptDialogClosed', () => tab.dialogs.closed());
        await cdp.send('Page.enable');
      })
      .catch((error: unknown) => this.#log.debug({ event: 'agent.tab-gone', err: error }));
    return tab;
  }
}

/** A page that does not answer (a dialog, a busy script) counts as visible: that is what is on the screen. */
async function isVisible({ page, dialogs }: Tab): Promise<boolean> {
  if (await dialogs.blocking()) return true;
  const asked = page.evaluate(() => document.visibilityState === 'visible').catch(() => false);
  return within(PROBE_TIMEOUT_MS, asked, true);
}
