import type { TaskRun } from '../task-run.ts';
import { hearReply } from './ask-person.ts';
import type { Conversation } from './conversation.ts';
import { intentOf } from './toolbox.ts';
import { openCalls } from './transcript.ts';
import { CUT_BY_RESTART, HUMAN_ACTED, NOT_RUN_BY_RESTART } from './words.ts';

const CUT = {
  code: 'interrupted',
  message: 'The server stopped while this step ran; it is not known whether it was done.',
};

/** Takes control for a new task, or goes on where another server left off. Null when the session is over. */
export async function beginTask(task: TaskRun, conversation: Conversation): Promise<number | null> {
  const { status } = task.hold.task;
  if (status === 'queued') return task.start();
  await settle(task, conversation);
  const epoch = status === 'running' ? await task.agentEpoch() : null;
  if (epoch !== null) return epoch;
  const returned = await task.waitForControl();
  task.carry(conversation.add({ type: 'note', text: HUMAN_ACTED }));
  return returned;
}

/** Gives every call an answer that a server has left without one. No action is repeated blindly. [AGT-6] */
async function settle(task: TaskRun, conversation: Conversation): Promise<void> {
  const { steps, status } = task.hold.task;
  const last = steps.at(-1);
  const open = openCalls(conversation.entries);
  const asked = open[0] && last?.verb === 'askHuman' ? intentOf(open[0]) : null;
  const cut = steps.find((step) => step.status === 'running');
  // Who waited for an approval had not acted.
  const waited = status === 'waiting-for-approval';
  if (open[0] && last && asked?.type === 'ask-human') {
    await hearReply({ task, conversation }, open[0], asked.question, last.index);
    open.shift();
  } else if (cut && waited) {
    task.carry({ type: 'call-dropped', index: cut.index, at: task.now() });
  } else if (cut) {
    task.carry({ type: 'call-ended', index: cut.index, at: task.now(), error: CUT });
  }
  for (const [index, { id, tool }] of open.entries()) {
    const text = cut && !asked && !waited && index === 0 ? CUT_BY_RESTART : NOT_RUN_BY_RESTART;
    task.carry(conversation.add({ type: 'result', callId: id, tool, text }));
  }
  await task.move();
}
