import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LlmRig, startLlmRig } from '../../testing/llm-rig.ts';
import type { ModelRequest } from '../../testing/model-double.ts';

let rig: LlmRig;

beforeAll(async () => {
  rig = await startLlmRig({
    '/count': `<h1>Counter</h1><button onclick="n.textContent=+n.textContent+1">Add</button><output id="n">0</output>`,
  });
});

afterAll(() => rig?.stop());

const done = (result: unknown, success = true) => ({ calls: [{ tool: 'done', input: { success, result } }] });
const go = (path: string) => ({
  text: 'I open the page.',
  calls: [{ tool: 'navigate', input: { url: `${rig.pages.origin}${path}` } }],
});

/** The reference of what the newest page in the request calls so. */
function refOf(request: ModelRequest, about: string): string {
  const line = JSON.stringify(request.body)
    .split('\\n')
    .find((one) => one.replaceAll('\\"', '"').includes(about));
  return /\[ref=(\w+)\]/.exec(line ?? '')?.[1] ?? 'e999';
}

describe('tasks in words', () => {
  it('[AGT-3] looks, acts by reference and answers, with each action a step of the log', async () => {
    rig.model.play((request, index) => {
      if (index === 0) return { ...go('/count'), inputTokens: 1_000, outputTokens: 20 };
      if (index < 3) {
        const input = { ref: refOf(request, 'button "Add"') };
        return {
          text: 'I add one.',
          calls: [{ tool: 'click', input }],
          inputTokens: 1_000,
          outputTokens: 20,
        };
      }
      return { ...done('It shows 2.'), inputTokens: 1_000, outputTokens: 20 };
    });
    const task = await rig.follow({ instruction: 'Count to two.' });
    expect(task).toMatchObject({
      kind: 'instruction',
      instruction: 'Count to two.',
      status: 'succeeded',
      result: { answer: 'It shows 2.' },
      usage: { inputTokens: 4_000, outputTokens: 80, costCents: 1.32, steps: 3 },
    });
    expect(task.steps.map(({ verb, status, summary, thought }) => [verb, status, summary, thought])).toEqual([
      ['navigate', 'succeeded', `Go to ${rig.pages.origin}/count`, 'I open the page.'],
      ['click', 'succeeded', "Click button 'Add'", 'I add one.'],
      ['click', 'succeeded', "Click button 'Add'", 'I add one.'],
    ]);
  });
});
