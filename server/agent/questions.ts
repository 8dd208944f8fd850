import type { Tab } from './agent-browser.ts';
import { StepFailed } from './step-error.ts';

/** @throws {StepFailed} when a confirm or prompt box blocks the page: only a human or a key answers it. */
export async function refuseQuestion(tab: Tab): Promise<void> {
  const question = await tab.dialogs.blocking();
  if (!question) return;
  const { message } = question;
  const text = message.length > 200 ? `${message.slice(0, 199)}…` : message;
  throw new StepFailed(
    'dialog-open',
    `The page asks '${text}'. Answer with {"press": "Enter"} (yes) or {"press": "Escape"} (no) as the next step, or in the browser.`,
  );
}
