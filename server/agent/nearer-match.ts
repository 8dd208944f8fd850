import type { Target } from '../../shared/target.ts';
import type { Tab } from './agent-browser.ts';
import { allMatches, type Match } from './choose-match.ts';
import type { ToolContext } from './tool-context.ts';

/**
 * What is called just so, where only a longer text that cannot be clicked was found to have the words in it: it may
 * not show yet, or be an icon. Empty when there is nothing nearer.
 */
export async function nearerMatches(
  context: ToolContext,
  tab: Tab,
  target: Target,
  found: Match,
  guess: (exactly: Target) => Promise<Match[]>,
): Promise<Match[]> {
  if (target.text === undefined || target.exact || target.nth !== undefined || found.clickable) return [];
  const exactly = { ...target, exact: true };
  const named = await allMatches(context, tab, exactly);
  return named.length > 0 ? named : guess(exactly);
}
