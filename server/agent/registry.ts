import { type Step, urlProblem, type Verb } from '../../shared/playbook.ts';
import type { Db } from '../db/database.ts';
import { until, within } from './abortable.ts';
import type { AgentBrowser, Tab } from './agent-browser.ts';
import { ApprovalNeeded } from './approvals/approval-needed.ts';
import type { Artifacts } from './artifacts.ts';
import { ControlLost, whileHolding, whileInControl } from './control-gate.ts';
import { dropNothing } from './drag-between.ts';
import { durableStep } from './durable-target.ts';
import type { Guard, OpenGuard } from './guard.ts';
import { refuseQuestion } from './questions.ts';
import { StepFailed } from './step-error.ts';
import type { Tool, ToolResult } from './tool.ts';
import type { ToolContext, Touch } from './tool-context.ts';
import { assertTool } from './tools/assert.ts';
import { backTool } from './tools/back.ts';
import { clickTool } from './tools/click.ts';
import { downloadTool } from './tools/download.ts';
import { dragTool } from './tools/drag.ts';
import { extractTool } from './tools/extract.ts';
import { fillTool } from './tools/fill.ts';
import { hoverTool } from './tools/hover.ts';
import { navigateTool } from './tools/navigate.ts';
import { pressTool } from './tools/press.ts';
import { screenshotTool } from './tools/screenshot.ts';
import { scrollTool } from './tools/scroll.ts';
import { selectTool } from './tools/select.ts';
import { selectTextTool } from './tools/select-text.ts';
import { snapshotTool } from './tools/snapshot.ts';
import { tabTool } from './tools/tab.ts';
import { typeTool } from './tools/type.ts';
import { uploadTool } from './tools/upload.ts';
import { waitForTool } from './tools/wait-for.ts';

const TOOLS: { readonly [V in Verb]: Tool<V> } = {
  navigate: navigateTool,
  back: backTool,
  tab: tabTool,
  click: clickTool,
  hover: hoverTool,
  drag: dragTool,
  scroll: scrollTool,
  fill: fillTool,
  select: selectTool,
  selectText: selectTextTool,
  press: pressTool,
  type: typeTool,
  upload: uploadTool,
  download: downloadTool,
  waitFor: waitForTool,
  assert: assertTool,
  extract: extractTool,
  screenshot: screenshotTool,
  snapshot: snapshotTool,
};

const READING: readonly Verb[] = ['assert', 'waitFor'];

/** Beyond the time in which a tool gives up by itself: a page that does not answer at all. */
const UNRESPONSIVE_MS = 5_000;
const LAST_LOOK_MS = 1_000;

export interface ToolCall {
  sessionId: string;
  taskId: string;
  index: number;
  step: Step;
  browser: AgentBrowser;
  /** The epoch at which the agent got control. */
  epoch: number;
  /** Instead of the tool's own time to look and wait: a condition is answered soon. */
  patienceMs?: number;
  signal: AbortSignal;
  /** No step follows. */
  last: boolean;
  /** Told before and after each touch of the page. */
  onAct: (phase: 'begun' | 'done', about: Touch) => void;
}

export interface Registry {
  /**
   * Runs one guarded call: lock → control → policy → approval → secrets → run → masked. Resolves with what it
   * found; rejects with `ApprovalNeeded` before an action that the owner has not allowed. [AGT-1]
   */
  run(call: ToolCall): Promise<ToolResult>;
}

/** How a verb takes being cut short. [AGT-6] */
export function natureOf(verb: string): { repeatable: boolean; single: boolean } {
  return Object.hasOwn(TOOLS, verb) ? TOOLS[verb as Verb] : { repeatable: false, single: false };
}

export function createRegistry(deps: { db: Db; artifacts: Artifacts; openGuard: OpenGuard }): Registry {
  const locks = new Map<string, Promise<unknown>>();

  /** Two callers of one session's browser take turns. */
  async function locked<T>(sessionId: string, work: () => Promise<T>): Promise<T> {
    const turn = (locks.get(sessionId) ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    locks.set(sessionId, settled);
    void settled.then(() => locks.get(sessionId) === settled && locks.delete(sessionId));
    return turn;
  }

  async function run(call: ToolCall, guard: Guard): Promise<ToolResult> {
    const { sessionId, browser, epoch } = call;
    const tool = TOOLS[call.step.verb] as Tool<Verb>;
    // Also what reads only must not look at what a human is doing now.
    await whileInControl(deps.db, sessionId, epoch, async () => undefined);
    const limit = tool.timeoutMs;
    const timeoutMs =
      call.patienceMs ?? (typeof limit === 'number' ? limit : limit(call.step.input as never));
    const late = AbortSignal.timeout(timeoutMs + UNRESPONSIVE_MS);
    const signal = AbortSignal.any([call.signal, browser.lost, late]);
    // No tool may take the owner's answer for a failure of its own.
    let asked: ApprovalNeeded | null = null;
    const judged = (tab: Tab, about: Touch) =>
      until(signal, guard.before(tab, about)).catch((error: unknown) => {
        if (error instanceof ApprovalNeeded) asked = error;
        throw error;
      });
    const context: ToolContext = {
      sessionId,
      taskId: call.taskId,
      index: call.index,
      artifacts: deps.artifacts,
      tabs: browser.tabs,
      downloads: browser.downloads,
      signal,
      deadline: performance.now() + timeoutMs,
      brief: call.patienceMs !== undefined,
      tab: async () => workable(await until(signal, browser.currentTab())),
      anyTab: () => until(signal, browser.currentTab()),
      approach: async (tab, action, about) => {
        if (about) await judged(tab, about);
        const moving = whileInControl(deps.db, sessionId, epoch, () => action(tab.page));
        await untilQuestion(tab, signal, moving);
      },
      act: async (tab, action, about) => {
        signal.throwIfAborted();
        const value = await judged(tab, about);
        // Once begun an action is let finish: only a dead browser or page cuts it.
        const hard = AbortSignal.any([browser.lost, late]);
        const acting = whileInControl(deps.db, sessionId, epoch, async () => {
          signal.throwIfAborted();
          call.onAct('begun', about);
          return action(tab.page, value);
        });
        try {
          await untilQuestion(tab, hard, acting);
        } catch (error) {
          // An action may close the very tab it acts in: then it has had its effect.
          if (!tab.page.isClosed() || hard.aborted || error instanceof ControlLost) throw error;
        }
        call.onAct('done', about);
      },
      hold: async (tab, about, work) => {
        await judged(tab, about);
        // A question that opens keeps what is under way from ending, for as long as nobody answers.
        const asked = new AbortController();
        const hard = AbortSignal.any([browser.lost, late]);
        const cut = AbortSignal.any([hard, asked.signal]);
        const holding = whileHolding(deps.db, sessionId, epoch, cut, ({ wanted, touch }) =>
          work({
            signal: AbortSignal.any([signal, wanted]),
            touch: async (action) => void (await touch(() => action(tab.page))),
            async finish(action) {
              await touch(async () => {
                call.onAct('begun', about);
                await action(tab.page);
              });
              call.onAct('done', about);
            },
          }),
        );
        await untilQuestion(tab, hard, holding).finally(() => asked.abort());
      },
      picture: (tab, capture) => until(signal, guard.picture(tab, capture)),
    };
    browser.setActing(true);
    try {
      await dropNothing(context, await until(signal, browser.currentTab()));
      const step = await until(signal, durableStep(context, call.step));
      // What only reads finds again what was meant; what acts touches the very element.
      const { input } = READING.includes(step.verb) ? step : call.step;
      const output = await until(signal, tool.run(context, input as never));
      if (asked) throw asked;
      // The next step may answer; after the last one nobody would.
      if (call.last) await refuseQuestion(await context.anyTab());
      return await until(signal, guard.pass(await context.anyTab(), { ...output, step }));
    } catch (error) {
      if (asked) throw asked;
      if (late.aborted && !call.signal.aborted && !browser.lost.aborted) {
        const seconds = Math.round((timeoutMs + UNRESPONSIVE_MS) / 1000);
        throw new StepFailed('page-unresponsive', `The page did not answer for ${seconds} seconds.`);
      }
      signal.throwIfAborted();
      throw error;
    } finally {
      browser.setActing(false);
    }
  }

  return {
    run: (call) =>
      locked(call.sessionId, async () => {
        call.signal.throwIfAborted();
        const { browser } = call;
        const guard = await deps.openGuard(call, browser.context);
        try {
          return await run(call, guard);
        } catch (error) {
          const tab = browser.lost.aborted ? null : await within(LAST_LOOK_MS, browser.currentTab(), null);
          throw await guard.reason(tab, error);
        }
      }),
  };
}

const WORKABLE = ['http:', 'https:', 'about:', 'data:', 'blob:', 'chrome-error:'];

/** Only web pages are worked in, never the browser's own. [AGT-9] */
async function workable(tab: Tab): Promise<Tab> {
  await refuseQuestion(tab);
  const url = tab.page.url();
  const protocol = URL.parse(url)?.protocol ?? 'about:';
  if (WORKABLE.includes(protocol) || urlProblem(url) === null) return tab;
  throw new StepFailed(
    'not-a-web-page',
    `The tab shows ${url}, which is no web page; begin with "navigate".`,
  );
}

/** A question that opens holds the page until it is answered: the input has arrived, wait no longer. */
async function untilQuestion<T>(tab: Tab, signal: AbortSignal, action: Promise<T>): Promise<T | undefined> {
  const done = new AbortController();
  const asked = tab.dialogs.nextQuestion(done.signal).then(() => undefined);
  try {
    return await until(signal, Promise.race([action, asked]));
  } finally {
    done.abort();
  }
}
