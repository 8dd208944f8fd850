import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { manyPages } from '../testing/many-pages.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages(Object.fromEntries(manyPages.map(({ html }, index) => [`/${index}`, html])));
  rig = await startAgentRig();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

describe('pages of many kinds', () => {
  it.each(manyPages.map(({ kind }, index) => [kind, index] as const))('[AGT-2] %s', async (_, index) => {
    const { steps = [], done } = manyPages[index] ?? {};
    const open = { navigate: `${pages.origin}/${index}` };
    const task = await rig.play([open, ...steps, { assert: { css: '#out', equals: done } }]);
    expect(task.error?.message).toBeUndefined();
  });
});
