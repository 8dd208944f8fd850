import { createHash } from 'node:crypto';

/** One action of the model and the page that it was chosen on. */
export interface Deed {
  action: string;
  page: string;
}

/** The same thing again where nothing has changed: at this count the model is told, */
export const NUDGE_AT = 3;
/** and at this one the task ends. */
const STUCK_AT = 5;
/** Also a circle of several actions comes back to the same deed. */
const REMEMBERED = 40;

export type Verdict = 'go' | 'nudge' | 'stuck';

/** Whether the model goes round in circles if it does `next` after all of `done`. [AGT-3] */
export function judgeRepetition(done: readonly Deed[], next: Deed): Verdict {
  const same = done
    .slice(-REMEMBERED)
    .filter(({ action, page }) => action === next.action && page === next.page).length;
  if (same + 1 >= STUCK_AT) return 'stuck';
  return same + 1 >= NUDGE_AT ? 'nudge' : 'go';
}

/** A short name for what a page shows: references and the fence's mark change while nothing else does. */
export function pageState(text: string): string {
  const lasting = text.replace(/ \[ref=\w+\]| mark="\w+"/g, '');
  return createHash('sha256').update(lasting).digest('base64url').slice(0, 16);
}
