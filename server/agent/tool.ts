import type { Verb, VerbInput } from '../../shared/playbook.ts';
import type { ToolContext } from './tool-context.ts';

export interface Tool<V extends Verb> {
  readonly verb: V;
  /** May run twice without harm, even when nobody knows how far it came. */
  readonly repeatable: boolean;
  /** Its one action is its whole effect: cut short after it, the step is done. */
  readonly single: boolean;
  /** How long it looks and waits before it says what is missing. */
  readonly timeoutMs: number;
  /** Resolves with results by name, if it has any. */
  run(context: ToolContext, input: VerbInput<V>): Promise<Record<string, unknown> | undefined>;
}

export function defineTool<V extends Verb>(tool: Tool<V>): Tool<V> {
  return tool;
}
