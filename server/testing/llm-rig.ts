import type { Instruction } from '../../shared/instruction.ts';
import type { TaskView } from '../../shared/task.ts';
import type { ModelSettings } from '../agent/llm/model-settings.ts';
import type { TaskRules } from '../agent/task-store.ts';
import { type AgentRig, startAgentRig } from './agent-rig.ts';
import { type ModelDouble, startModelDouble } from './model-double.ts';
import { serveTaskPages, type TaskPages } from './task-pages.ts';

/** An agent rig whose model is the double, and pages for it to work on. */
export interface LlmRig extends AgentRig {
  model: ModelDouble;
  pages: TaskPages;
  /** Creates a task in words and starts it. */
  instruct(sessionId: string, asked: Instruction, rules?: TaskRules): Promise<string>;
  /** `instruct` and `until` it ended, in a session of its own. */
  follow(asked: Instruction): Promise<TaskView>;
  stop(): Promise<void>;
}

export function doubleSettings(model: ModelDouble, changes: Partial<ModelSettings> = {}): ModelSettings {
  return {
    ...{ provider: 'openai-compatible', baseUrl: model.baseUrl, apiKey: 'sk-double', model: 'double' },
    caps: { maxSteps: 50, maxTokens: 1_000_000, maxCostCents: 50 },
    maxSessionCostCents: 200,
    prices: { inputCentsPerMtok: 300, outputCentsPerMtok: 1_500 },
    ...changes,
  };
}

export async function startLlmRig(html: Readonly<Record<string, string>>): Promise<LlmRig> {
  const [model, pages] = await Promise.all([startModelDouble(), serveTaskPages(html)]);
  const rig = await startAgentRig(doubleSettings(model));

  /** What the loop does is meant here: nobody is there to be asked, unless a test says so. */
  async function instruct(
    sessionId: string,
    asked: Instruction,
    rules: TaskRules = { approvals: 'never' },
  ): Promise<string> {
    const { id } = await rig.runner.store.createInstruction(sessionId, 'Task', asked, rules);
    rig.runner.kick(sessionId);
    return id;
  }

  return {
    ...rig,
    model,
    pages,
    instruct,
    async follow(asked) {
      const sessionId = await rig.newSession();
      return rig.until(sessionId, await instruct(sessionId, asked));
    },
    async stop() {
      await rig.stop();
      await Promise.all([model.stop(), pages.stop()]);
    },
  };
}
