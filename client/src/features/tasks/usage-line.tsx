import type { TaskUsage } from '../../../../shared/task.ts';
import { centsWords } from '../../lib/words.ts';

/** What the model has used so far. */
export function UsageLine({ usage }: { usage: TaskUsage }) {
  const tokens = usage.inputTokens + usage.outputTokens;
  const cost = usage.costCents > 0 ? ` · about ${centsWords(usage.costCents)}` : '';
  return (
    <p className="tabular mt-2 text-sm text-muted">
      {tokens.toLocaleString('en')} tokens{cost}
    </p>
  );
}
