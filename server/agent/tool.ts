import type { Step, Verb, VerbInput } from '../../shared/playbook.ts';
import type { ToolContext } from './tool-context.ts';

/** What a tool hands back. */
export interface ToolOutput {
  /** Values by name: kept with the task. */
  result?: Record<string, unknown>;
  /** The values are lists that go behind what the same names hold already. */
  append?: boolean;
  /** What a model may read: fenced as untrusted, passwords masked. [AGT-9] */
  text?: string;
  image?: { mimeType: string; base64: string };
}

export interface ToolResult extends ToolOutput {
  /** The step as it can be kept: what a `ref` or `point` named, named as a person would. */
  step: Step;
}

export interface Tool<V extends Verb> {
  readonly verb: V;
  /** May run twice without harm, even when nobody knows how far it came. */
  readonly repeatable: boolean;
  /** Its one action is its whole effect: cut short after it, the step is done. */
  readonly single: boolean;
  /** How long it looks and waits before it says what is missing. */
  readonly timeoutMs: number | ((input: VerbInput<V>) => number);
  run(context: ToolContext, input: VerbInput<V>): Promise<ToolOutput | undefined>;
}

export function defineTool<V extends Verb>(tool: Tool<V>): Tool<V> {
  return tool;
}
