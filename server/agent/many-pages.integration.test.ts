import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { manyPages } from '../testing/many-pages.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

beforeAll(async () => {
  pages = await serveTaskPages(Object.fromEntries(manyPages.map(({ html }, index) => [`/${index}`, html])));
  rig = await startAgentRig();
  // One for all: a connection to the browser takes as long as a page.
  sessionId = await rig.newSession();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

describe('pages of many kinds', () => {
  it.each(manyPages.map(({ kind }, index) => [kind, index] as const))('[AGT-2] %s', async (_, index) => {
    const { steps = [], done } = manyPages[index] ?? {};
    const open = { navigate: `${pages.origin}/${index}` };
    const check = { assert: { css: '#out', equals: done } };
    const task = await rig.until(sessionId, await rig.begin(sessionId, [open, ...steps, check]));
    expect(task.error?.message).toBeUndefined();
  });
});
