import type { Instruction } from '../../../shared/instruction.ts';
import type { Db } from '../../db/database.ts';
import type { Browsers } from '../browsers.ts';
import type { Registry } from '../registry.ts';
import type { TaskRun } from '../task-run.ts';
import { act } from './act.ts';
import { beginTask } from './begin-task.ts';
import { createTokenMeter, limitSteps, NO_USAGE, withCall } from './budget.ts';
import { type CallPlan, callModel, type ModelCaller } from './call-model.ts';
import { openConversation } from './conversation.ts';
import { createInstructionRun, type InstructionRun } from './instruction-run.ts';
import { INSTRUCTIONS, taskMessage } from './instructions.ts';
import { judgeRepetition } from './loop-watch.ts';
import { messagesOf } from './messages.ts';
import type { ModelAnswer } from './model-answer.ts';
import type { ModelSettings } from './model-settings.ts';
import { openModel } from './open-model.ts';
import { lookOf, type PageLook, unreadable } from './page-look.ts';
import { capsOf } from './session-caps.ts';
import { TaskFailed } from './task-failed.ts';
import { toolDefinitions } from './toolbox.ts';
import { type Answer, deedOf, deedsOf, streak } from './transcript.ts';
import * as words from './words.ts';

export interface InstructionDeps {
  db: Db;
  browsers: Browsers;
  registry: Registry;
  llm: ModelSettings | null;
}

const FIRST_WAIT_MS = 500;
const MAX_IDLE_ANSWERS = 3;
const MAX_WRONG_ANSWERS = 4;
const THOUGHT_CHARACTERS = 240;
const TEXT_CHARACTERS = 2_000;

/** Look, ask, act, until the model says that it is done or something must stop it. [AGT-3] */
export async function runInstruction(deps: InstructionDeps, task: TaskRun): Promise<void> {
  const { llm } = deps;
  if (!llm) throw new TaskFailed(NO_MODEL);
  const row = task.hold.task;
  const conversation = await openConversation(deps.db, row.id);
  const epoch = await beginTask(task, conversation);
  if (epoch === null) return;
  const input = row.input as unknown as Instruction;
  const run = createInstructionRun(deps, {
    ...{ task, input, conversation, epoch },
    caps: await capsOf(deps.db, llm, row, input.limits),
    placeholders: await placeholdersOf(deps.db, row.session_id),
    usage: row.usage ?? NO_USAGE,
  });
  const model = await openModel(llm);
  const caller: ModelCaller = {
    ...{ model, prices: llm.prices, apiKey: llm.apiKey, log: task.log, meter: createTokenMeter() },
    ...{ economy: 0, firstWaitMs: FIRST_WAIT_MS },
  };
  let wrong = 0;
  for (;;) {
    task.mustEnd.throwIfAborted();
    const page = await look(run);
    const answer = page && (await ask(run, caller, page));
    if (!answer) {
      await run.waitForHandBack();
      continue;
    }
    const acted = await take(run, answer, page);
    if (acted === 'finished') return;
    wrong = acted === 'wrong' ? wrong + 1 : 0;
    if (wrong >= MAX_WRONG_ANSWERS) throw new TaskFailed(CONFUSED);
  }
}

async function placeholdersOf(db: Db, sessionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('session_secrets')
    .select('name')
    .where('session_id', '=', sessionId)
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => `secret:${name}`);
}

/** The newest page, or null when a person has taken control. */
async function look(run: InstructionRun): Promise<PageLook | null> {
  const outcome = await run.call({ verb: 'snapshot', input: {} }, run.task.hold.task.steps.length);
  if (outcome.type === 'returned') return null;
  if (outcome.type === 'done') return lookOf(outcome.text ?? '');
  if (outcome.error.code === 'browser-unavailable') throw new TaskFailed(outcome.error);
  return unreadable(outcome.error.message);
}

/** The model's next answer, or null when a person has taken control: the call is cut at once. [AGT-4] */
async function ask(run: InstructionRun, caller: ModelCaller, page: PageLook): Promise<ModelAnswer | null> {
  const { input, conversation } = run;
  const spent = run.usage.steps >= run.caps.maxSteps;
  const tools = toolDefinitions(input.resultSchema).filter(({ name }) => !spent || name === 'done');
  const shown = spent ? `${page.text}\n\n${words.LAST_ANSWER}` : page.text;
  const plan: CallPlan = {
    ...{ instructions: INSTRUCTIONS, tools, caps: run.caps },
    messages: (economy) =>
      messagesOf(taskMessage(input.instruction, run.placeholders), conversation.entries, shown, economy),
    usage: () => run.usage,
    spend: (inputTokens, outputTokens) => {
      run.usage = withCall(run.usage, { inputTokens, outputTokens }, caller.prices);
      run.task.carry({ type: 'used', usage: run.usage });
    },
  };
  const answer = await run.whileOurs((signal) => callModel(caller, plan, signal));
  if (answer && spent && !answer.calls.every(({ tool }) => tool === 'done')) {
    throw new TaskFailed(limitSteps(run.caps));
  }
  return answer;
}

/** Writes the answer down and does what it asks for, call by call. */
async function take(run: InstructionRun, answer: ModelAnswer, page: PageLook) {
  const { task, conversation } = run;
  const { calls } = answer;
  const text = answer.text.trim().slice(0, TEXT_CHARACTERS);
  if (answer.finish === 'refused') throw new TaskFailed(refusal(text));
  const entry: Answer = { type: 'answer', text, calls, seen: { address: page.address, state: page.state } };
  const verdict = judgeRepetition(deedsOf(conversation.entries), deedOf(entry));
  task.carry(conversation.add(entry));
  if (calls.length === 0) {
    if (streak(conversation.entries, (one) => one.calls.length === 0) >= MAX_IDLE_ANSWERS) {
      throw new TaskFailed(NO_ACTION, text ? { answer: text } : undefined);
    }
    const note = answer.finish === 'length' ? words.ANSWER_TOO_LONG : words.NO_CALL;
    await task.move(conversation.add({ type: 'note', text: note }));
    return 'idle';
  }
  if (verdict === 'stuck') throw new TaskFailed(STUCK);
  let thought = text.replace(/\s+/g, ' ').slice(0, THOUGHT_CHARACTERS);
  let acted: Awaited<ReturnType<typeof act>> = 'done';
  for (const [index, call] of calls.entries()) {
    const blind = index > 0 && call.tool === 'done';
    if (acted !== 'done' || blind) {
      const why = blind ? words.LOOK_FIRST : words.NOT_RUN;
      task.carry(conversation.add({ type: 'result', callId: call.id, tool: call.tool, text: why }));
      continue;
    }
    acted = await act(run, { call, page, thought });
    thought = '';
  }
  if (verdict === 'nudge') task.carry(conversation.add({ type: 'note', text: words.GOING_IN_CIRCLES }));
  return acted;
}

const NO_MODEL = { code: 'llm-not-configured', message: 'This server has no language model any more.' };
const CONFUSED = {
  code: 'model-confused',
  message: `The language model asked for things that do not exist ${MAX_WRONG_ANSWERS} times in a row. Say the task in other words, or use another model.`,
};
const NO_ACTION = {
  code: 'model-no-action',
  message: `The language model answered ${MAX_IDLE_ANSWERS} times without doing anything.`,
};
const STUCK = {
  code: 'stuck',
  message: 'The agent did the same thing again and again while the page did not change, so it was stopped.',
};

function refusal(text: string) {
  const reason = text ? `: ${text}` : '.';
  return { code: 'model-refused', message: `The language model refuses to do this${reason}` };
}
